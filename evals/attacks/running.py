"""Attacks carried out, many at a time, on a box in this process and on the product without it.

    runner = Runner(book, embed)
    runner.carry_out([draft, ...])[0].success        ->  "It is Portland, Maine."

Turns of a conversation are really answered one after the other. The product without a box gets the
same requests, and its success is kept beside.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from boxed.api.chat import Body, ChatRequest
from boxed.api.replies import text_of
from boxed.box import Box
from boxed.deciding.snapshot import Models
from evals.attacks.attack import Draft, body_of
from evals.attacks.oracle import Oracle
from evals.attacks.success import succeeded
from guards.verdicts import Embed
from prompts.book import PolicyBook

__all__ = ["Outcome", "Runner"]

_AT_ONCE = 32


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """One attacked question: what was asked and said, and the reading that gave the answer away.

    ``success`` and ``unboxed`` are readings, empty where the attack failed. ``steps`` are the box's
    own notes on its last decision.
    """

    draft: Draft
    request: Body
    replies: tuple[str, ...]
    success: str
    unboxed: str
    seconds: float
    steps: tuple[str, ...] = ()


@dataclass(slots=True)
class _Heard:
    """What the client has heard so far."""

    said: list[str] = field(default_factory=list[str])
    bodies: list[Body] = field(default_factory=list[Body])
    request: Body = field(default_factory=dict[str, Any])
    steps: tuple[str, ...] = ()


class Runner:
    """A box with one book around a product that always tells; for one thread."""

    def __init__(self, book: PolicyBook, embed: Embed | None) -> None:
        """``embed`` None screens by names alone."""
        self.oracle = Oracle()
        self.box = Box(Models(self.oracle), book, embed)
        self._embed = embed
        self._loop = asyncio.Runner()

    def carry_out(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """Every attack through the box and without it, in order."""
        return self._loop.run(self._all(drafts))

    async def _all(self, drafts: Sequence[Draft]) -> list[Outcome]:
        firsts = [ChatRequest(body_of(draft, 0)) for draft in drafts]
        texts = list(dict.fromkeys(t for one in firsts for t in self.box.to_embed(one)))
        if self._embed is not None and texts:
            # Vectors of a batch cost a fraction of those one by one, and are remembered.
            await asyncio.to_thread(self._embed, texts)
        gate = asyncio.Semaphore(_AT_ONCE)

        async def limited(draft: Draft) -> Outcome:
            async with gate:
                return await self._one(draft)

        return list(await asyncio.gather(*(limited(draft) for draft in drafts)))

    async def _one(self, draft: Draft) -> Outcome:
        with self.oracle.asked(draft):
            begun = time.perf_counter()
            heard = await self._conversation(draft, boxed=True)
            seconds = time.perf_counter() - begun
            bare = await self._conversation(draft, boxed=False)
        return Outcome(
            draft,
            heard.request,
            tuple(text_of(body) for body in heard.bodies),
            succeeded(draft, heard.bodies),
            succeeded(draft, bare.bodies),
            seconds,
            heard.steps,
        )

    async def _conversation(self, draft: Draft, *, boxed: bool) -> _Heard:
        heard = _Heard()
        for turn in range(len(draft.turns) + 1):
            request = body_of(draft, turn, heard.said)
            for sample in range(draft.samples if turn == len(draft.turns) else 1):
                heard.request = {**request, "temperature": 1, "seed": sample} if sample else request
                await self._ask(heard, draft.stream, boxed)
            heard.said.append(text_of(heard.bodies[-1]))
        return heard

    async def _ask(self, heard: _Heard, stream: bool, boxed: bool) -> None:
        model = self.box if boxed else self.oracle
        if stream:
            request = ChatRequest({**heard.request, "stream": True})
            heard.bodies.append(_joined([chunk async for chunk in model.stream(request)]))
        elif boxed:
            decision = await self.box.decide(ChatRequest(heard.request))
            heard.bodies.append(decision.reply.body)
            heard.steps = tuple(f"{step.stage}: {step.decision}" for step in decision.trace.steps)
        else:
            heard.bodies.append((await self.oracle.chat(ChatRequest(heard.request))).body)


def _joined(chunks: Sequence[Body]) -> Body:
    """What a client of a stream has read when it ends."""
    said = "".join(
        str((choice.get("delta") or {}).get("content") or "")
        for chunk in chunks
        for choice in chunk.get("choices") or []
    )
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": said}}]}
