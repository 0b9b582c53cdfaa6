"""A box that says what it is told, for tests of the gateway and of clients."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.api.forms import Form
from boxed.api.ranking import Ranking
from boxed.deciding.audit import Figures
from boxed.deciding.posting import Passed
from boxed.gateway.contract import Others
from boxed.models.errors import no_such_route

__all__ = ["FakeBox"]


class FakeOthers:
    """Vectors of one number, verdicts on nothing, and no other route."""

    async def embeddings(self, texts: Sequence[str], *, masks: bool) -> Body | None:
        """A vector of one number for each text."""
        return {"data": [{"embedding": [0.0]} for _ in texts], "model": "fake"}

    async def moderations(self) -> Body:
        """Nothing is flagged."""
        return {"id": "fake-1", "model": "fake", "results": [{"flagged": False}]}

    async def pictures(self, path: str, form: Form | None, *, rewrites: bool) -> Passed:
        """No such route."""
        raise no_such_route()

    async def speech(self, *, masks: bool) -> Passed:
        """No such route."""
        raise no_such_route()

    async def transcript(self, path: str, form: Form, *, masks: bool) -> Passed:
        """No such route."""
        raise no_such_route()

    async def ranking(self, ranking: Ranking, *, masks: bool) -> Body:
        """No such route."""
        raise no_such_route()


@dataclass(slots=True)
class FakeBox:
    """Answers every request with `text`, in `pieces` when streamed, and keeps what it was asked.

    `error` is raised in place of an answer; with `error_after` it comes behind that many chunks of
    a stream. `delay` are seconds before each chunk or answer. `cancelled` counts the requests that
    the client gave up.
    """

    text: str = "Hello there."
    pieces: Sequence[str] = ("Hello", " there", ".")
    error: Exception | None = None
    error_after: int = 0
    delay: float = 0.0
    reason: str | None = None
    amiss: Body = field(default_factory=dict[str, Any])
    asked: list[ChatRequest] = field(default_factory=list[ChatRequest])
    cancelled: int = 0
    closed: bool = False

    async def answer(self, request: ChatRequest) -> ChatReply:
        """A completion that says `text`."""
        self.asked.append(request)
        await self._wait()
        if self.error is not None:
            raise self.error
        message = {"role": "assistant", "content": self.text}
        choice: Body = {"index": 0, "message": message, "finish_reason": "stop"}
        if request.endpoint == "completions":
            choice = {"index": 0, "text": self.text, "finish_reason": "stop", "logprobs": None}
            return ChatReply(_envelope("text_completion", choice))
        return ChatReply(_envelope("chat.completion", choice))

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The pieces, each as a chunk."""
        self.asked.append(request)
        deltas: list[Body] = [{"role": "assistant", "content": ""}]
        deltas += [{"content": piece} for piece in self.pieces]
        for number, delta in enumerate(deltas):
            await self._wait()
            if self.error is not None and number >= self.error_after:
                raise self.error
            yield _chunk(delta)
        yield _chunk({}, "stop")

    def others(self, request: ChatRequest, *, drawn: bool = False) -> Others:
        """Whatever is asked but chats does not exist."""
        self.asked.append(request)
        return FakeOthers()

    async def models(self) -> Body:
        """One model, named fake."""
        if self.error is not None:
            raise self.error
        model = {"id": "fake", "object": "model", "created": 0, "owned_by": "boxed"}
        return {"object": "list", "data": [model]}

    def in_force(self, tenant: str | None) -> str:
        """Always the same."""
        return "fake"

    async def may_leave(self, request: ChatRequest, reply: Body, released: str) -> bool:
        """Whatever it is."""
        return True

    def ready(self) -> str | None:
        """The configured `reason`."""
        return self.reason

    def condition(self) -> Body:
        """The configured `amiss`."""
        return self.amiss

    def figures(self) -> Figures:
        """One policy, never replaced."""
        return Figures("fake", 1, 0)

    async def close(self) -> None:
        """Note that it was closed."""
        self.closed = True

    async def _wait(self) -> None:
        try:
            if self.delay:
                await asyncio.sleep(self.delay)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


def _envelope(kind: str, choice: Body) -> Body:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {
        "id": "fake-1", "object": kind, "created": 0, "model": "fake", "choices": [choice],
        "usage": usage,
    }  # fmt: skip


def _chunk(delta: Body, finish: Any = None) -> Body:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {
        "id": "fake-1", "object": "chat.completion.chunk", "created": 0, "model": "fake",
        "choices": [choice],
    }  # fmt: skip
