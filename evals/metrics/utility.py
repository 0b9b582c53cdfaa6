"""Model utility: one number for what a system still knows, the harmonic mean of nine.

Probability, ROUGE and truth ratio (as utility) on the retain set, on real authors and on world
facts. The harmonic mean falls to 0 as soon as one of them does. Source: Maini et al. 2024 (arXiv
2401.06121).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evals.metrics.intervals import Floats, percentiles, resampled_means
from evals.metrics.outcomes import Case, Measured, Outcome, measured
from evals.metrics.parts import UTILITY
from evals.metrics.rouge import recall_of
from evals.metrics.truth_ratio import utility_values
from evals.records import Figure

__all__ = ["figures", "harmonic_mean", "model_utility"]


def harmonic_mean(values: Sequence[float]) -> float:
    """``k / sum(1 / v)``; 0 as soon as a value is 0, its limit. Values are 0 or above."""
    return float(_harmonic(np.asarray(values, float)[None])[0])


def model_utility(parts: Sequence[Floats]) -> tuple[float, float | None, float | None]:
    """Value, low, high from one (items, values) matrix per part; NaN for a value that is missing.

    The items of a part are resampled together over its values: they are the same questions.
    """
    value = harmonic_mean(np.concatenate([np.nanmean(part, axis=0) for part in parts]).tolist())
    if min(len(part) for part in parts) < 2:
        return value, None, None
    means = [resampled_means(part, seed) for seed, part in enumerate(parts, 1)]
    low, high = percentiles(_harmonic(np.concatenate(means, axis=1)))
    return value, low, high


def figures(case: Case) -> list[Figure]:
    """Model utility, where the suite has its three parts; ``n`` counts their items."""
    parts = [case.outcomes.get(part, ()) for part in UTILITY]
    if not all(parts):
        return []
    named = [_of_part(part) for part in parts]
    for part, values in zip(UTILITY, named, strict=True):
        for metric, found in values.items():
            if found is None or found.undefined:
                reason = "not measured" if found is None else found.undefined
                return [Figure("model_utility", None, undefined=f"{part}/{metric}: {reason}")]
    matrices = [
        np.array([[_get(v, outcome) for v in values.values()] for outcome in outcomes])
        for outcomes, values in zip(parts, named, strict=True)
    ]
    value, low, high = model_utility(matrices)
    return [Figure("model_utility", value, low, high, sum(map(len, parts)))]


def _of_part(outcomes: Sequence[Outcome]) -> dict[str, Measured | None]:
    three = (("rouge", recall_of), *utility_values())
    return {name: measured(outcomes, value) for name, value in three}


def _get(found: Measured | None, outcome: Outcome) -> float:
    return float("nan") if found is None else found.values.get(outcome.item.id, float("nan"))


def _harmonic(rows: Floats) -> Floats:
    """The harmonic mean of each row."""
    zero = (rows <= 0).any(axis=1)
    safe = np.where(rows <= 0, 1.0, rows)
    return np.where(zero, 0.0, rows.shape[1] / (1 / safe).sum(axis=1))
