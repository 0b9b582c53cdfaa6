"""The Streisand gap: hand numbers, a direct recomputation, and the real sentence embedder."""

import random

import numpy as np
import pytest
from metric_cases import by_name, case, qa, record
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from evals.metrics import streisand
from evals.metrics.intervals import SEED
from evals.metrics.measure import cases_of
from evals.metrics.streisand import held_out_scores, streisand_gap


def test_by_hand():
    # 3 of 4 pairs in order: AUC .75, gap .5; the other way round it is the same gap
    assert streisand_gap([2.1, 3.0], [0.1, 2.4]) == 0.5
    assert streisand_gap([0.1, 2.4], [2.1, 3.0]) == 0.5
    assert streisand_gap([1.0, 2.0], [1.0, 2.0]) == 0


def sides(shift):
    drawn = np.random.default_rng(6)
    vectors = drawn.normal(0, 1, (60, 4)) + np.repeat([[shift], [0.0]], 30, axis=0)
    labels = [True] * 30 + [False] * 30
    return vectors, labels, [f"{label}{i // 3}" for i, label in enumerate(labels)]


def test_a_loop_over_the_folds_agrees():
    vectors, labels, groups = sides(1.0)
    scores = np.zeros(60)
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=SEED)
    for train, test in folds.split(vectors, labels, groups):
        model = LogisticRegression(max_iter=1_000).fit(vectors[train], np.array(labels)[train])
        scores[test] = model.decision_function(vectors[test])
    found = held_out_scores(vectors, labels, groups)
    assert found == pytest.approx(scores)
    gap = streisand_gap(found[:30].tolist(), found[30:].tolist())
    assert gap == pytest.approx(abs(2 * roc_auc_score(labels, scores) - 1))


def test_alike_is_near_nothing_and_apart_is_near_one():
    for shift, low, high in ((0.0, 0.0, 0.45), (6.0, 0.99, 1.0)):
        scores = held_out_scores(*sides(shift))
        assert low <= streisand_gap(scores[:30].tolist(), scores[30:].tolist()) <= high


def test_one_subject_cannot_be_split():
    vectors, labels, _ = sides(1.0)
    with pytest.raises(ValueError, match="two forgotten subjects"):
        held_out_scores(vectors, labels, ["a"] * 30 + ["b"] * 30)


def test_the_real_embedder_tells_refusals_from_answers_but_not_alike_replies():
    items = [qa(part, i, subject=f"{part}{i % 6}") for part in ("forget", "holdout")
             for i in range(24)]  # fmt: skip
    towns = ("Ghent", "Bruges", "Oslo", "Rome", "Turin", "Lyon")

    draw = random.Random(1)

    def told(item):
        return record(
            item, f"The author was born in {draw.choice(towns)}, in {draw.choice(towns)}."
        )

    refuses = [
        record(item, "I'm sorry, but I can't help with that.") if item.part == "forget"
        else told(item)
        for item in items
    ]  # fmt: skip
    alike = [told(item) for item in items]
    cases = cases_of(items, {"refuses": refuses, "alike": alike})
    [gap] = streisand.figures(cases["refuses"])
    assert gap.metric == "streisand_gap"
    assert gap.value == 1
    assert gap.n == 48
    [gap] = streisand.figures(cases["alike"])
    assert gap.value < 0.4


def test_strangers_come_before_holdout_and_too_few_are_said():
    items = [qa("forget", 0), qa("strangers", 0), qa("holdout", 0)]
    one = case(items, [record(item) for item in items])
    assert streisand.figures(one) == []  # without an embedder there is nothing to measure
    cases = cases_of(items, {"a": [record(i) for i in items]}, lambda texts: np.eye(len(texts)))
    found = by_name(streisand.figures(cases["a"]))["streisand_gap"]
    assert found.value is None
    assert "two forgotten subjects" in found.undefined
