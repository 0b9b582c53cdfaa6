"""The Streisand gap: does the way of not knowing give away who was forgotten?

A logistic regression on sentence embeddings must tell replies about forgotten subjects from replies
about subjects that never existed for the model. ``|2 AUC - 1|`` of its five-fold cross-validated
scores: 0 where it cannot, 1 where it always can. All questions about one subject stay in one fold,
so that the classifier cannot win by knowing the subject's name again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

from evals.metrics.intervals import SEED, Floats, counts, percentiles
from evals.metrics.membership import auc
from evals.metrics.outcomes import Case, Outcome
from evals.records import Figure

__all__ = ["figures", "held_out_scores", "resampled_gap", "streisand_gap"]

_FOLDS = 5
_STRANGERS = ("strangers", "holdout")


def streisand_gap(forgotten: Sequence[float], strangers: Sequence[float]) -> float:
    """``|2 AUC - 1|`` of a classifier's scores."""
    return abs(2 * auc(forgotten, strangers) - 1)


def held_out_scores(vectors: Floats, is_forgotten: Sequence[bool], groups: Sequence[str]) -> Floats:
    """Each row's score from a classifier that saw no row of its group.

    Five folds, or as many as the side with fewer groups has. Raises ValueError for a single group.
    """
    sides = [
        {g for g, label in zip(groups, is_forgotten, strict=True) if label == side}
        for side in (True, False)
    ]
    fewest = min(len(side) for side in sides)
    if fewest < 2:
        raise ValueError("needs replies about two forgotten subjects and two strangers at least")
    folds = StratifiedGroupKFold(min(_FOLDS, fewest), shuffle=True, random_state=SEED)
    scores: Any = cross_val_predict(
        LogisticRegression(max_iter=1_000), vectors, np.asarray(is_forgotten, int),
        groups=np.asarray(groups), cv=folds, method="decision_function",
    )  # fmt: skip
    return cast("Floats", scores)


def figures(case: Case) -> list[Figure]:
    """The gap between replies of ``forget`` and of ``strangers``, or of ``holdout`` without them.

    Holdout subjects were never trained on, so to the model they never existed. Undefined where a
    side has fewer than two subjects.
    """
    part = next((part for part in _STRANGERS if case.outcomes.get(part)), None)
    forget = [o for o in case.outcomes.get("forget", ()) if o.reply is not None]
    others = [o for o in case.outcomes.get(part or "", ()) if o.reply is not None]
    if not forget or not others or case.embed is None:
        return []
    both = [*forget, *others]
    vectors = np.asarray(case.embed([outcome.reply or "" for outcome in both]), float)
    labels = [True] * len(forget) + [False] * len(others)
    try:
        scores = held_out_scores(vectors, labels, [_group(outcome) for outcome in both])
    except ValueError as error:
        return [Figure("streisand_gap", None, undefined=str(error))]
    ours, theirs = scores[: len(forget)], scores[len(forget) :]
    low, high = percentiles(resampled_gap(ours, theirs))
    value = streisand_gap(ours.tolist(), theirs.tolist())
    return [Figure("streisand_gap", value, low, high, len(both))]


def _group(outcome: Outcome) -> str:
    return f"{outcome.item.part}:{outcome.item.subject or outcome.item.id}"


def resampled_gap(ours: Floats, theirs: Floats) -> Floats:
    """The gap of replies drawn again, many times, for its interval."""
    above = (ours[:, None] > theirs[None]) + 0.5 * (ours[:, None] == theirs[None])
    drawn = (counts(len(ours), SEED) @ above) * counts(len(theirs), SEED + 1)
    return np.abs(2 * drawn.sum(axis=1) / above.size - 1)
