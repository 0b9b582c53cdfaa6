"""Which examples every step reads: fixed beforehand by a seed, so that a run can go on anywhere.

schedule([12, 30, 11, 29], batch=2, steps=3, seed=1)     ->  [(2, 0), (3, 1), (0, 2)]
"""

from __future__ import annotations

import random
from collections.abc import Sequence

__all__ = ["schedule", "steps_of"]

POOL = 8
"""Batches whose examples are sorted by length together, so that little of a batch is padding."""


def steps_of(examples: int, batch: int, epochs: float) -> int:
    """Steps of ``epochs`` passes over the examples, one at least."""
    return max(1, round(-(-examples // batch) * epochs))


def schedule(lengths: Sequence[int], batch: int, steps: int, seed: int) -> list[tuple[int, ...]]:
    """The numbers of the examples of each step.

    Every pass reads each example once, in an order of its own; within pools of ``POOL`` batches
    examples of like length stand together. The last batch of a pass may be smaller.
    """
    found: list[tuple[int, ...]] = []
    rng = random.Random(seed)
    while len(found) < steps:
        order = rng.sample(range(len(lengths)), len(lengths))
        for start in range(0, len(order), batch * POOL):
            pool = sorted(order[start : start + batch * POOL], key=lambda n: lengths[n])
            groups = [tuple(pool[at : at + batch]) for at in range(0, len(pool), batch)]
            found += rng.sample(groups, len(groups))
    return found[:steps]
