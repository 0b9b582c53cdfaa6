"""The product behind a client object, as the box asks it: in chats, whatever its API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.api.messages.asked import as_messages
from boxed.api.messages.heard import Heard
from boxed.library.calls import Calls
from boxed.models.errors import invalid_reply, no_such_route

__all__ = ["AnthropicProduct", "OpenAIProduct"]


class OpenAIProduct:
    """A ``ChatModel`` behind a client of OpenAI's."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The whole reply; raises ``UpstreamError``."""
        body = {k: v for k, v in request.body.items() if k not in ("stream", "stream_options")}
        reply = await self._calls.post(f"/{request.endpoint}", body)
        if not isinstance(reply.get("choices"), list):
            raise invalid_reply()
        return ChatReply(reply)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Body]:
        """The reply as chunks; raises ``UpstreamError``, also midway."""
        body = {**request.body, "stream": True}
        async with aclosing(self._calls.events(f"/{request.endpoint}", body)) as chunks:
            async for chunk in chunks:
                yield chunk if chunk.get("choices") is not None else {**chunk, "choices": []}

    async def post(self, path: str, request: ChatRequest) -> Body:
        """What another route replies; raises ``UpstreamError``."""
        return await self._calls.post(f"/{path}", dict(request.body))

    async def models(self) -> Body:
        """The model list; raises ``UpstreamError``."""
        return await self._calls.get("/models")

    async def close(self) -> None:
        """Nothing: the client belongs to whoever made it."""


class AnthropicProduct:
    """A ``ChatModel`` behind a client of Anthropic's, which is asked in messages."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The whole reply as a chat's; raises ``UpstreamError``."""
        _only_chats(request)
        said = await self._calls.post("/v1/messages", as_messages(request.body))
        return ChatReply(Heard().whole(said))

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Body]:
        """The reply as chunks of a chat; raises ``UpstreamError``, also midway."""
        _only_chats(request)
        body = {**as_messages(request.body), "stream": True}
        heard = Heard(counts=_counts(request.body))
        async with aclosing(self._calls.events("/v1/messages", body)) as events:
            async for event in events:
                for chunk in heard.event(event):
                    yield chunk

    async def models(self) -> Body:
        """The model list, as OpenAI's; raises ``UpstreamError``."""
        listed = await self._calls.get("/v1/models")
        rows = [{"id": one.get("id"), "object": "model", "created": 0, "owned_by": "anthropic"}
                for one in listed.get("data") or []]  # fmt: skip
        return {"object": "list", "data": rows}

    async def close(self) -> None:
        """Nothing: the client belongs to whoever made it."""


def _only_chats(request: ChatRequest) -> None:
    if request.endpoint != "chat/completions":
        raise no_such_route()


def _counts(body: Mapping[str, Any]) -> bool:
    return bool((body.get("stream_options") or {}).get("include_usage"))
