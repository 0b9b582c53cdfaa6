"""What a metric reads: one system's records beside their items, and what they are held against.

    case = Case(outcomes_of(items, records), retrained=..., unboxed=...)
    case.outcomes["forget"][0].reply        ->  "I have never heard of her."

A value that an item lacks is never filled in. Where more than one in twenty lack it, the figure is
undefined and says why; below that it stands on the rest, and its ``n`` shows so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.metrics.intervals import Interval, mean_interval, share_interval
from evals.records import Figure, Item, Likelihoods, Record

__all__ = ["TOLERATED", "Case", "Embed", "Measured", "Missing", "Outcome", "Outcomes", "figure",
           "likelihoods_of", "mean_of", "measured", "outcomes_of", "share_of"]  # fmt: skip

TOLERATED = 0.05
"""The share of items whose value may be missing from a figure that is still given."""

Embed = Callable[[Sequence[str]], Any]
"""Texts to a matrix of sentence vectors, one row each."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An item and what one system made of it."""

    item: Item
    record: Record

    @property
    def reply(self) -> str | None:
        """What the system wrote, if it was asked to write."""
        return None if self.record.reply is None else self.record.reply.text


Outcomes = Mapping[str, tuple[Outcome, ...]]
"""The outcomes of one system, by part, in the items' order."""


@dataclass(frozen=True, slots=True)
class Case:
    """One system's outcomes, those of the retrained and of the unboxed model, and an embedder."""

    outcomes: Outcomes
    retrained: Outcomes | None = None
    unboxed: Outcomes | None = None
    embed: Embed | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """Why an item has no value."""

    reason: str


@dataclass(frozen=True, slots=True)
class Measured:
    """The values of a metric over some items, by item id; or why there are none."""

    values: Mapping[str, float]
    undefined: str = ""

    @property
    def numbers(self) -> list[float]:
        """The values alone."""
        return list(self.values.values())


def outcomes_of(items: Sequence[Item], records: Sequence[Record]) -> Outcomes:
    """The records beside their items, by part.

    Items without a record are left out (a run may be limited). Raises ValueError for a record of
    no item, and for two records of one.
    """
    by_id = {record.item: record for record in records}
    if len(by_id) != len(records):
        twice = Counter(record.item for record in records).most_common(1)[0][0]
        raise ValueError(f"item '{twice}' has two records; keep one record per item and system")
    unknown = sorted(by_id.keys() - {item.id for item in items})
    if unknown:
        raise ValueError(
            f"{len(unknown)} records are of no item of the suite, such as '{unknown[0]}'; measure "
            "them with the items that they were made of"
        )
    found: dict[str, list[Outcome]] = {}
    for item in items:
        if item.id in by_id:
            found.setdefault(item.part, []).append(Outcome(item, by_id[item.id]))
    return {part: tuple(outcomes) for part, outcomes in found.items()}


def likelihoods_of(outcome: Outcome) -> Likelihoods | Missing | None:
    """The likelihoods; why they are missing; None where the item asked for none."""
    record = outcome.record
    if record.likelihoods is not None:
        return record.likelihoods
    return Missing(record.undefined) if record.undefined else None


def measured(
    outcomes: Sequence[Outcome], value: Callable[[Outcome], float | Missing | None]
) -> Measured | None:
    """A value for each outcome; None where no item asks for such a value.

    ``value`` gives None for an item that the metric does not concern.
    """
    found = {outcome.item.id: value(outcome) for outcome in outcomes}
    asked = {item: v for item, v in found.items() if v is not None}
    if not asked:
        return None
    values = {item: v for item, v in asked.items() if not isinstance(v, Missing)}
    reasons = Counter(v.reason for v in asked.values() if isinstance(v, Missing))
    missing = reasons.total()
    if missing <= TOLERATED * len(asked):
        return Measured(values)
    reason = reasons.most_common(1)[0][0]
    return Measured({}, reason if not values else f"{missing} of {len(asked)} items: {reason}")


def figure(
    metric: str,
    found: Measured,
    statistic: Callable[[list[float]], float],
    interval: Callable[[list[float]], Interval],
) -> Figure:
    """A statistic of measured values with its interval, or the reason why it is undefined."""
    if found.undefined:
        return Figure(metric, None, undefined=found.undefined)
    numbers = found.numbers
    low, high = interval(numbers)
    return Figure(metric, statistic(numbers), low, high, len(numbers))


def mean_of(
    metric: str, outcomes: Sequence[Outcome], value: Callable[[Outcome], float | Missing | None]
) -> list[Figure]:
    """The mean of a value over outcomes; no figure where no item asks for it."""
    found = measured(outcomes, value)
    return [] if found is None else [figure(metric, found, _mean, mean_interval)]


def share_of(
    metric: str, outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool | Missing | None]
) -> list[Figure]:
    """The share of outcomes for which something holds; no figure where no item asks for it."""
    found = measured(outcomes, holds)
    return [] if found is None else [figure(metric, found, _mean, _share_interval)]


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


def _share_interval(numbers: list[float]) -> Interval:
    return share_interval([number > 0 for number in numbers])
