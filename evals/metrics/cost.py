"""Cost: model calls, prompt tokens, completion tokens and seconds per request.

    per_request([Reply("...", model_calls=2), Reply("...", model_calls=1)])["model_calls"]  ->  1.5

Seconds are those of this machine and batch size: read them as ratios between systems of one run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

from evals.metrics.outcomes import Case, Outcome, mean_of
from evals.records import Figure, Reply

__all__ = ["COSTS", "figures", "per_request"]

COSTS = ("model_calls", "prompt_tokens", "completion_tokens", "seconds")


def per_request(replies: Sequence[Reply]) -> dict[str, float]:
    """The mean of each cost over replies."""
    return {name: fmean(float(getattr(reply, name)) for reply in replies) for name in COSTS}


def figures(case: Case) -> list[Figure]:
    """Each cost over all requests of the suite."""
    asked = [outcome for outcomes in case.outcomes.values() for outcome in outcomes]
    return [found for name in COSTS for found in mean_of(name, asked, _of(name))]


def _of(name: str) -> Callable[[Outcome], float | None]:
    def value(outcome: Outcome) -> float | None:
        reply = outcome.record.reply
        return None if reply is None else float(getattr(reply, name))

    return value
