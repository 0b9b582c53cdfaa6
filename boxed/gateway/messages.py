"""Anthropic's Messages API in front of a box: each request is asked as a chat, on the same path."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.types import Receive, Scope, Send

from boxed.api.chat import Body, ChatRequest
from boxed.api.messages.asking import as_chat
from boxed.api.messages.telling import Telling
from boxed.gateway.asgi import headers_of, read_body, send_json
from boxed.gateway.contract import BoxLike
from boxed.gateway.counting import prompt_tokens
from boxed.gateway.errors import anthropic_error
from boxed.gateway.event_stream import EventStream, named
from boxed.gateway.exchange import answered, readable, send_stream
from boxed.gateway.parse import parsed, request_of, within_limit
from boxed.gateway.settings import GatewaySettings
from boxed.models.closing import closable

__all__ = ["MessageTokens", "Messages"]

_ROUTE = "/v1/messages"


class Messages:
    """POST /v1/messages."""

    def __init__(self, box: BoxLike, settings: GatewaySettings) -> None:
        self._box = box
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError, UpstreamError."""
        scope["route_name"] = _ROUTE
        headers = headers_of(scope)
        body = parsed(await read_body(receive, headers, self._settings.max_body_bytes))
        with readable():
            request = _request(as_chat(body), headers, self._settings)
            thinking = body.get("thinking")
            thinks = isinstance(thinking, dict) and thinking != {"type": "disabled"}
            telling = Telling(str(body.get("model", "")), thinks=thinks)
            if not request.body.get("stream"):
                reply = await answered(self._box, request, receive)
                await send_json(send, 200, telling.whole(reply.body))
                return
            stream = EventStream(self._events(request, telling), named, b"")
            await send_stream(
                stream, scope, receive, send, lambda error: named(anthropic_error(502, error))
            )

    async def _events(self, request: ChatRequest, telling: Telling) -> AsyncGenerator[Body]:
        async with aclosing(closable(self._box.stream(request))) as chunks:
            async for chunk in chunks:
                for event in telling.feed(chunk):
                    yield event
        for event in telling.close():
            yield event


class MessageTokens:
    """POST /v1/messages/count_tokens."""

    def __init__(self, box: BoxLike, settings: GatewaySettings) -> None:
        self._box = box
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError, UpstreamError."""
        scope["route_name"] = f"{_ROUTE}/count_tokens"
        headers = headers_of(scope)
        body = parsed(await read_body(receive, headers, self._settings.max_body_bytes))
        with readable():
            request = _request(as_chat(body, counts_only=True), headers, self._settings)
            counted = await prompt_tokens(self._box, request, receive)
        await send_json(send, 200, {"input_tokens": counted})


def _request(chat: Body, headers: dict[bytes, bytes], settings: GatewaySettings) -> ChatRequest:
    request = request_of(chat, headers, own_key=settings.key is not None)
    within_limit(request.body, settings.max_text_chars)
    return request
