"""Probability of answers, and TOFU's truth ratio: are wrong answers as likely as the right one?

    truth_ratio(right, wrong)     R = exp(-mean l(wrong)) / exp(-l(right))

``l`` is the mean negative log-likelihood in nats per token. R near 0: the right answer stands out,
as in a model that knows it. R near 1: it does not. Source: Maini et al. 2024 (arXiv 2401.06121).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from boxed.models.scored import Scored
from evals.metrics.outcomes import Case, Missing, Outcome, likelihoods_of, mean_of
from evals.metrics.parts import NORMALISED, UTILITY, is_unseen
from evals.records import Figure

__all__ = ["as_closeness", "as_utility", "figures", "normalised", "probability_of", "ratio_of",
           "truth_ratio", "utility_values"]  # fmt: skip

_LARGEST = 700.0  # the exponential of more is no float


def truth_ratio(right: float, wrong: Sequence[float]) -> float:
    """R from the mean negative log-likelihoods of the right and of the wrong answers."""
    return math.exp(min(_LARGEST, right - math.fsum(wrong) / len(wrong)))


def as_closeness(ratio: float) -> float:
    """``min(R, 1/R)``: 1 where right and wrong are equally likely, 0 where one stands out."""
    return min(ratio, 1 / ratio) if ratio > 0 else 0.0


def as_utility(ratio: float) -> float:
    """``max(0, 1 - R)``: 1 where the right answer stands out, 0 where it does not."""
    return max(0.0, 1 - ratio)


def normalised(right: float, wrong: Sequence[float]) -> float:
    """The right answer's share of the probability of all answers."""
    return right / (right + math.fsum(wrong))


def probability_of(outcome: Outcome) -> float | Missing | None:
    """``P(answer)``; on real authors and world facts normalised over the wrong ones."""
    found = likelihoods_of(outcome)
    if found is None or isinstance(found, Missing) or outcome.item.task != "qa":
        return found if isinstance(found, Missing) and outcome.item.task == "qa" else None
    if found.answer is None:
        return None
    right = found.answer.probability
    if outcome.item.part not in NORMALISED:
        return right
    return normalised(right, [answer.probability for answer in found.wrong])


def ratio_of(outcome: Outcome) -> float | Missing | None:
    """The truth ratio R. The right answer is the paraphrased one where the item has one."""
    item, found = outcome.item, likelihoods_of(outcome)
    if item.task != "qa" or not item.wrong or found is None:
        return None
    if isinstance(found, Missing):
        return found
    right: Scored | None = found.answer if item.paraphrased is None else found.paraphrased
    if right is None or len(found.wrong) != len(item.wrong):
        return Missing("the right or a wrong answer was not scored")
    return truth_ratio(right.mean_nll, [answer.mean_nll for answer in found.wrong])


def utility_values() -> tuple[tuple[str, Callable[[Outcome], float | Missing | None]], ...]:
    """The two of utility's three values that are likelihoods, by the metric's name."""
    return ("probability", probability_of), ("truth_ratio_utility", _through(as_utility))


def figures(case: Case) -> list[Figure]:
    """Probability of each part that scores answers; the truth ratio as each part reports it."""
    found: list[Figure] = []
    for part, outcomes in case.outcomes.items():
        if is_unseen(part) or part.startswith("privleak"):
            continue
        found += mean_of(f"{part}/probability", outcomes, probability_of)
        utility = part in UTILITY
        name = "truth_ratio_utility" if utility else "truth_ratio"
        shown = as_utility if utility else as_closeness
        found += mean_of(f"{part}/{name}", outcomes, _through(shown))
    return found


def _through(shown: Callable[[float], float]) -> Callable[[Outcome], float | Missing | None]:
    def value(outcome: Outcome) -> float | Missing | None:
        ratio = ratio_of(outcome)
        return ratio if ratio is None or isinstance(ratio, Missing) else shown(ratio)

    return value
