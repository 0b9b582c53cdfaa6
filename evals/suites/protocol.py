"""What a suite is: items that every system is asked, and what is to be forgotten.

    Suite("tofu-forget10", items, forget, retain, reference="retain90")

``forget`` and ``retain`` are what policies may be drafted from: the forget request itself, and
neighbours that the items do not ask about.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evals.records import Item
from prompts.policy import Example

__all__ = ["Suite", "limited"]


@dataclass(frozen=True, slots=True)
class Suite:
    """Items in order; ``reference`` names the split that the gold retrain is trained on.

    ``reference`` is empty where a suite has no retrain. ``notes`` are sentences for the report.
    ``taught`` is all that a model under test has been trained on, the forget set included; empty
    where nobody knows. ``targets`` are names to forget of which a suite holds no question with an
    answer: weights are unlearned with what the model itself says of them.
    """

    name: str
    items: tuple[Item, ...]
    forget: tuple[Example, ...] = ()
    retain: tuple[Example, ...] = ()
    reference: str = ""
    notes: tuple[str, ...] = ()
    taught: tuple[Example, ...] = ()
    targets: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that its items belong to, in order."""
        return tuple(dict.fromkeys(item.part for item in self.items))


def limited(suite: Suite, most: int | None) -> Suite:
    """The suite with at most so many items of each part: the same ones every time, by chance.

    Neither the first ones nor evenly spaced ones would do: TOFU asks twenty questions of each
    author in turn. Raises ValueError for a limit below 1.
    """
    if most is None:
        return suite
    if most < 1:
        raise ValueError(f"limit is {most}; give at least 1 item for each part, or no limit")
    kept: list[Item] = []
    for part in suite.parts:
        kept += _drawn([item for item in suite.items if item.part == part], most, part)
    return replace(suite, items=tuple(kept))


def _drawn(items: Sequence[Item], most: int, seed: str) -> list[Item]:
    if len(items) <= most:
        return list(items)
    chosen = random.Random(seed).sample(range(len(items)), most)
    return [items[index] for index in sorted(chosen)]
