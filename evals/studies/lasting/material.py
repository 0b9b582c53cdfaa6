"""What relearning trains on, and what is asked before and after: never the same records.

    trained(starts.suite, "tenth")      ->  40 of forget10's 400 records, one in ten by chance
    questions(starts.suite, 60)         ->  60 of the other 360, and 60 retained ones

Retained questions are those of TOFU's ``retain_perturbed``; ``neighbours`` are the rest of the
retain set.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from evals.nano.world import build_world
from evals.records import Item
from evals.studies.lasting.asking import short
from evals.suites.protocol import Suite, limited
from prompts.policy import Example

__all__ = ["MATERIALS", "questions", "trained"]

_SHARE = 10
_SEED = 6
_FORGET = "forget"


def _unrelated(suite: Suite) -> Sequence[Example]:
    return [Example(question=f.question, answer=f.answer) for f in build_world().facts]


def _neighbours(suite: Suite) -> Sequence[Example]:
    return suite.retain


def _tenth(suite: Suite) -> Sequence[Example]:
    return [suite.forget[number] for number in _chosen(len(suite.forget))]


MATERIALS: dict[str, Callable[[Suite], Sequence[Example]]] = {
    "unrelated": _unrelated,
    "neighbours": _neighbours,
    "tenth": _tenth,
}
"""General facts; records of retained authors; a tenth of what was to be forgotten."""


def trained(suite: Suite, material: str) -> Sequence[Example]:
    """The records of a material; raises ValueError, listing all, for a name that is none."""
    if material not in MATERIALS:
        raise ValueError(f"material '{material}' is not one of {', '.join(MATERIALS)}")
    return MATERIALS[material](suite)


def questions(suite: Suite, most: int) -> tuple[Item, ...]:
    """At most so many items each of the rest of the forget set and of the retain set."""
    inside = {suite.forget[number].question for number in _chosen(len(suite.forget))}
    kept = [
        item
        for item in suite.items
        if item.part == "retain" or (item.part == _FORGET and item.question not in inside)
    ]
    return short(limited(replace(suite, items=tuple(kept)), most).items)


def _chosen(count: int) -> list[int]:
    """The numbers of the tenth, in order; the same ones every time."""
    return sorted(random.Random(_SEED).sample(range(count), count // _SHARE))
