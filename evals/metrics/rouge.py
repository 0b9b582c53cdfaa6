"""ROUGE-L: how much of a reference answer comes back, as a longest common subsequence of words.

    rouge_l("She was born in Ghent", "born in Ghent").recall  ->  0.6   (3 of 5 words)

By the field's own package ``rouge-score``, with its stemmer, as TOFU and MUSE use it. It knows
words of a-z and 0-9 alone: text in other scripts scores 0. Source: Lin 2004, ROUGE.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, NamedTuple

from rouge_score.rouge_scorer import RougeScorer

from evals.metrics.outcomes import Case, Outcome, mean_of
from evals.metrics.parts import is_unseen
from evals.records import Figure

__all__ = ["RougeL", "figures", "recall_of", "rouge_l"]


class RougeL(NamedTuple):
    """Shares of words, 0 to 1: of the reply's, of the answer's, and their harmonic mean."""

    precision: float
    recall: float
    f1: float


@cache
def _scorer() -> Any:
    return RougeScorer(["rougeL"], use_stemmer=True)


@lru_cache(maxsize=100_000)
def rouge_l(answer: str, reply: str) -> RougeL:
    """Stemmed ROUGE-L of a reply against the reference answer."""
    score = _scorer().score(answer, reply)["rougeL"]
    return RougeL(float(score.precision), float(score.recall), float(score.fmeasure))


def recall_of(outcome: Outcome) -> float | None:
    """ROUGE-L recall of a question's reply; None where nothing was asked or written."""
    reply = outcome.reply
    if outcome.item.task == "choice" or reply is None:
        return None
    return rouge_l(outcome.item.answer, reply).recall


def figures(case: Case) -> list[Figure]:
    """Mean ROUGE-L recall of each part that asks questions (MUSE's parts have F1 of their own)."""
    return [
        found
        for part, outcomes in case.outcomes.items()
        if not part.startswith(("knowmem", "verbmem")) and not is_unseen(part)
        for found in mean_of(f"{part}/rouge", outcomes, recall_of)
    ]
