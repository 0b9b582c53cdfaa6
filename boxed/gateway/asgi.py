"""The small part of ASGI that the gateway speaks itself, to be quick on the way of every chunk."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from starlette.types import Receive, Scope, Send

from boxed.api.chat import Body
from boxed.gateway.errors import invalid

__all__ = ["ClientGoneError", "headers_of", "one_key", "read_body", "send_json", "wait_until_gone"]


_API_KEY, _ANTHROPICS = b"x-api-key", "/v1/messages"
_ONCE = {b"x-boxed-tenant": "X-Boxed-Tenant", b"authorization": "Authorization"}


class ClientGoneError(Exception):
    """The client closed the connection before it had its answer."""


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The request's headers by lower-case name.

    Raises RequestError (400) where one that decides who asks stands twice: a proxy that adds its
    own behind the client's must not leave the choice to the order.
    """
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if len(headers) < len(scope["headers"]):
        names = [name for name, _ in scope["headers"]]
        for name in _ONCE:
            if names.count(name) > 1:
                raise invalid(f"The header '{_ONCE[name]}' may be sent only once.")
    return headers


def one_key(scope: Scope) -> None:
    """Let a key in Anthropic's header, `x-api-key`, stand where OpenAI's clients put theirs.

    On Anthropic's routes only: elsewhere the header may be meant for a proxy, and must not go on to
    the product. Raises RequestError (400) where it stands twice.
    """
    if not scope["path"].startswith(_ANTHROPICS):
        return
    names = [name for name, _ in scope["headers"]]
    if _API_KEY not in names:
        return
    if names.count(_API_KEY) > 1:
        raise invalid("The header 'X-Api-Key' may be sent only once.")
    if b"authorization" not in names:
        bearer = b"Bearer " + dict(scope["headers"])[_API_KEY]
        scope["headers"] = [*scope["headers"], (b"authorization", bearer)]


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], limit: int) -> bytes:
    """The whole body; raises RequestError (413) above `limit` bytes, ClientGoneError."""
    declared = headers.get(b"content-length", b"0")
    size = int(declared) if declared.isdigit() else 0
    parts: list[bytes] = []
    got, more = 0, True
    while more and max(size, got) <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        parts.append(message.get("body", b""))
        got += len(parts[-1])
        more = message.get("more_body", False)
    if max(size, got) > limit:
        raise invalid(
            f"The request is larger than {limit} bytes; send less, or raise max_body_bytes.",
            status=413,
        )
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def wait_until_gone(receive: Receive) -> None:
    """Return when the client closes the connection. Call after the body has been read."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_json(
    send: Send, status: int, body: Body | bytes, headers: Mapping[str, str] | None = None
) -> None:
    """A whole JSON response; bytes are sent as they are."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    extra = [(k.lower().encode(), v.encode("latin-1")) for k, v in (headers or {}).items()]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(raw)).encode()),
                *extra,
            ],
        }
    )
    await send({"type": "http.response.body", "body": raw})
