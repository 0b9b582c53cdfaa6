"""A local model for many pipelines at once: what they ask at the same time is answered together.

    model = BatchingModel(LocalModel(folder))
    decisions = await model.together([box.decide(request) for request in requests])

Each pipeline runs as it is. When every one of them that is left waits for the model, their
requests become one batch; so the replies are those of asking one by one, sooner.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from boxed.chat import Body, ChatReply, ChatRequest
from boxed.models.local import LocalModel, batchable
from boxed.models.protocol import UpstreamError
from boxed.models.scored import Scored

__all__ = ["BatchingModel", "Spent"]

T = TypeVar("T")


@dataclass(slots=True)
class Spent:
    """What one pipeline has asked of the model."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


_spent: ContextVar[Spent | None] = ContextVar("spent", default=None)
_Waiting = tuple[ChatRequest, "asyncio.Future[ChatReply]"]


class BatchingModel:
    """Implements ``ChatModel`` and scoring on a ``LocalModel``; for one event loop."""

    def __init__(self, model: LocalModel) -> None:
        """``model`` may be shared with others; it takes one batch at a time."""
        self._model = model
        self._waiting: list[_Waiting] = []
        self._running = 0
        self._flight: asyncio.Task[None] | None = None

    async def together(self, jobs: Sequence[Awaitable[T]]) -> list[tuple[T, Spent]]:
        """The results of jobs that ask this model, in order, with what each spent on it.

        Raises what the first failing job raises.
        """
        self._running += len(jobs)
        return list(await asyncio.gather(*(self._run(job) for job in jobs)))

    async def _run(self, job: Awaitable[T]) -> tuple[T, Spent]:
        spent = Spent()
        _spent.set(spent)
        try:
            return await job, spent
        finally:
            self._running -= 1
            self._depart()

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The reply that the model gives to this request alone; raises ``UpstreamError``."""
        if not batchable(request):
            reply = await self._model.chat(request)
        else:
            waiting: asyncio.Future[ChatReply] = asyncio.get_running_loop().create_future()
            self._waiting.append((request, waiting))
            self._depart()
            reply = await waiting
        spent, usage = _spent.get(), reply.body["usage"]
        if spent is not None:
            spent.calls += 1
            spent.prompt_tokens += usage["prompt_tokens"]
            spent.completion_tokens += usage["completion_tokens"]
        return reply

    def _depart(self) -> None:
        """Start a batch once nothing that runs could still join it."""
        if self._waiting and self._flight is None and len(self._waiting) >= self._running:
            batch, self._waiting = self._waiting, []
            self._flight = asyncio.ensure_future(self._answer(batch))

    async def _answer(self, batch: list[_Waiting]) -> None:
        try:
            found = await asyncio.to_thread(self._model.chat_many, [asked for asked, _ in batch])
            for (_, waiting), reply in zip(batch, found, strict=True):
                if waiting.cancelled():
                    continue
                if isinstance(reply, UpstreamError):
                    waiting.set_exception(reply)
                else:
                    waiting.set_result(reply)
        except Exception as error:  # noqa: BLE001  (handed to every job that waits for the batch)
            for _, waiting in batch:
                if not waiting.done():
                    waiting.set_exception(error)
        finally:
            self._flight = None
            self._depart()

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The model's own stream."""
        async for chunk in self._model.stream(request):
            yield chunk

    def score(self, messages: Sequence[Body], answers: Sequence[str]) -> list[Scored]:
        """The model's own scores."""
        return self._model.score(messages, answers)

    def score_many(
        self, items: Sequence[tuple[Sequence[Body], Sequence[str]]]
    ) -> list[list[Scored]]:
        """The model's own scores of many conversations."""
        return self._model.score_many(items)

    def letters(
        self, chats: Sequence[Sequence[Body]], letters: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """The model's own probabilities of letters."""
        return self._model.letters(chats, letters)

    async def models(self) -> Body:
        """The model's own list."""
        return await self._model.models()

    async def close(self) -> None:
        """Nothing to give back: the model is shared."""
