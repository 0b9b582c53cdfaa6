"""A local model for many pipelines at once: what they ask at the same time is answered together.

    model = BatchingModel(LocalModel(folder))
    decisions = await model.together([box.decide(request) for request in requests])

Each pipeline runs as it is. When every one of them that is left waits for the model, their
requests become one batch; so the replies are those of asking one by one, sooner. Pipelines that
ask several models take ``BatchingModel(other, beside=model)`` for each other one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.models.local import LocalModel, batchable
from boxed.models.protocol import UpstreamError
from boxed.models.scored import Scored
from evals.systems.remembered import RememberingModel

__all__ = ["BatchingModel", "Spent"]

T = TypeVar("T")


@dataclass(slots=True)
class Spent:
    """What one pipeline has asked of the model.

    ``seconds`` is what those replies took that it gave from memory.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0


_spent: ContextVar[Spent | None] = ContextVar("spent", default=None)
_Waiting = tuple[ChatRequest, "asyncio.Future[ChatReply]"]


@dataclass(slots=True)
class _Crowd:
    """The pipelines that run, and the models that they ask."""

    models: list[BatchingModel] = field(default_factory=list["BatchingModel"])
    running: int = 0

    def depart(self) -> None:
        """Start what waits once nothing that runs could still join it."""
        if sum(model.asked for model in self.models) >= self.running:
            for model in self.models:
                model.start()


class BatchingModel:
    """Implements ``ChatModel`` and scoring on a ``LocalModel``; for one event loop."""

    def __init__(self, model: LocalModel, beside: BatchingModel | None = None) -> None:
        """``model`` may be shared with others; it takes one batch at a time.

        ``beside`` is a model that the same pipelines ask. A model that remembers is not asked for
        what it has said.
        """
        self._model = model
        self._memory = model if isinstance(model, RememberingModel) else None
        self._waiting: list[_Waiting] = []
        self._flying = 0
        self._flight: asyncio.Task[None] | None = None
        self._crowd = _Crowd() if beside is None else beside._crowd
        self._crowd.models.append(self)

    @property
    def asked(self) -> int:
        """How many pipelines wait for this model, those whose batch is under way included."""
        return len(self._waiting) + self._flying

    async def together(self, jobs: Sequence[Awaitable[T]]) -> list[tuple[T, Spent]]:
        """The results of jobs that ask this model, in order, with what each spent on it.

        Raises what the first failing job raises.
        """
        self._crowd.running += len(jobs)
        return list(await asyncio.gather(*(self._run(job) for job in jobs)))

    async def _run(self, job: Awaitable[T]) -> tuple[T, Spent]:
        spent = Spent()
        _spent.set(spent)
        try:
            return await job, spent
        finally:
            self._crowd.running -= 1
            self._crowd.depart()

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The reply that the model gives to this request alone; raises ``UpstreamError``."""
        known = None if self._memory is None else self._memory.recalled(request)
        if known is not None:
            reply = known.reply
        elif not batchable(request):
            reply = await self._model.chat(request)
        else:
            waiting: asyncio.Future[ChatReply] = asyncio.get_running_loop().create_future()
            self._waiting.append((request, waiting))
            self._crowd.depart()
            reply = await waiting
        spent, usage = _spent.get(), reply.body["usage"]
        if spent is not None:
            spent.calls += 1
            spent.prompt_tokens += usage["prompt_tokens"]
            spent.completion_tokens += usage["completion_tokens"]
            spent.seconds += 0.0 if known is None else known.seconds
        return reply

    def start(self) -> None:
        """Answer what waits, unless a batch is under way."""
        if self._waiting and self._flight is None:
            batch, self._waiting = self._waiting, []
            self._flying = len(batch)
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
            self._flight, self._flying = None, 0
            self._crowd.depart()

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The model's own stream."""
        async for chunk in self._model.stream(request):
            yield chunk

    def score(self, messages: Sequence[Body], answers: Sequence[str]) -> list[Scored]:
        """The model's own scores."""
        return self.score_many([(messages, answers)])[0]

    def score_many(
        self, items: Sequence[tuple[Sequence[Body], Sequence[str]]]
    ) -> list[list[Scored]]:
        """The model's own scores of many conversations."""
        if self._memory is None:
            return self._model.score_many(items)
        known = [self._memory.recalled_scores(item) for item in items]
        new = _new(items, known)
        return _filled(known, self._model.score_many(new) if new else [])

    def letters(
        self, chats: Sequence[Sequence[Body]], letters: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """The model's own probabilities of letters."""
        if self._memory is None:
            return self._model.letters(chats, letters)
        known = [self._memory.recalled_letters(chat, letters) for chat in chats]
        new = _new(chats, known)
        return _filled(known, self._model.letters(new, letters) if new else [])

    async def models(self) -> Body:
        """The model's own list."""
        return await self._model.models()

    async def close(self) -> None:
        """Nothing to give back: the model is shared."""


def _new(asked: Sequence[T], known: Sequence[object]) -> list[T]:
    """What nothing is known of."""
    return [one for one, found in zip(asked, known, strict=True) if found is None]


def _filled(known: Sequence[T | None], made: Sequence[T]) -> list[T]:
    """What is known, and in the gaps what was made."""
    rest = iter(made)
    return [next(rest) if found is None else found for found in known]
