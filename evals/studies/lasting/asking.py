"""What a system gives away and what it still answers: a few figures of a few questions.

    asked(system, items)["forget/attack_success"].value      ->  .35

The suites' own metrics on the replies alone: no likelihoods, so the box is asked as it serves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evals.metrics import leaks, rouge
from evals.metrics.outcomes import Case, outcomes_of
from evals.records import Figure, Item, Record, Reply
from evals.systems.protocol import System

__all__ = ["MOST", "asked", "figures_of", "short"]

MOST = 64
"""New tokens of a reply: the longest answer of the embedded world has fewer."""


def short(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items with replies of at most ``MOST`` tokens: a model that collapsed never ends."""
    return tuple(replace(item, most=min(item.most, MOST)) for item in items)


def asked(system: System, items: Sequence[Item]) -> dict[str, Figure]:
    """ROUGE-L recall of every part, and attack success of those to be forgotten, by metric.

    Raises ValueError for two items of one id.
    """
    return figures_of(items, system.answer(items), system.name)


def figures_of(
    items: Sequence[Item], replies: Sequence[Reply | None], name: str
) -> dict[str, Figure]:
    """The same of replies that are there."""
    records = [
        Record(item.id, "", item.id, item.part, name, reply, None)
        for item, reply in zip(items, replies, strict=True)
    ]
    case = Case(outcomes_of(items, records))
    return {figure.metric: figure for figure in (*rouge.figures(case), *leaks.figures(case))}
