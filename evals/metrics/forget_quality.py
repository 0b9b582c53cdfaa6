"""Forget quality: can the system's truth ratios be told from those of a model that never knew?

    forget_quality([.31, .72, .55], [.33, .70, .58]).p  ->  1.0

The p-value of the two-sample Kolmogorov-Smirnov test between the per-item truth ratios R of a
system on the forget set and those of the model retrained on the retain set alone. Above .05 the
two cannot be told apart at the usual level. Source: Maini et al. 2024 (arXiv 2401.06121).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from scipy.stats import ks_2samp

from evals.metrics.outcomes import Case, measured
from evals.metrics.truth_ratio import ratio_of
from evals.records import Figure

__all__ = ["KolmogorovSmirnov", "figures", "floor", "forget_quality"]

FORGET = "forget"


class KolmogorovSmirnov(NamedTuple):
    """The exact two-sided p-value, and the largest distance between the two distributions."""

    p: float
    distance: float


def forget_quality(system: Sequence[float], retrained: Sequence[float]) -> KolmogorovSmirnov:
    """The test between two samples of truth ratios, of any sizes above none."""
    # Exact up to 10,000 values a side, and far below the smallest double of the usual formula.
    found: Any = ks_2samp(system, retrained, alternative="two-sided", method="auto")
    return KolmogorovSmirnov(float(found.pvalue), float(found.statistic))


def floor(system: int, retrained: int) -> float:
    """The p-value under full separation, ``2 / C(n + m, n)``: the least that n and m can show."""
    return 2 / math.comb(system + retrained, system)


def figures(case: Case) -> list[Figure]:
    """Forget quality and the distance behind it, where the suite has a forget set with ratios.

    Undefined without the retrained reference. A p-value has no interval.
    """
    ours = measured(case.outcomes.get(FORGET, ()), ratio_of)
    if ours is None:
        return []
    theirs = None if case.retrained is None else measured(case.retrained.get(FORGET, ()), ratio_of)
    reason = ours.undefined
    if not reason and theirs is None:
        reason = "needs the model retrained without the forget set (system 'retrain')"
    elif not reason and theirs is not None and theirs.undefined:
        reason = f"the retrained reference: {theirs.undefined}"
    if reason or theirs is None:
        return [Figure(name, None, undefined=reason) for name in ("forget_quality", "ks_distance")]
    found = forget_quality(ours.numbers, theirs.numbers)
    count = len(ours.numbers)
    return [
        Figure("forget_quality", found.p, n=count),
        Figure("ks_distance", found.distance, n=count),
    ]
