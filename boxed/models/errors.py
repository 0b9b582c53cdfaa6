"""What a failing product looks like to the client: OpenAI error objects made of known-safe text.

A product's own message often quotes the prompt or the answer, so it is passed on only when the
caller's `safe` (the release check) says that it is clean:

    {"error": {"message": "The model rejected the request as invalid (status 400).",
               "type": "invalid_request_error", "param": "temperature", "code": null}}
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, cast

import orjson

from boxed.api.chat import Body
from boxed.models.protocol import UpstreamError

__all__ = [
    "Safe",
    "broken_stream",
    "error_body",
    "error_event",
    "invalid_reply",
    "refused",
    "retry_seconds",
    "timed_out",
    "unreachable",
]

Safe = Callable[[str], bool]

_IDENTIFIER = re.compile(r"[a-z0-9_.-]{1,64}")
_TEXTS = {
    400: "The model rejected the request as invalid",
    401: "The model rejected the API key",
    403: "The API key may not use this model",
    404: "The model does not exist, or this API key may not see it",
    413: "The request is too large for the model",
    422: "The model could not process the request",
    429: "The model is rate limited or out of quota; wait and send the request again",
}
_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
}


def error_body(
    message: str, kind: str, *, param: str | None = None, code: str | None = None
) -> Body:
    """An OpenAI error object; `kind` is its `type`."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def unreachable() -> UpstreamError:
    """No connection, or one that ended before the reply: 502."""
    return _gateway_error(502, "The model could not be reached; try again later.", "unreachable")


def timed_out() -> UpstreamError:
    """The product took longer than the configured time: 504."""
    return _gateway_error(504, "The model did not answer in time; try again later.", "timeout")


def invalid_reply() -> UpstreamError:
    """The product's reply is not what the API promises: 502."""
    return _gateway_error(502, "The model sent a reply that cannot be read.", "invalid_reply")


def broken_stream() -> UpstreamError:
    """The product's stream ended before its reply did: 502."""
    return _gateway_error(502, "The model's reply broke off; ask again.", "broken_stream")


def refused(
    status: int, payload: bytes, retry_after: str | None, safe: Safe | None
) -> UpstreamError:
    """A status other than 200. 4xx keep theirs, everything else is a 502 for the client."""
    if not 400 <= status < 500:
        return _gateway_error(502, f"The model failed with status {status}.", "upstream_error")
    wait = retry_seconds(retry_after)
    text = _TEXTS.get(status, "The model rejected the request")
    error = error_body(f"{text} (status {status}).", _TYPES.get(status, "invalid_request_error"))
    _adopt(error["error"], _error_in(payload), safe)
    return UpstreamError(status, error, None if wait is None else f"{wait:g}")


def error_event(value: Any, safe: Safe | None) -> UpstreamError:
    """An error object in the middle of a stream: 502, or the 4xx that it names."""
    named = _mapping(value).get("code")
    if isinstance(named, str) and named.isascii() and named.isdigit():
        named = int(named)
    if isinstance(named, int) and 400 <= named < 500:
        return refused(named, orjson.dumps({"error": value}), None, safe)
    error = error_body("The model failed while it was answering.", "upstream_error")
    _adopt(error["error"], _mapping(value), safe)
    return UpstreamError(502, error)


def retry_seconds(header: str | None, now: float | None = None) -> float | None:
    """Seconds named by a Retry-After header (a number or an HTTP date); None if unreadable."""
    if header is None:
        return None
    text = header.strip()
    if re.fullmatch(r"\d{1,7}(\.\d{1,3})?", text):
        return float(text)
    try:
        then = parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None
    return max(0.0, round(then - (time.time() if now is None else now)))


def _gateway_error(status: int, message: str, code: str) -> UpstreamError:
    return UpstreamError(status, error_body(message, "upstream_error", code=code))


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _error_in(payload: bytes) -> Mapping[str, Any]:
    try:
        body = _mapping(orjson.loads(payload))
    except orjson.JSONDecodeError:
        return {}
    return _mapping(body.get("error"))


def _adopt(error: Body, theirs: Mapping[str, Any], safe: Safe | None) -> None:
    """Take over what may be shown of the product's own error object."""
    for field in ("type", "param", "code"):
        value = theirs.get(field)
        if isinstance(value, str) and _IDENTIFIER.fullmatch(value) and (not safe or safe(value)):
            error[field] = value
    message = theirs.get("message")
    if safe is not None and isinstance(message, str) and message and safe(message):
        error["message"] = message
