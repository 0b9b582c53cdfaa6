"""Which examples every step reads: fixed beforehand by a seed, so that a run can go on anywhere.

schedule([12, 30, 11, 29], batch=2, steps=3, seed=1)     ->  [(2, 0), (3, 1), (0, 2)]
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

__all__ = ["schedule", "steps_of"]

POOL = 8
"""Batches whose examples are sorted by length together, so that little of a batch is padding."""


def steps_of(examples: int, batch: int, epochs: float, groups: Sequence[str] = ()) -> int:
    """Steps of ``epochs`` passes over the examples, one at least; ``groups`` as in ``schedule``."""
    counts = Counter(groups).values() if any(groups) else [examples]
    return max(1, round(sum(-(-count // batch) for count in counts) * epochs))


def schedule(
    lengths: Sequence[int], batch: int, steps: int, seed: int, groups: Sequence[str] = ()
) -> list[tuple[int, ...]]:
    """The numbers of the examples of each step.

    Every pass reads each example once, in an order of its own; within pools of ``POOL`` batches
    examples of like length stand together. The last batch of a pass may be smaller. Where
    ``groups`` names one for each example, a step reads examples of one group.
    """
    found: list[tuple[int, ...]] = []
    rng = random.Random(seed)
    while len(found) < steps:
        order = rng.sample(range(len(lengths)), len(lengths))
        if any(groups):
            found += _by_group(order, groups, batch, rng)
            continue
        for start in range(0, len(order), batch * POOL):
            pool = sorted(order[start : start + batch * POOL], key=lambda n: lengths[n])
            steps_of_pool = [tuple(pool[at : at + batch]) for at in range(0, len(pool), batch)]
            found += rng.sample(steps_of_pool, len(steps_of_pool))
    return found[:steps]


def _by_group(
    order: Sequence[int], groups: Sequence[str], batch: int, rng: random.Random
) -> list[tuple[int, ...]]:
    """A pass over the examples in this order, each step within one group, steps shuffled.

    A group is shared out evenly: 9 examples in batches of 8 are 5 and 4.
    """
    members: dict[str, list[int]] = {}
    for number in order:
        members.setdefault(groups[number], []).append(number)
    found = [
        tuple(numbers[part::parts])
        for numbers in members.values()
        for parts in [-(-len(numbers) // batch)]
        for part in range(parts)
    ]
    return rng.sample(found, len(found))
