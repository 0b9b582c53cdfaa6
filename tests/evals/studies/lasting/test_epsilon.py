"""The challenge's scores, worked by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.studies.lasting.epsilon import (
    bins,
    confidence,
    epsilon,
    final_score,
    forget_score,
    points,
)


def test_confidence_is_the_logit_of_the_answer_s_probability():
    # p = .8: log(.8 / .2) = log 4. A loss of 0 is capped, not infinite.
    assert confidence(-math.log(0.8)) == pytest.approx(math.log(4))
    assert confidence(-math.log(0.5)) == pytest.approx(0)
    assert math.isfinite(confidence(0.0))


def test_an_attack_with_errors_on_both_sides_bounds_epsilon():
    # Above 3.5 lie 4, 5, 6 of the larger kind (FNR 1/4) and 7 of the other (FPR 1/4): log 3.
    # No pair of thresholds does better: ranges are 4 and 7, positive is the kind within 2..6.
    # Between 1.5 and 6.5: FNR 0; between 3.5 and 6.5: FNR 1/4, FPR 0; both are left out.
    larger, smaller = [2.0, 4.0, 5.0, 6.0], [0.0, 1.0, 3.0, 7.0]
    assert epsilon(larger, smaller, delta=0) == pytest.approx(math.log(3))
    assert epsilon(smaller, larger, delta=0) == pytest.approx(math.log(3))
    # delta = .15 takes from the numerator: (1 - .15 - .25) / .25 = 2.4.
    assert epsilon(larger, smaller, delta=0.15) == pytest.approx(math.log(2.4))


def test_two_thresholds_see_a_kind_that_lies_within_the_other():
    # Medians 5 and 5. Inside 3.5..6.5: three of four narrow ones (FNR 1/4), one of four wide ones
    # (FPR 1/4): log 3. A single threshold has FPR 2/4 and FNR 1/4 at best: log 2.
    narrow, wide = [4.0, 5.0, 6.0, 8.5], [-20.0, 0.0, 4.5, 20.0]
    assert epsilon(narrow, wide, delta=0) == pytest.approx(math.log(3))


def test_full_separation_and_a_kind_that_hardly_varies_are_told_apart():
    assert epsilon([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]) == math.inf
    assert epsilon([5.0, 5.0, 5.001], [0.0, 4.0, 9.0]) == math.inf
    assert epsilon([5.0, 5.0], [5.0, 5.0]) == 0
    assert epsilon([5.0, 5.0], [4.0, 4.0]) == math.inf


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=8))
def test_a_kind_is_not_told_from_itself_by_more_than_chance_allows(values):
    # FPR = share, FNR = 1 - share: the odds of both attacks are 1 - delta / share at most.
    assert epsilon(values, values) == 0


def test_bins_halve_and_end_where_so_few_runs_can_measure_no_more():
    # 8 runs: ceil(log 7) = 2 nats, four bins of half a nat.
    assert bins(8) == 4
    assert [points(e, 8) for e in (0.0, 0.49, 0.5, 1.2, 1.95)] == [1, 1, 0.5, 0.25, 0.125]
    assert points(2.0, 8) == 0
    assert points(math.inf, 8) == 0
    # 512 runs, as in the challenge: ceil(6.24) = 7 nats.
    assert bins(512) == 14


def test_forget_score_is_the_mean_over_examples():
    # First example: log 3 = 1.10, third bin, 1/4. With 4 runs there are ceil(log 3) = 2 nats.
    # Second: separated, 0. Third: the same numbers, 1.
    ours = np.array([[2.0, 1.0, 1.0], [4.0, 2.0, 2.0], [5.0, 3.0, 3.0], [6.0, 4.0, 4.0]])
    never = np.array([[0.0, 7.0, 1.0], [1.0, 8.0, 2.0], [3.0, 9.0, 3.0], [7.0, 10.0, 4.0]])
    assert forget_score(ours, never) == pytest.approx((0.25 + 0 + 1) / 3)
    with pytest.raises(ValueError, match="at least three"):
        forget_score(ours[:2], never[:2])


def test_the_final_score_pays_for_lost_utility():
    assert final_score(0.5, retain=(0.9, 1.0), test=(0.4, 0.8)) == pytest.approx(0.225)
    with pytest.raises(ValueError, match="answer nothing"):
        final_score(0.5, retain=(0.9, 0.0), test=(0.4, 0.8))
