"""What a failing product looks like to the client: OpenAI error objects made of known-safe text.

    {"error": {"message": "The model rejected the request as invalid (status 400).",
               "type": "invalid_request_error", "param": null, "code": null}}

A product's own words often quote the prompt or the answer. They travel beside this (`theirs`), and
`shown` puts them in its place as far as the release check says that they are clean.
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
    "no_such_route",
    "refused",
    "retry_seconds",
    "shown",
    "timed_out",
    "unreachable",
]

Safe = Callable[[str], bool]

_IDENTIFIER = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")
_BETWEEN_WORDS = re.compile(r"[_.\[\]-]+|(?<=[a-z])(?=[A-Z])")
# What is checked of a message, and what of that is shown: a name that the cut parts is still seen.
_READ, _SHOWN = 2000, 500
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


def no_such_route() -> UpstreamError:
    """The product runs here and answers chats alone: 404."""
    message = "The model behind this gateway answers chats and completions only."
    body = error_body(message, "invalid_request_error", code="unsupported_route")
    return UpstreamError(404, body)


def broken_stream() -> UpstreamError:
    """The product's stream ended before its reply did: 502."""
    return _gateway_error(502, "The model's reply broke off; ask again.", "broken_stream")


def refused(status: int, payload: bytes, retry_after: str | None) -> UpstreamError:
    """A status other than 200. 4xx keep theirs, everything else is a 502 for the client."""
    theirs = _error_in(payload)
    if not 400 <= status < 500:
        text = f"The model failed with status {status}."
        return UpstreamError(
            502, error_body(text, "upstream_error", code="upstream_error"), None, theirs
        )
    wait = retry_seconds(retry_after)
    text = _TEXTS.get(status, "The model rejected the request")
    error = error_body(f"{text} (status {status}).", _TYPES.get(status, "invalid_request_error"))
    return UpstreamError(status, error, None if wait is None else f"{wait:g}", theirs)


def error_event(value: Any) -> UpstreamError:
    """An error object in the middle of a stream: 502, or the 4xx that it names."""
    theirs = _error_of(value)
    named = theirs.get("code")
    if isinstance(named, str) and named.isascii() and named.isdigit():
        named = int(named)
    if isinstance(named, int) and 400 <= named < 500:
        return refused(named, orjson.dumps({"error": value}), None)
    error = error_body("The model failed while it was answering.", "upstream_error")
    return UpstreamError(502, error, None, theirs)


def shown(error: UpstreamError, safe: Safe) -> UpstreamError:
    """The same error in the product's own words, as far as each is `safe` beside those before it.

    At most 500 characters of its message; `type`, `param` and `code` where they are identifiers.
    """
    if not error.theirs:
        return error
    own: Body = {}
    said: list[str] = []
    message = error.theirs.get("message")
    if isinstance(message, str) and message.strip():
        read = " ".join(message[:_READ].split())
        if safe(read):
            said.append(read)
            own["message"] = (
                read if len(read) <= _SHOWN else f"{read[: _SHOWN - 1]}\N{HORIZONTAL ELLIPSIS}"
            )
    for field in ("code", "param", "type"):
        value = error.theirs.get(field)
        if not (isinstance(value, str) and _IDENTIFIER.fullmatch(value)):
            continue
        read = f"{value}\n{_BETWEEN_WORDS.sub(' ', value)}"
        if safe("\n".join((*said, read))):
            said.append(read)
            own[field] = value
    inner = _mapping(error.body.get("error"))
    return UpstreamError(error.status, {"error": {**inner, **own}}, error.retry_after)


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
    """The error object of a response: OpenAI's, or one of the other shapes that servers send.

    `{"error": "text"}`, a bare `{"message": ...}`, `{"detail": ...}`, or a list of one.
    """
    try:
        body = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return {}
    if isinstance(body, list) and body:
        body = cast("list[Any]", body)[0]
    fields = _mapping(body)
    for key in ("error", "detail"):
        if fields.get(key):
            return _error_of(fields[key])
    return _error_of(fields)


def _error_of(value: Any) -> Mapping[str, Any]:
    """An error as an object, however it was written."""
    return {"message": value} if isinstance(value, str) else _mapping(value)
