"""When a reply leaves, so that the time it took does not tell whose words it holds.

    timing = Timing("answers")
    timing.took(own=True, seconds=1.2, length=180)     after each reply of the product's own
    await timing.settle(own=False, since=begun, length=25)

Under ``answers`` a reply in the product's place leaves no sooner than a recent reply of the
product's of that length did. It may still leave later: some take a second call. Under ``all`` every
reply, the product's own included, waits as long as nineteen in twenty of either kind do: that hides
the second call, and every client pays for it. Kept are seconds and numbers of letters, of the last
replies, and nothing of what they say.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Literal, TypeVar

import numpy as np

from boxed.models.closing import closable

__all__ = ["Pace", "Timing"]

Pace = Literal["off", "answers", "all"]
Piece = TypeVar("Piece")
_KEPT = 200  # replies of each kind
_FEWEST = 5  # replies of the product's that say how long one takes
_MOST = 0.95  # of replies, under ``all``
LONGEST = 30.0
"""Seconds that a reply is held back at most."""
Taken = tuple[float, int]
"""Seconds, and letters of the reply."""


class Timing:
    """How long replies of one product take, whole and until a stream's first chunk."""

    def __init__(self, pace: Pace = "answers") -> None:
        self._pace = pace
        self._own = _Kept(), _Kept()
        self._boxed = _Kept(), _Kept()

    def took(self, own: bool, seconds: float, length: int, *, stream: bool = False) -> None:
        """Take note of a reply that is ready, of ``length`` letters; streams have none yet."""
        (self._own if own else self._boxed)[stream].add(seconds, length)

    async def settle(self, own: bool, since: float, length: int, *, stream: bool = False) -> float:
        """Wait until a reply that was begun at ``since`` (``time.monotonic``) may leave.

        Returns the seconds waited.
        """
        if self._pace == "off":
            return 0.0
        ready = time.monotonic() - since
        self.took(own, ready, length, stream=stream)
        seconds = min(self._due(own, length, stream) - ready, LONGEST)
        if seconds <= 0:
            return 0.0
        await asyncio.sleep(seconds)
        return seconds

    def _due(self, own: bool, length: int, stream: bool) -> float:
        """Seconds after which a reply of this length leaves at the earliest."""
        known = self._own[stream]
        if len(known) < _FEWEST:
            return 0.0
        if self._pace == "answers":
            return 0.0 if own else known.drawn(length)
        return max(kind.most(length, known) for kind in (known, self._boxed[stream]))

    async def stream(
        self, chunks: AsyncIterator[Piece], own: Callable[[], bool]
    ) -> AsyncGenerator[Piece]:
        """The chunks of a stream, or lists of them, the first no sooner than it may leave.

        The others follow at the distance at which they came. ``own`` says, once there is a chunk,
        whether it is the product's.
        """
        since = time.monotonic()
        delay: float | None = None
        if self._pace != "all":
            async with aclosing(closable(chunks)) as source:
                async for chunk in source:
                    if delay is None:
                        delay = await self.settle(own(), since, 0, stream=True)
                    yield chunk
            return
        async with aclosing(_arriving(chunks)) as arriving:
            async for at, chunk in arriving:
                if delay is None:
                    delay = await self.settle(own(), since, 0, stream=True)
                elif delay and (left := at + delay - time.monotonic()) > 0:
                    await asyncio.sleep(left)
                yield chunk


class _Kept:
    """The last replies of one kind."""

    def __init__(self) -> None:
        self._taken: deque[Taken] = deque(maxlen=_KEPT)

    def __len__(self) -> int:
        return len(self._taken)

    def add(self, seconds: float, length: int) -> None:
        self._taken.append((seconds, length))

    def line(self) -> tuple[float, float]:
        """Seconds before the first letter and for each, by least squares; neither is negative."""
        seconds, lengths = self._columns()
        spread = float(np.var(lengths))
        each = float(np.mean((lengths - lengths.mean()) * seconds)) / spread if spread else 0.0
        each = max(each, 0.0)
        return max(float(np.mean(seconds)) - each * float(lengths.mean()), 0.0), each

    def drawn(self, length: int) -> float:
        """What a reply of this length might have taken: the line, and a recent distance from it."""
        first, each = self.line()
        seconds, letters = random.choice(self._taken)
        return first + each * length + seconds - first - each * letters

    def most(self, length: int, like: _Kept) -> float:
        """What nineteen in twenty of these would have taken, were they of this length."""
        if not self._taken:
            return 0.0
        first, each = like.line()
        seconds, lengths = self._columns()
        return first + each * length + float(np.quantile(seconds - first - each * lengths, _MOST))

    def _columns(self) -> tuple[np.ndarray, np.ndarray]:
        taken: Sequence[Taken] = tuple(self._taken)
        return np.array([s for s, _ in taken]), np.array([float(n) for _, n in taken])


async def _arriving(chunks: AsyncIterator[Piece]) -> AsyncGenerator[tuple[float, Piece]]:
    """The chunks with the time at which each came, read ahead of whoever waits with them."""
    queue: asyncio.Queue[tuple[float, Piece] | Exception | None] = asyncio.Queue(maxsize=1_000)

    async def read() -> None:
        try:
            async with aclosing(closable(chunks)) as source:
                async for chunk in source:
                    await queue.put((time.monotonic(), chunk))
        except Exception as error:  # noqa: BLE001 - raised where the chunks are awaited
            await queue.put(error)
            return
        await queue.put(None)

    reader = asyncio.create_task(read())
    try:
        while (came := await queue.get()) is not None:
            if isinstance(came, Exception):
                raise came
            yield came
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
