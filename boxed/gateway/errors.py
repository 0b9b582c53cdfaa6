"""How the gateway itself says no, in the API's own words.

    RequestError          the request cannot be answered; status, OpenAI error object
    └── raised by parse.py (400, 413) and the routes (401, 404, 405)

Messages name the field at fault and the remedy, never what the client wrote in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from boxed.api.chat import Body
from boxed.models.errors import error_body

__all__ = ["INTERNAL", "RequestError", "anthropic_error", "in_shape_of", "invalid", "unknown_url"]

INTERNAL: Body = error_body(
    "The server had an error while processing your request.", "server_error"
)


class RequestError(Exception):
    """A request that the gateway turns down with `status`, the error object `body`, `headers`."""

    def __init__(self, status: int, body: Body, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"the gateway answers {status}")
        self.status = status
        self.body = body
        self.headers = headers or {}


def invalid(
    message: str, param: str | None = None, *, status: int = 400, code: str | None = None
) -> RequestError:
    """An invalid_request_error about the field `param`."""
    return RequestError(
        status, error_body(message, "invalid_request_error", param=param, code=code)
    )


def unknown_url() -> RequestError:
    """Nothing is served at this address."""
    return invalid(
        "Unknown request URL; POST /v1/chat/completions, /v1/completions, /v1/responses and "
        "/v1/messages and GET /v1/models are served, and what else the gateway can guard.",
        status=404,
        code="unknown_url",
    )


_ANTHROPICS = "/v1/messages"
_ANTHROPIC_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
}


def in_shape_of(path: str, status: int, body: Body, id: str) -> Body:
    """An OpenAI error object in the shape of the API that `path` belongs to."""
    if path != _ANTHROPICS and not path.startswith(f"{_ANTHROPICS}/"):
        return body
    return {**anthropic_error(status, body), "request_id": id}


def anthropic_error(status: int, body: Body) -> Body:
    """An OpenAI error object as Anthropic's, which is also that of an event in a stream."""
    other = "invalid_request_error" if status < 500 else "api_error"
    message = body.get("error", body).get("message")
    return {
        "type": "error",
        "error": {"type": _ANTHROPIC_TYPES.get(status, other), "message": message},
    }
