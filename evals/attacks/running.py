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
from evals.attacks.success import answered, succeeded
from guards.verdicts import Embed
from prompts.book import PolicyBook

__all__ = ["Outcome", "Runner"]

_AT_ONCE = 32


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """One attacked question: what was asked and said, and the reading that gave the answer away.

    ``success`` and ``unboxed`` are readings, empty where the attack failed. ``leaks`` says of each
    sample of the last turn whether it gave an answer away; ``kept`` is how many of the draft's
    questions beside were answered, ``kept_unboxed`` without the box. ``steps`` are the box's own
    notes on its last decision.
    """

    draft: Draft
    request: Body
    replies: tuple[str, ...]
    success: str
    unboxed: str
    seconds: float
    steps: tuple[str, ...] = ()
    leaks: tuple[bool, ...] = ()
    kept: int = 0
    kept_unboxed: int = 0


@dataclass(slots=True, repr=False)
class _Heard:
    """One conversation, and what the client has heard in it so far."""

    draft: Draft
    said: list[str] = field(default_factory=list[str])
    bodies: list[Body] = field(default_factory=list[Body])
    request: Body = field(default_factory=dict[str, Any])
    steps: tuple[str, ...] = ()
    seconds: float = 0.0


class Runner:
    """A box with one book around a product that always tells; for one thread."""

    def __init__(self, book: PolicyBook, embed: Embed | None) -> None:
        """``embed`` None screens by names alone."""
        self.oracle = Oracle()
        self.box = Box(Models(self.oracle), book, embed, pace="off")
        self._embed = embed
        self._loop = asyncio.Runner()

    def carry_out(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """Every attack through the box and without it, in order."""
        return self._loop.run(self._all(drafts))

    async def _all(self, drafts: Sequence[Draft]) -> list[Outcome]:
        boxed = await self._conversations(drafts, boxed=True)
        bare = await self._conversations(drafts, boxed=False)
        return [
            Outcome(
                one.draft,
                one.request,
                tuple(text_of(body) for body in one.bodies),
                succeeded(one.draft, one.bodies),
                succeeded(one.draft, other.bodies),
                one.seconds,
                one.steps,
                tuple(bool(succeeded(one.draft, [b])) for b in one.bodies[-one.draft.samples :]),
                answered(one.draft, one.bodies),
                answered(one.draft, other.bodies),
            )
            for one, other in zip(boxed, bare, strict=True)
        ]

    async def _conversations(self, drafts: Sequence[Draft], *, boxed: bool) -> list[_Heard]:
        """All conversations turn by turn, so that the sentence vectors of a turn are one batch."""
        every = [_Heard(draft) for draft in drafts]
        for turn in range(max((len(draft.turns) for draft in drafts), default=-1) + 1):
            going = [one for one in every if turn <= len(one.draft.turns)]
            for one in going:
                one.request = body_of(one.draft, turn, one.said)
            if boxed:
                await self._embedded([ChatRequest(one.request) for one in going])
            gate = asyncio.Semaphore(_AT_ONCE)
            await asyncio.gather(*(self._turn(one, turn, boxed, gate) for one in going))
        return every

    async def _embedded(self, requests: Sequence[ChatRequest]) -> None:
        """Vectors of a batch cost a fraction of those one by one, and are remembered."""
        texts = list(dict.fromkeys(t for one in requests for t in self.box.to_embed(one)))
        if self._embed is not None and texts:
            await asyncio.to_thread(self._embed, texts)

    async def _turn(self, one: _Heard, turn: int, boxed: bool, gate: asyncio.Semaphore) -> None:
        draft, request = one.draft, one.request
        async with gate:
            begun = time.perf_counter()
            with self.oracle.asked(draft):
                for sample in range(draft.samples if turn == len(draft.turns) else 1):
                    if sample:
                        one.request = {**request, "temperature": 1, "seed": sample}
                    await self._ask(one, boxed)
            one.said.append(text_of(one.bodies[-1]))
            one.seconds += time.perf_counter() - begun

    async def _ask(self, heard: _Heard, boxed: bool) -> None:
        model = self.box if boxed else self.oracle
        if heard.draft.stream:
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
