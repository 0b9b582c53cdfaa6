"""Bootstrap intervals: seeded, near the textbook's, and never certain of nothing."""

import numpy as np
import pytest
from scipy.stats import bootstrap

from evals.metrics.intervals import (
    RESAMPLES,
    counts,
    mean_interval,
    percentiles,
    resampled_means,
    share_interval,
)

VALUES = np.random.default_rng(7).beta(2, 5, 60)


def test_the_same_values_give_the_same_interval():
    assert mean_interval(VALUES.tolist()) == mean_interval(VALUES.tolist())


def test_the_interval_is_scipy_s_but_for_chance():
    theirs = bootstrap(
        (VALUES,), np.mean, n_resamples=20_000, method="percentile", rng=1
    ).confidence_interval
    low, high = mean_interval(VALUES.tolist())
    width = theirs.high - theirs.low
    assert low == pytest.approx(theirs.low, abs=0.06 * width)
    assert high == pytest.approx(theirs.high, abs=0.06 * width)


def test_one_value_has_no_interval():
    assert mean_interval([0.4]) == (None, None)
    assert share_interval([True]) == (None, None)


def test_a_share_of_nothing_is_not_certain():
    # 1 - .025 ** (1/400) = .00918, the upper bound of Clopper and Pearson for 0 of 400.
    low, high = share_interval([False] * 400)
    assert (low, high) == (0.0, pytest.approx(0.00918, abs=5e-6))
    low, high = share_interval([True] * 40)
    assert (low, high) == (pytest.approx(0.025 ** (1 / 40)), 1.0)


def test_a_share_in_between_is_bootstrapped():
    hits = [True] * 30 + [False] * 10
    assert share_interval(hits) == mean_interval([float(hit) for hit in hits])
    low, high = share_interval(hits)
    assert low < 0.75 < high


def test_blocks_of_resamples_add_up(monkeypatch):
    whole = resampled_means(VALUES[:, None])
    assert whole.shape == (RESAMPLES, 1)
    monkeypatch.setattr("evals.metrics.intervals._AT_ONCE", 60 * 7)
    assert resampled_means(VALUES[:, None]) == pytest.approx(whole)


def test_a_missing_value_leaves_the_others():
    values = np.full((40, 2), [1.0, 2.0])
    values[7, 1] = np.nan
    assert resampled_means(values) == pytest.approx(np.full((RESAMPLES, 2), [1.0, 2.0]))


def test_counts_draw_as_many_as_there_are():
    drawn = counts(5)
    assert drawn.shape == (RESAMPLES, 5)
    assert set(drawn.sum(axis=1)) == {5.0}
    assert drawn.mean(axis=0) == pytest.approx(np.ones(5), abs=0.1)


def test_percentiles_are_the_middle_95():
    assert percentiles(np.arange(1001.0)) == pytest.approx((25.0, 975.0))
