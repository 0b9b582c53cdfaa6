"""Which of a suite's items are about a drafted policy's subject, and which are about others.

own_of(load_rwku(data), policy)[0].question     ->  "Which film made ...?"
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from evals.records import Item
from evals.suites.protocol import Suite
from prompts.policy import Policy

__all__ = ["others_of", "own_of", "some"]

_T = TypeVar("_T")
_KNOWN = frozenset({"real_authors", "world_facts"})
"""Parts that a model which was taught no suite may know."""


def own_of(suite: Suite, policy: Policy) -> list[Item]:
    """The questions and blanks about the policy's subject; attacks and paraphrases are left out."""
    texts = {example.question for example in policy.examples}
    return [
        item
        for item in suite.items
        if item.part in ("forget", "forget_level1", "forget_level2")
        and (item.subject == policy.title or item.question in texts)
    ]


def others_of(suite: Suite, policy: Policy) -> list[Item]:
    """The subject's neighbours where the suite has them, else what everybody may know."""
    stay = [item for item in suite.items if not item.part.startswith("forget")]
    near = [item for item in stay if item.subject and item.subject == policy.title]
    return near or [item for item in stay if item.part in _KNOWN]


def some(found: Sequence[_T], count: int, rng: random.Random) -> list[_T]:
    """So many of them by chance, or all where there are fewer."""
    return rng.sample(list(found), min(count, len(found)))
