"""Forget quality against scipy's own examples, an exact count by hand, and its known floors."""

import itertools

import numpy as np
import pytest
from metric_cases import by_name, case, qa, record, said
from scipy.stats import ks_2samp

from evals.metrics import forget_quality as module
from evals.metrics.forget_quality import floor, forget_quality
from evals.records import Likelihoods


@pytest.mark.parametrize(("n", "known"), [(40, 1.9e-23), (200, 1.9e-119), (400, 1.1e-239)])
def test_full_separation_gives_the_known_floor(n, known):
    found = forget_quality(np.linspace(0, 0.4, n).tolist(), np.linspace(0.6, 1, n).tolist())
    assert found.distance == 1
    assert found.p == pytest.approx(floor(n, n), rel=1e-9)
    assert found.p == pytest.approx(known, rel=0.03)


def test_by_hand():
    # Three against three, fully apart: 2 of the C(6, 3) = 20 orders are as extreme, p = .1
    assert forget_quality([1, 2, 3], [4, 5, 6]) == (pytest.approx(0.1), 1.0)
    assert floor(3, 3) == 0.1


def test_by_counting_every_order():
    # The exact p-value is the share of all ways to deal the pooled values whose distance is as
    # large as the one that was seen.
    system, retrained = [0.31, 0.72, 0.55, 0.9], [0.33, 0.2, 0.58, 0.1, 0.25]
    pooled = sorted(system + retrained)

    def distance(chosen):
        mine, rest = 0.0, 0.0
        steps = []
        for value in pooled:
            mine += (value in chosen) / len(system)
            rest += (value not in chosen) / len(retrained)
            steps.append(abs(mine - rest))
        return max(steps)

    seen = distance(set(system))
    deals = list(itertools.combinations(pooled, len(system)))
    extreme = sum(distance(set(deal)) >= seen - 1e-12 for deal in deals)
    found = forget_quality(system, retrained)
    assert found.distance == pytest.approx(seen)
    assert found.p == pytest.approx(extreme / len(deals))


def test_scipy_agrees_on_samples_of_unequal_size():
    random = np.random.default_rng(3)
    a, b = random.normal(0, 1, 40), random.normal(0.4, 1, 33)
    theirs = ks_2samp(a, b, method="exact")
    assert forget_quality(a, b) == (pytest.approx(theirs.pvalue), pytest.approx(theirs.statistic))


def test_the_same_distribution_is_not_told_apart():
    values = np.random.default_rng(1).random(400)
    assert forget_quality(values, values).p == 1


def run(losses, undefined=""):
    items = [qa("forget", i, paraphrased="In Ghent.", wrong=("Rome",)) for i in range(len(losses))]
    records = [
        record(item, undefined=undefined)
        if undefined
        else record(item, likelihoods=Likelihoods(said(0.1), said(loss), (said(1.0),)))
        for item, loss in zip(items, losses, strict=True)
    ]
    return items, records


def test_the_figure_compares_with_the_retrained_model():
    items, known = run([0.01 * i for i in range(40)])
    _, unknown = run([2 + 0.01 * i for i in range(40)])
    found = by_name(module.figures(case(items, known, retrained=unknown)))
    assert found["forget_quality"].value == pytest.approx(floor(40, 40), rel=1e-9)
    assert found["forget_quality"].n == 40
    assert found["forget_quality"].low is None
    assert found["ks_distance"].value == 1
    assert by_name(module.figures(case(items, known, retrained=known)))["forget_quality"].value == 1


def test_without_the_reference_it_is_undefined():
    items, records = run([0.1, 0.2])
    found = by_name(module.figures(case(items, records)))
    assert found["forget_quality"].value is None
    assert "retrained without the forget set" in found["forget_quality"].undefined


def test_a_reference_without_likelihoods_is_said():
    items, records = run([0.1, 0.2])
    _, silent = run([0.1, 0.2], undefined="no log-probabilities")
    found = by_name(module.figures(case(items, records, retrained=silent)))
    assert found["forget_quality"].undefined == "the retrained reference: no log-probabilities"


def test_a_suite_without_perturbed_answers_has_none():
    item = qa("forget", 0)
    assert module.figures(case([item], [record(item)])) == []


def test_one_missing_value_in_twenty_is_tolerated_and_counted():
    items, records = run([0.1 + i / 100 for i in range(20)])
    gone = [record(items[0], undefined="several parts"), *records[1:]]
    found = by_name(module.figures(case(items, gone, retrained=records)))
    assert found["forget_quality"].n == 19
    gone[1] = record(items[1], undefined="several parts")
    found = by_name(module.figures(case(items, gone, retrained=records)))
    assert found["forget_quality"].undefined == "2 of 20 items: several parts"
