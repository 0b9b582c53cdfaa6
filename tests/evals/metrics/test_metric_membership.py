"""Membership scores by hand; AUC against sklearn; PrivLeak by its formula."""

import zlib

import numpy as np
import pytest
from metric_cases import by_name, case, qa, record, said
from sklearn.metrics import roc_auc_score

from boxed.models.scored import Scored
from evals.metrics import membership
from evals.metrics.membership import auc, loss_over_zlib, min_k, min_k_plus_plus, privleak
from evals.metrics.outcomes import Missing
from evals.records import Likelihoods

SCORED = Scored((-1.0, -4.0, -0.5, -2.0, -0.1), (True,) * 5, (-2.0,) * 5, (0.5, 1.0, 0.5, 2.0, 0.1))


def test_auc_by_hand():
    # Pairs (outsider, member): 2.1>0.1, 2.1<2.4, 3.0>0.1, 3.0>2.4: 3 of 4
    assert auc([2.1, 3.0], [0.1, 2.4]) == 0.75
    assert auc([1.0], [1.0]) == 0.5


def test_auc_is_sklearn_s_with_ties_too():
    random = np.random.default_rng(4)
    outside, inside = random.integers(0, 9, 50) / 3, random.integers(-2, 7, 70) / 3
    labels = [1] * 50 + [0] * 70
    assert auc(outside, inside) == pytest.approx(
        roc_auc_score(labels, np.concatenate([outside, inside]))
    )


def test_min_k_by_hand():
    # 40 % of five tokens are two: -4 and -2, mean -3
    assert min_k(SCORED) == pytest.approx(3.0)
    assert min_k(Scored((-0.7,), (True,))) == pytest.approx(0.7)  # one token at least


def test_min_k_plus_plus_by_hand():
    # (log p - mu) / sigma: 1/.5=2, -2/1=-2, 1.5/.5=3, 0/2=0, 1.9/.1=19; lowest two: -2 and 0
    assert min_k_plus_plus(SCORED) == pytest.approx(1.0)


def test_min_k_plus_plus_of_a_fixed_reply_is_undefined():
    assert isinstance(min_k_plus_plus(Scored.fixed(False)), Missing)


def test_loss_over_zlib_by_hand():
    text = "Jane Roe was born in Ghent. " * 10
    assert SCORED.mean_nll == pytest.approx(7.6 / 5)
    assert loss_over_zlib(SCORED, text) == pytest.approx(1.52 / len(zlib.compress(text.encode())))


def test_privleak_by_hand():
    # ((1 - .9) - (1 - .5)) / (1 - .5) = -.8
    assert privleak(0.9, 0.5) == pytest.approx(-80)
    assert privleak(0.5, 0.5) == 0
    assert privleak(1.0, 0.5) == -100


def run(forget, holdout, fixed=False):
    items = [qa("forget", i) for i in range(len(forget))]
    items += [qa("holdout", i) for i in range(len(holdout))]
    scores = [Scored.fixed(False) if fixed else said(loss) for loss in (*forget, *holdout)]
    return items, [
        record(item, likelihoods=Likelihoods(score))
        for item, score in zip(items, scores, strict=True)
    ]


def test_figures_of_a_model_that_knows_and_one_that_does_not():
    items, knows = run([0.125, 0.25, 0.375, 0.5], [2.0, 2.125, 2.25, 0.3125])
    _, never = run([2.0, 1.875, 2.25, 2.5], [2.0625, 2.125, 2.1875, 2.375])
    found = by_name(membership.figures(case(items, knows, retrained=never)))
    # 14 of 16 pairs are in order, for each score that grows with the loss
    assert found["mia_loss"].value == 14 / 16
    assert found["mia_loss"].n == 8
    assert found["mia_min_k"].value == 14 / 16
    assert found["mia_zlib"].value == 14 / 16  # every text is as long
    # sigma .25 and mu = log p - .5 everywhere: all scores tie
    assert found["mia_min_k_plus_plus"].value == 0.5
    # l - l_ref: forget -1.875 -1.625 -1.875 -2, holdout -.0625 0 .0625 -2.0625: 12 of 16
    assert found["mia_reference"].value == 12 / 16
    theirs = auc([2.0625, 2.125, 2.1875, 2.375], [2.0, 1.875, 2.25, 2.5])
    assert found["privleak"].value == pytest.approx(privleak(14 / 16, theirs))
    assert found["privleak"].low < found["privleak"].value < found["privleak"].high


def test_without_a_reference_only_what_needs_it_is_undefined():
    items, records = run([0.1, 0.2], [2.0, 2.1])
    found = by_name(membership.figures(case(items, records)))
    assert found["mia_loss"].value == 1
    for name in ("mia_reference", "privleak"):
        assert found[name].value is None
        assert "system 'retrain'" in found[name].undefined


def test_a_fixed_reply_ties_everywhere():
    items, records = run([0.1, 0.2], [2.0, 2.1], fixed=True)
    found = by_name(membership.figures(case(items, records)))
    assert found["mia_loss"].value == 0.5
    assert found["mia_min_k_plus_plus"].undefined.startswith("a fixed reply has no predictive")


def test_the_interval_of_an_auc_covers_what_resampling_with_sklearn_gives():
    random = np.random.default_rng(9)
    forget, holdout = random.normal(0, 1, 40).tolist(), random.normal(0.8, 1, 40).tolist()
    items, records = run(forget, holdout)
    found = by_name(membership.figures(case(items, records)))["mia_loss"]
    resampled = [
        roc_auc_score(
            [1] * 40 + [0] * 40, [*random.choice(holdout, 40), *random.choice(forget, 40)]
        )
        for _ in range(400)
    ]
    low, high = np.percentile(resampled, [2.5, 97.5])
    assert found.low == pytest.approx(low, abs=0.03)
    assert found.high == pytest.approx(high, abs=0.03)


def test_muse_s_parts_count_as_members_and_outsiders():
    items = [qa("privleak_forget", 0), qa("privleak_holdout", 0)]
    records = [record(i, None, Likelihoods(said(x))) for i, x in zip(items, (0.1, 2), strict=True)]
    assert by_name(membership.figures(case(items, records)))["mia_loss"].value == 1


def test_a_suite_without_holdout_has_no_membership():
    item = qa("forget", 0)
    assert membership.figures(case([item], [record(item)])) == []
