"""95 % percentile bootstrap intervals: 1,000 resamples from a fixed seed, the same every time.

    mean_interval([0, 1, 1, 0, 1, 1, 1, 0])  ->  (0.25, 0.875)

A figure resamples its items. Figures made of several means of the same items resample them
together. Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

__all__ = ["RESAMPLES", "SEED", "Interval", "counts", "mean_interval", "percentiles",
           "resampled_means", "share_interval"]  # fmt: skip

Floats = NDArray[np.float64]
Interval = tuple[float | None, float | None]

RESAMPLES = 1_000
SEED = 20_240
_LEVEL = 0.95
_AT_ONCE = 2_000_000  # drawn indices in memory at a time


def percentiles(resampled: Floats) -> Interval:
    """The middle 95 % of a resampled statistic."""
    tail = 100 * (1 - _LEVEL) / 2
    low, high = np.percentile(resampled, (tail, 100 - tail))
    return float(low), float(high)


def resampled_means(values: Floats, seed: int = SEED) -> Floats:
    """Means over resampled rows: (items, columns) in, (RESAMPLES, columns) out.

    NaN marks a value that an item does not have; a column's mean is over those that it has.
    """
    items = len(values)
    random, rows = np.random.default_rng(seed), max(1, _AT_ONCE // max(1, values.size))
    blocks: list[Floats] = []
    for start in range(0, RESAMPLES, rows):
        drawn = random.integers(0, items, (min(rows, RESAMPLES - start), items))
        blocks.append(cast("Floats", np.nanmean(values[drawn], axis=1)))
    return np.concatenate(blocks)


def mean_interval(values: Sequence[float], seed: int = SEED) -> Interval:
    """The interval of a mean; none for fewer than two values."""
    if len(values) < 2:
        return None, None
    return percentiles(resampled_means(np.asarray(values, float)[:, None], seed)[:, 0])


def share_interval(hits: Sequence[bool], seed: int = SEED) -> Interval:
    """The interval of a share; none for fewer than two observations.

    Resampling 400 times nothing gives nothing, which would pass for certainty. Where all agree, the
    open side is the exact bound of Clopper and Pearson (Biometrika 26, 1934): .0092 for 0 of 400.
    """
    number = len(hits)
    if number >= 2 and len({bool(hit) for hit in hits}) == 1:
        reach = 1 - ((1 - _LEVEL) / 2) ** (1 / number)
        return (1 - reach, 1.0) if hits[0] else (0.0, reach)
    return mean_interval([float(hit) for hit in hits], seed)


def counts(items: int, seed: int = SEED) -> Floats:
    """How often each item is drawn: (RESAMPLES, items), every row adding up to ``items``."""
    random = np.random.default_rng(seed)
    return random.multinomial(items, np.full(items, 1 / items), RESAMPLES).astype(float)
