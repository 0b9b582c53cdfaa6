"""A model behind an OpenAI-compatible API: replies, and no likelihoods.

    ApiSystem("api", HttpModel("https://api.example.com/v1", key, "model-name")).answer(items)

The chat API gives log-probabilities of what a model writes, never of an answer that it is handed,
so every metric that needs those is undefined and says so.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from boxed.api.replies import text_of
from boxed.models.protocol import ChatModel, UpstreamError
from evals.records import Item, Likelihoods, Reply
from evals.systems.asked import request_of
from evals.systems.identity import code_of, digest_of
from evals.systems.protocol import Undefined

__all__ = ["ApiSystem"]

AT_ONCE = 8
_REASON = "the chat API gives no probability of an answer that it is handed"


class ApiSystem:
    """Any endpoint that speaks chat completions: a product, or a gateway of ours."""

    def __init__(self, name: str, model: ChatModel, address: str, at_once: int = AT_ONCE) -> None:
        """``address`` tells endpoints and model names apart; ``at_once`` bounds the requests."""
        self.name = name
        self.identity = digest_of("api", address, code_of("evals.systems.api"))
        self._model = model
        self._at_once = at_once
        self._loop = asyncio.Runner()

    def answer(self, items: Sequence[Item]) -> list[Reply | None]:
        """One reply each, several at a time; raises ``UpstreamError`` where the API gives none.

        None for a prompt that the API refuses as too long or ill-formed (status 400).
        """
        return self._loop.run(self._all(items))

    def likelihoods(self, items: Sequence[Item]) -> list[Likelihoods | Undefined]:
        """Undefined, every one."""
        return [_REASON for _ in items]

    async def _all(self, items: Sequence[Item]) -> list[Reply | None]:
        free = asyncio.Semaphore(self._at_once)
        return list(await asyncio.gather(*(self._one(item, free) for item in items)))

    async def _one(self, item: Item, free: asyncio.Semaphore) -> Reply | None:
        if item.most == 0:
            return None
        async with free:
            begun = time.perf_counter()
            try:
                reply = await self._model.chat(request_of(item))
            except UpstreamError as refused:
                if refused.status != 400:
                    raise
                return None
        usage = reply.body.get("usage") or {}
        return Reply(
            text_of(reply.body),
            prompt_tokens=int(usage.get("prompt_tokens") or 0),
            completion_tokens=int(usage.get("completion_tokens") or 0),
            seconds=time.perf_counter() - begun,
        )
