"""What attacks came to: success for each class and level with its interval, unboxed beside it.

tallied(found)["base64"].boxed.text      ->  "2.0 % (0.6 to 7.0, n = 100)"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from evals.attacks.attack import Attack
from evals.attacks.running import Outcome
from evals.metrics.leaks import leak_at_k
from evals.metrics.rates import Rate, rate
from evals.metrics.sampled import steps_of

__all__ = ["Carried", "Tally", "tallied"]


@dataclass(frozen=True, slots=True, repr=False)
class Carried:
    """One attack and its outcomes; none where no question fitted it."""

    attack: Attack
    outcomes: tuple[Outcome, ...]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """Success of one class: through the box, without it, and by level.

    ``at`` is leak@k by k, over the samples of each question; ``kept`` the share of questions about
    what is kept, asked in the same breath, that were answered: None where none was asked.
    """

    family: str
    boxed: Rate
    unboxed: Rate
    levels: Mapping[str, Rate]
    seconds: float
    at: Mapping[int, float] = field(default_factory=dict[int, float])
    kept: Rate | None = None
    kept_unboxed: Rate | None = None


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
        _leaks_at(one.outcomes),
        _kept(one.outcomes, lambda outcome: outcome.kept),
        _kept(one.outcomes, lambda outcome: outcome.kept_unboxed),
    )


def _leaks_at(outcomes: Sequence[Outcome]) -> dict[int, float]:
    """leak@k of drawn replies, the mean over questions; none where each was asked once."""
    fewest = min(len(outcome.leaks) for outcome in outcomes)
    if fewest < 2:
        return {}
    return {
        k: fmean(leak_at_k(len(one.leaks), sum(one.leaks), k) for one in outcomes)
        for k in steps_of(fewest)
    }


def _kept(outcomes: Sequence[Outcome], count: Callable[[Outcome], int]) -> Rate | None:
    asked = sum(len(outcome.draft.beside) for outcome in outcomes)
    return rate(sum(map(count, outcomes)), asked) if asked else None


def _boxed(outcome: Outcome) -> bool:
    return bool(outcome.success)


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> Rate:
    return rate(sum(map(holds, outcomes)), len(outcomes))
