"""The product's own stream on its way through the gates, up to a leak and what is said instead.

    passing = Passing(way, request, likeness, new_gate)
    async for chunks in passing.batches(): ...
    passing.first_of_all     the leak that came before anything had left; the graph answers then

What came in one network read is read by the gates as one and leaves as one.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial

from boxed.api.chat import Body, ChatRequest
from boxed.api.plain_words import Batch
from boxed.api.replies import in_format, wants_json
from boxed.api.word_run import Run
from boxed.deciding.aside import HEAVY, aside, length_of
from boxed.deciding.graph import Context
from boxed.deciding.in_place import ignorance_for
from boxed.deciding.metering import metered
from boxed.deciding.unanswered import unanswered
from boxed.likeness.reply import Likeness, Stopped
from boxed.models.batches import batches_of
from boxed.release.gate import NewGate
from boxed.release.outgoing import Outgoing
from guards.verdicts import Leak

__all__ = ["Passing"]

_LEFT_OF_MUCH = 20  # so much of a stream has left already for one character that is read now


class Passing:
    """One stream of the product's."""

    def __init__(
        self, way: Context, request: ChatRequest, likeness: Likeness, new_gate: NewGate
    ) -> None:
        self._way = way
        self._request = request
        self._likeness = likeness
        self._new_gate = new_gate
        self._guard = Outgoing(new_gate, whole=wants_json(request.body))
        self._heard = likeness.listening(request)
        self._stopped = Stopped(self._heard)
        self._ended: set[int] = set()

    @property
    def first_of_all(self) -> Leak | None:
        """The leak that was found before anything had left."""
        return None if self._guard.released else self._guard.leak

    async def batches(self) -> AsyncGenerator[Sequence[Body]]:
        """What may leave, until the stream ends or a leak comes first of all."""
        guard, request = self._guard, self._request
        product = self._way.snapshot.models.product
        source = metered(batches_of(product, request), request, self._way.trace)
        held: list[Sequence[Body]] = []
        read = 0
        async with aclosing(source):
            async for batch in source:
                if isinstance(batch, Run):
                    length, count = batch.length, len(batch.words)
                else:
                    length, count = _length_of(batch), len(batch.chunks)
                read += length
                at = 0
                while at < count:
                    # A leak behind much text may have to be looked for in all of it again.
                    first, weight = at, max(length, read // _LEFT_OF_MUCH)
                    if weight <= HEAVY:
                        out, at = self._fed(batch, first)
                    else:
                        out, at = await aside(weight, partial(self._fed, batch, first))
                    self._hear(batch, first, at)
                    held += out
                    if self.first_of_all is not None:
                        return
                    if guard.released and held:
                        for ready in held:
                            yield ready
                        held = []
                    if guard.leak is None:
                        continue
                    async for ready in self._endings():
                        yield ready
                    if self._all_ended():
                        # The product need not go on.
                        if counts := await self._likeness.counts_of(request, self._stopped):
                            yield counts
                        return
        rest = await aside(read // _LEFT_OF_MUCH, guard.close)
        if self.first_of_all is not None:
            return
        self._heard.over()
        for ready in (*held, rest) if rest else held:
            yield ready
        async for ready in self._endings():
            yield ready

    def _fed(self, batch: Batch | Run, at: int) -> tuple[list[Sequence[Body]], int]:
        """What may leave of a batch from number ``at`` on, up to a leak, and how many are done."""
        if isinstance(batch, Run):
            return self._guard.feed_run(batch, at)
        out, at = self._guard.feed_some(batch.chunks, at, batch.words)
        return [out] if out else [], at

    def _hear(self, batch: Batch | Run, first: int, done: int) -> None:
        if isinstance(batch, Run):
            self._heard.run(batch if done - first == len(batch.words) else batch[first:done])
            return
        for number in range(first, done):
            self._heard.chunk(batch.chunks[number], batch.words[number])

    def _all_ended(self) -> bool:
        return bool(self._ended) and len(self._ended) >= (self._request.body.get("n") or 1)

    async def _endings(self) -> AsyncGenerator[Sequence[Body]]:
        """The endings of the choices that have leaked since this was asked last."""
        for choice in self._guard.leaked_choices - self._ended:
            self._ended.add(choice)
            async with aclosing(self._ending(choice)) as ending:
                async for ready in ending:
                    yield ready

    async def _ending(self, choice: int) -> AsyncGenerator[Sequence[Body]]:
        """Words of ignorance in the place of the rest of a choice, as the product would say them.

        One blank stands between them and what has left. What else the message asks is answered
        behind them.
        """
        way, request, leak = self._way, self._request, self._guard.leak
        said = self._guard.said.get(choice, "")
        line = in_format(await ignorance_for(way, request, leak), request.body)
        if leak is not None and (rest := await unanswered(way, request, leak, said)):
            line = f"{line}\n\n{rest}"
        if said and not said[-1].isspace():
            line = f" {line}"
        sent = self._likeness.continued(request, self._stopped, choice, said, line, self._new_gate)
        async with aclosing(sent) as batches:
            async for batch in batches:
                yield batch


def _length_of(batch: Batch) -> int:
    return sum(
        length_of(chunk) if plain is None else len(plain[1])
        for chunk, plain in zip(*batch, strict=True)
    )
