"""OpenAI's Responses API in front of a box: each request is asked as a chat, on the same path."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope, Send

from boxed.api.chat import Body, ChatRequest
from boxed.api.responses.asking import as_chat
from boxed.api.responses.frame import Frame
from boxed.api.responses.items import messages_of
from boxed.api.responses.telling import Telling, output_message
from boxed.gateway.asgi import headers_of, read_body, send_json
from boxed.gateway.contract import BoxLike
from boxed.gateway.conversing import Before, Conversing
from boxed.gateway.counting import prompt_tokens
from boxed.gateway.errors import invalid
from boxed.gateway.event_stream import EventStream, named
from boxed.gateway.exchange import answered, readable, send_stream
from boxed.gateway.owners import owner_of
from boxed.gateway.parse import parsed, request_of, tenant_of, within_limit
from boxed.gateway.settings import GatewaySettings
from boxed.models.closing import closable

__all__ = ["Conversations", "KeptResponse", "ResponseTokens", "Responses"]

_ROUTE = "/v1/responses"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request: as a chat, what tells its reply, and what was said in it and before."""

    request: ChatRequest
    telling: Telling
    owner: bytes
    before: Before
    messages: Sequence[Body]


class Responses:
    """POST /v1/responses."""

    def __init__(self, box: BoxLike, settings: GatewaySettings, conversing: Conversing) -> None:
        self._box = box
        self._settings = settings
        self._conversing = conversing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError, UpstreamError."""
        scope["route_name"] = _ROUTE
        headers = headers_of(scope)
        body = parsed(await read_body(receive, headers, self._settings.max_body_bytes))
        with readable():
            asked = await self._asked(body, headers)
            if not asked.request.body.get("stream"):
                reply = await answered(self._box, asked.request, receive)
                response = asked.telling.whole(reply.body)
                await self._keep(asked)
                await send_json(send, 200, response)
                return
            stream = EventStream(self._events(asked), named, b"")
            await send_stream(
                stream, scope, receive, send, lambda error: named(asked.telling.failed(_of(error)))
            )

    async def _asked(self, body: Body, headers: dict[bytes, bytes]) -> _Asked:
        owner = owner_of(headers)
        before = await self._conversing.before(owner, body)
        chat = as_chat(body, before.messages)
        request = request_of(chat, headers, own_key=self._settings.key is not None)
        within_limit(request.body, self._settings.max_text_chars, "input")
        kept = self._conversing.keeps and body.get("store") is not False
        frame = Frame.of(body, kept=kept, conversation=before.conversation)
        said = chat["messages"][1 if body.get("instructions") is not None else 0 :]
        return _Asked(request, Telling(frame, str(body.get("model", ""))), owner, before, said)

    async def _events(self, asked: _Asked) -> AsyncGenerator[Body]:
        telling = asked.telling
        async with aclosing(closable(self._box.stream(asked.request))) as chunks:
            async for chunk in chunks:
                for event in telling.feed(chunk):
                    yield event
        last = telling.close()
        # A client may go on from the id as soon as it has the last event.
        await self._keep(asked)
        for event in last:
            yield event

    async def _keep(self, asked: _Asked) -> None:
        response = asked.telling.response
        messages = [*asked.messages, output_message(response)]
        await self._conversing.keep(
            asked.owner, asked.before, messages, response, asked.request.tenant
        )


class ResponseTokens:
    """POST /v1/responses/input_tokens."""

    def __init__(self, box: BoxLike, settings: GatewaySettings, conversing: Conversing) -> None:
        self._box = box
        self._settings = settings
        self._conversing = conversing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError, UpstreamError."""
        scope["route_name"] = f"{_ROUTE}/input_tokens"
        headers = headers_of(scope)
        body = parsed(await read_body(receive, headers, self._settings.max_body_bytes))
        with readable():
            before = await self._conversing.before(owner_of(headers), body)
            chat = as_chat({**body, "stream": False}, before.messages)
            request = request_of(chat, headers, own_key=self._settings.key is not None)
            within_limit(request.body, self._settings.max_text_chars, "input")
            counted = await prompt_tokens(self._box, request, receive)
        await send_json(send, 200, {"object": "response.input_tokens", "input_tokens": counted})


class KeptResponse:
    """GET and DELETE /v1/responses/{id}."""

    def __init__(self, conversing: Conversing) -> None:
        self._conversing = conversing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError."""
        scope["route_name"] = f"{_ROUTE}/id"
        headers = headers_of(scope)
        owner, id = owner_of(headers), scope["path_params"]["id"]
        response = await self._conversing.response(owner, id, tenant_of(headers))
        if scope["method"] == "DELETE":
            await self._conversing.delete(owner, id)
            await send_json(send, 200, {"id": id, "object": "response", "deleted": True})
        elif b"stream=true" in scope["query_string"].lower():
            raise invalid("A kept response is not streamed; ask for it without 'stream'.", "stream")
        else:
            await send_json(send, 200, response)


class Conversations:
    """POST /v1/conversations, GET and DELETE /v1/conversations/{id}."""

    def __init__(self, settings: GatewaySettings, conversing: Conversing) -> None:
        self._settings = settings
        self._conversing = conversing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError."""
        scope["route_name"] = "/v1/conversations"
        headers = headers_of(scope)
        owner, id = owner_of(headers), scope["path_params"].get("id")
        if id is None:
            raw = await read_body(receive, headers, self._settings.max_body_bytes)
            body = parsed(raw) if raw.strip() else {}
            with readable():
                messages = messages_of(body.get("items") or [], "items")
            await send_json(
                send, 200, await self._conversing.begun(owner, messages, body.get("metadata"))
            )
            return
        held = await self._conversing.conversation(owner, id)
        if scope["method"] == "DELETE":
            await self._conversing.delete(owner, id)
            held = {"id": id, "object": "conversation.deleted", "deleted": True}
        await send_json(send, 200, held)


def _of(error: Body) -> dict[str, Any]:
    return error.get("error", error)
