"""Requests on routes that are no chat's: a JSON object or a form, read and held to the limits."""

from __future__ import annotations

import re

from starlette.types import Receive, Scope, Send

from boxed.api.chat import Body, ChatRequest
from boxed.api.fields import FieldError
from boxed.api.forms import Form, is_form, read_form
from boxed.api.inputs import input_texts
from boxed.deciding.posting import Passed
from boxed.gateway.asgi import ClientGoneError, headers_of, read_body, send_json
from boxed.gateway.event_stream import EventStream, named, plain
from boxed.gateway.exchange import send_stream
from boxed.gateway.parse import forwarded, parsed, tenant_of, within_limit
from boxed.gateway.settings import GatewaySettings

__all__ = ["read_either", "read_object", "send_passed", "within"]

_TYPE = re.compile(r"[a-z0-9_.]{1,64}")


async def read_object(
    scope: Scope, receive: Receive, settings: GatewaySettings
) -> tuple[Body, ChatRequest]:
    """The body of a request, which is JSON; raises RequestError, ClientGoneError."""
    headers = headers_of(scope)
    body = parsed(await read_body(receive, headers, settings.max_body_bytes))
    passed = forwarded(headers, settings.key is not None)
    return body, ChatRequest(body, None, passed, tenant_of(headers))


async def read_either(
    scope: Scope, receive: Receive, settings: GatewaySettings
) -> tuple[Form | None, ChatRequest]:
    """A request that is a form, whose fields are its body, or JSON.

    Raises RequestError, FieldError, ClientGoneError.
    """
    headers = headers_of(scope)
    kind = headers.get(b"content-type", b"").decode("latin-1")
    if not is_form(kind):
        return None, (await read_object(scope, receive, settings))[1]
    form = read_form(await read_body(receive, headers, settings.max_body_bytes), kind)
    passed = forwarded(headers, settings.key is not None)
    return form, ChatRequest(dict(form.fields), None, passed, tenant_of(headers))


def within(request: ChatRequest, most: int, param: str) -> None:
    """Raises RequestError where a request holds more than `most` characters of text.

    `param` must be text, and there; raises FieldError.
    """
    value = request.body.get(param)
    if not isinstance(value, str) or not value.strip():
        raise FieldError(f"'{param}' must be a string that says something.", param)
    within_limit({"prompt": list(input_texts(request.body))}, most, param)


async def send_passed(passed: Passed, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a guarded reply of any kind. Sound that breaks off is cut: no event could say so.

    Raises UpstreamError, ClientGoneError.
    """
    if passed.events is not None:
        stream = EventStream(passed.events, _event, b"")
        await send_stream(stream, scope, receive, send)
    elif passed.pieces is not None:
        stream = EventStream(passed.pieces, bytes, b"", passed.kind.encode())
        if not await stream.send(receive, send):
            raise ClientGoneError
    else:
        await send_json(send, 200, passed.body or {})


def _event(event: Body) -> bytes:
    kind = event.get("type")
    return named(event) if isinstance(kind, str) and _TYPE.fullmatch(kind) else plain(event)
