"""The rhythm of a stream: pauses drawn from those of the product's own streams."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any, cast

from boxed.api.chat import Body

__all__ = ["LONGEST", "paced"]

LONGEST = 3.0
"""Seconds that the pauses of one reply add at most; a long one is written faster."""
_SHORTEST = 0.0005


def paced(chunks: Sequence[Body], gaps: Sequence[float]) -> Iterator[tuple[float, list[Body]]]:
    """Chunks that come together, with the seconds to wait before; none before the first words."""
    drawn = [random.choice(gaps) if gaps and _speaks(one) else 0.0 for one in chunks]
    first = next((n for n, one in enumerate(chunks) if _speaks(one)), None)
    if first is not None:
        drawn[first] = 0.0
    share = min(1.0, LONGEST / sum(drawn)) if sum(drawn) > 0 else 1.0
    before, batch = 0.0, list[Body]()
    for gap, chunk in zip(drawn, chunks, strict=True):
        seconds = gap * share
        if seconds >= _SHORTEST and batch:
            yield before, batch
            before, batch = seconds, []
        batch.append(chunk)
    if batch:
        yield before, batch


def _speaks(chunk: Body) -> bool:
    for choice in cast("list[Any]", chunk.get("choices") or []):
        delta = choice.get("delta") or {}
        if delta.get("content") or choice.get("text"):
            return True
    return False
