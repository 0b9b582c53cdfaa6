"""The empirical epsilon of unlearning: can runs that unlearned be told from runs that never knew?

    epsilon([2.1, 1.7, ...], [0.3, 1.9, ...])       ->  1.25, of one forgotten example
    forget_score(unlearned, retrained)              ->  1 is told apart nowhere, 0 everywhere

For each forgotten example there are as many numbers as runs: the logit-scaled probability of its
answer. An attacker who saw them sets a threshold (or two) and says which kind a run is; his rates
of error bound epsilon from below. Source: Triantafillou et al. 2024 (arXiv 2406.09073), the
evaluation of the NeurIPS 2023 challenge, and its published scoring for what the paper leaves open
(delta, the bins and their number, discarded thresholds). Thresholds are exact here, one between
each two neighbouring values, where that scoring walks a fine grid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["BIN", "DELTA", "bins", "confidence", "epsilon", "final_score", "forget_score", "points"]

DELTA = 1e-5
BIN = 0.5
_PEAKED = 0.01
Floats = NDArray[np.float64]


def confidence(loss: float) -> float:
    """``log(p / (1 - p))`` of ``p = exp(-loss)``; the loss in nats, of an answer's mean token.

    >>> round(confidence(math.log(2)), 6)        # p = 1/2
    0.0
    """
    return -math.log(math.expm1(max(loss, 1e-30)))


def epsilon(unlearned: Sequence[float], retrained: Sequence[float], delta: float = DELTA) -> float:
    """The largest epsilon that an attack on one example shows; infinite if one never errs.

    Attacks: one threshold (above it is the kind with the larger median) and two (between them is
    the kind with the smaller range). With FPR and FNR the shares of both kinds taken for the other,
    ``epsilon = max(log((1 - delta - FPR) / FNR), log((1 - delta - FNR) / FPR))``, 0 at least. An
    attack of which one rate alone is 0 is left out: so few runs show too few samples by that, and
    no certainty. Runs of one kind that all but agree (a range below a hundredth of the other's) are
    told apart.
    Raises ValueError for fewer than two runs of a kind.
    """
    ours, theirs = np.asarray(unlearned, float), np.asarray(retrained, float)
    if min(len(ours), len(theirs)) < 2:
        raise ValueError(
            f"{len(ours)} unlearned and {len(theirs)} retrained runs; give two or more"
        )
    narrow, wide = sorted((np.ptp(ours), np.ptp(theirs)))
    if wide == 0:
        return math.inf if ours[0] != theirs[0] else 0.0
    if narrow / wide < _PEAKED:
        return math.inf
    rates = [*_one_threshold(ours, theirs), *_two_thresholds(ours, theirs)]
    return max(0.0, *(_of_attack(fpr, fnr, delta) for fpr, fnr in rates))


def _of_attack(fpr: float, fnr: float, delta: float) -> float:
    if fpr == 0 and fnr == 0:
        return math.inf
    if fpr == 0 or fnr == 0:
        return 0.0
    odds = ((1 - delta - fpr) / fnr, (1 - delta - fnr) / fpr)
    return max(math.log(odd) if odd > 0 else 0.0 for odd in odds)


def _cuts(ours: Floats, theirs: Floats) -> list[float]:
    """One threshold below, one between each two neighbouring values, one above."""
    values = np.unique(np.concatenate([ours, theirs]))
    between = [float((a + b) / 2) for a, b in pairwise(values)]
    return [float(values[0]) - 1, *between, float(values[-1]) + 1]


def _one_threshold(ours: Floats, theirs: Floats) -> list[tuple[float, float]]:
    """FPR and FNR of each threshold; positive is the kind with the larger median."""
    pair = (theirs, ours) if np.median(theirs) > np.median(ours) else (ours, theirs)
    positive, negative = pair
    return [
        (float((negative >= cut).mean()), float((positive < cut).mean()))
        for cut in _cuts(ours, theirs)
    ]


def _two_thresholds(ours: Floats, theirs: Floats) -> list[tuple[float, float]]:
    """FPR and FNR of each pair of thresholds; positive is the kind with the smaller range."""
    pair = (ours, theirs) if np.ptp(ours) <= np.ptp(theirs) else (theirs, ours)
    positive, negative = pair
    cuts = _cuts(ours, theirs)
    return [
        (_inside(negative, low, high), 1 - _inside(positive, low, high))
        for number, low in enumerate(cuts)
        for high in cuts[number + 1 :]
    ]


def _inside(values: Floats, low: float, high: float) -> float:
    return float(((values >= low) & (values <= high)).mean())


def bins(runs: int) -> int:
    """How many bins of half a nat carry points: as many as ``ceil(log(runs - 1))`` nats hold.

    More than about ``log(runs - 1)`` cannot be measured with so many runs of each kind.
    """
    return math.ceil(math.log(runs - 1)) * round(1 / BIN)


def points(value: float, runs: int) -> float:
    """``H``: 1 for an epsilon in the first bin, half as much in each further one, 0 beyond.

    ``2 / 2^n`` for bin ``n`` = 1, 2 ...
    """
    place = math.inf if math.isinf(value) else math.floor(value / BIN) + 1
    return 2 / 2**place if place <= bins(runs) else 0.0


def forget_score(unlearned: Floats, retrained: Floats) -> float:
    """``F``, the mean of ``H`` over the forgotten examples: arrays (runs, examples), as many runs.

    Raises ValueError for other shapes, and for fewer than three runs.
    """
    if unlearned.shape != retrained.shape or unlearned.ndim != 2 or len(unlearned) < 3:
        raise ValueError(
            f"confidences of shape {unlearned.shape} and {retrained.shape}; give (runs, examples) "
            "of both kinds, with as many runs of each and at least three"
        )
    runs = len(unlearned)
    each = zip(unlearned.T, retrained.T, strict=True)
    return float(np.mean([points(epsilon(u, r), runs) for u, r in each]))


def final_score(forgetting: float, retain: tuple[float, float], test: tuple[float, float]) -> float:
    """``F * (RA_u / RA_r) * (TA_u / TA_r)``: accuracies (unlearned, retrained), retain and test.

    Raises ValueError where a retrained accuracy is 0.
    """
    if not retain[1] or not test[1]:
        raise ValueError("the retrained models answer nothing, so there is nothing to compare with")
    return forgetting * (retain[0] / retain[1]) * (test[0] / test[1])
