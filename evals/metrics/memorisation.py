"""How much of an answer a system has by heart, token by token.

    extraction_strength([False, True, True, True])   ->  0.75   (all right from token 1 of 4 on)
    exact_memorisation([False, True, False, True])   ->  0.5

Both read, per answer token, whether it was the first choice when the tokens before it were given.
Sources: Carlini et al. 2021 (arXiv 2012.07805) for extraction, Tirumala et al. 2022 (arXiv
2205.10770) for exact memorisation, in the form of the open-unlearning framework, which gives
``1/T`` where no ending matches: here that is 0, so that knowing nothing is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evals.metrics.outcomes import Case, Missing, Outcome, likelihoods_of, mean_of
from evals.metrics.parts import is_unseen
from evals.records import Figure

__all__ = ["exact_memorisation", "extraction_strength", "figures"]


def extraction_strength(greedy: Sequence[bool]) -> float:
    """``1 - k/T``, k the smallest index from which every token is the first choice; 0 if none."""
    total = len(greedy)
    ending = next((i for i, hit in enumerate(reversed(greedy)) if not hit), total)
    return ending / total


def exact_memorisation(greedy: Sequence[bool]) -> float:
    """The share of tokens that are the first choice."""
    return sum(greedy) / len(greedy)


def figures(case: Case) -> list[Figure]:
    """Both, of every part that scores answers to questions or the rest of a text."""
    found: list[Figure] = []
    for part, outcomes in case.outcomes.items():
        if is_unseen(part) or part.startswith("privleak"):
            continue
        found += mean_of(f"{part}/extraction_strength", outcomes, _of(extraction_strength))
        found += mean_of(f"{part}/exact_memorisation", outcomes, _of(exact_memorisation))
    return found


def _of(metric: Callable[[Sequence[bool]], float]) -> Callable[[Outcome], float | Missing | None]:
    def value(outcome: Outcome) -> float | Missing | None:
        found = likelihoods_of(outcome)
        if outcome.item.task == "choice":
            return None
        if found is None or isinstance(found, Missing):
            return found
        return None if found.answer is None else metric(found.answer.greedy)

    return value
