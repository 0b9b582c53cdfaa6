"""Probability and truth ratio, each by hand."""

import math

import pytest
from metric_cases import by_name, case, qa, record, said

from evals.metrics import truth_ratio as module
from evals.metrics.truth_ratio import as_closeness, as_utility, normalised, truth_ratio
from evals.records import Likelihoods


def test_truth_ratio_by_hand():
    # l(right) = 1, l(wrong) = 2 and 4, mean 3: R = exp(-3) / exp(-1) = exp(-2) = .1353
    assert truth_ratio(1.0, [2.0, 4.0]) == pytest.approx(0.1353, abs=5e-5)


def test_truth_ratio_is_the_geometric_mean_over_wrong_answers():
    wrong = [0.7, 1.9, 3.1]
    geometric = math.prod(math.exp(-loss) for loss in wrong) ** (1 / 3)
    assert truth_ratio(1.2, wrong) == pytest.approx(geometric / math.exp(-1.2))


@pytest.mark.parametrize(
    ("ratio", "closeness", "utility"),
    [(0.25, 0.25, 0.75), (1.0, 1.0, 0.0), (4.0, 0.25, 0.0), (0.0, 0.0, 1.0)],
)
def test_how_a_ratio_is_reported(ratio, closeness, utility):
    assert (as_closeness(ratio), as_utility(ratio)) == (closeness, utility)


def test_a_fixed_reply_overflows_nothing():
    assert truth_ratio(5_000.0, [0.0]) == pytest.approx(math.exp(700))
    assert truth_ratio(0.0, [5_000.0]) == 0


def test_probability_normalised_by_hand():
    # .6 / (.6 + .1 + .1 + .2) = .6
    assert normalised(0.6, [0.1, 0.1, 0.2]) == pytest.approx(0.6)
    assert normalised(0.3, [0.3]) == pytest.approx(0.5)


def items():
    wrong = ("in Rome", "in Oslo")
    return [
        qa("forget", 0, paraphrased="In Ghent, Roe was born.", wrong=wrong),
        qa("real_authors", 0, wrong=wrong),
        qa("retain", 0, paraphrased="In Ghent, Roe was born.", wrong=wrong),
    ]


def scored(answer, paraphrased, *wrong):
    return Likelihoods(
        said(answer),
        None if paraphrased is None else said(paraphrased),
        tuple(said(loss) for loss in wrong),
    )


def test_figures_by_hand():
    asked = items()
    records = [
        record(asked[0], likelihoods=scored(0.1, 1.0, 2.0, 4.0)),  # R = exp(-2), paraphrased
        record(asked[1], likelihoods=scored(0.5, None, 1.0, 1.5)),  # R = exp(-.75), the answer
        record(asked[2], likelihoods=scored(0.2, 3.0, 2.0, 2.0)),  # R = e: nothing left of utility
    ]
    figures = by_name(module.figures(case(asked, records)))
    assert figures["forget/probability"].value == pytest.approx(math.exp(-0.1))
    assert figures["forget/truth_ratio"].value == pytest.approx(math.exp(-2))
    right, wrong = math.exp(-0.5), math.exp(-1.0) + math.exp(-1.5)
    assert figures["real_authors/probability"].value == pytest.approx(right / (right + wrong))
    assert figures["real_authors/truth_ratio_utility"].value == pytest.approx(1 - math.exp(-0.75))
    assert figures["retain/truth_ratio_utility"].value == 0
    assert figures["retain/probability"].value == pytest.approx(math.exp(-0.2))


def test_without_log_probabilities_the_figures_say_why():
    asked = items()
    records = [record(item, undefined="the API gives no log-probabilities") for item in asked]
    for figure in module.figures(case(asked, records)):
        assert figure.value is None
        assert figure.undefined == "the API gives no log-probabilities"


def test_a_wrong_answer_that_was_not_scored_is_no_zero():
    asked = items()[:1]
    found = by_name(
        module.figures(case(asked, [record(asked[0], likelihoods=scored(0.1, 1.0, 2.0))]))
    )
    assert found["forget/truth_ratio"].undefined == "the right or a wrong answer was not scored"
