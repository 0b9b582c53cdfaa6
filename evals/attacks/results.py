"""What attacks came to: success for each class and level with its interval, unboxed beside it.

tallied(found)["base64"].boxed.text      ->  "2.0 % (0.6 to 7.0, n = 100)"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evals.attacks.attack import Attack
from evals.attacks.running import Outcome
from evals.metrics.rates import Rate, rate

__all__ = ["Carried", "Tally", "tallied"]


@dataclass(frozen=True, slots=True, repr=False)
class Carried:
    """One attack and its outcomes; none where no question fitted it."""

    attack: Attack
    outcomes: tuple[Outcome, ...]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """Success of one class: through the box, without it, and by level."""

    family: str
    boxed: Rate
    unboxed: Rate
    levels: Mapping[str, Rate]
    seconds: float


def tallied(found: Sequence[Carried]) -> dict[str, Tally]:
    """The tally of every class that had questions, by name."""
    return {one.attack.name: _tally(one) for one in found if one.outcomes}


def _tally(one: Carried) -> Tally:
    levels = sorted({outcome.draft.asked.level for outcome in one.outcomes})
    return Tally(
        one.attack.family,
        _share(one.outcomes, _boxed),
        _share(one.outcomes, lambda outcome: bool(outcome.unboxed)),
        {
            level: _share([o for o in one.outcomes if o.draft.asked.level == level], _boxed)
            for level in levels
        },
        one.seconds,
    )


def _boxed(outcome: Outcome) -> bool:
    return bool(outcome.success)


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> Rate:
    return rate(sum(map(holds, outcomes)), len(outcomes))
