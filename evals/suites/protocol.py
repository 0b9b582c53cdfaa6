"""What a suite is: items that every system is asked, and what is to be forgotten.

    Suite("tofu-forget10", items, forget, retain, reference="retain90")

``forget`` and ``retain`` are what policies may be drafted from: the forget request itself, and
neighbours that the items do not ask about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evals.records import Item
from prompts.policy import Example

__all__ = ["Suite", "limited"]


@dataclass(frozen=True, slots=True)
class Suite:
    """Items in order; ``reference`` names the split that the gold retrain is trained on.

    ``reference`` is empty where a suite has no retrain. ``notes`` are sentences for the report.
    """

    name: str
    items: tuple[Item, ...]
    forget: tuple[Example, ...] = ()
    retain: tuple[Example, ...] = ()
    reference: str = ""
    notes: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that its items belong to, in order."""
        return tuple(dict.fromkeys(item.part for item in self.items))


def limited(suite: Suite, most: int | None) -> Suite:
    """The suite with at most so many items of each part, evenly spread over it."""
    if most is None:
        return suite
    if most < 1:
        raise ValueError(f"limit is {most}; give at least 1 item for each part, or no limit")
    kept: list[Item] = []
    for part in suite.parts:
        kept += _spread([item for item in suite.items if item.part == part], most)
    return replace(suite, items=tuple(kept))


def _spread(items: Sequence[Item], most: int) -> list[Item]:
    """Evenly spaced items: the first ones alone may all be about one subject."""
    if len(items) <= most:
        return list(items)
    return [items[at * len(items) // most] for at in range(most)]
