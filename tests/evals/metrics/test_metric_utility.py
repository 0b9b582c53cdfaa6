"""Model utility: a harmonic mean by hand, and that of a whole run recomputed from its figures."""

import numpy as np
import pytest
from metric_cases import by_name, case, qa, record, said
from scipy.stats import hmean

from evals.metrics import rouge, truth_ratio, utility
from evals.metrics.utility import harmonic_mean, model_utility
from evals.records import Likelihoods

PARTS = ("retain", "real_authors", "world_facts")


def test_by_hand():
    # 3 / (1/1 + 1/.5 + 1/.25) = 3/7
    assert harmonic_mean([1.0, 0.5, 0.25]) == pytest.approx(3 / 7)
    assert harmonic_mean([0.9] * 9) == pytest.approx(0.9)


def test_scipy_agrees():
    values = np.random.default_rng(5).random(9)
    assert harmonic_mean(values.tolist()) == pytest.approx(hmean(values))


def test_one_value_of_zero_leaves_nothing():
    assert harmonic_mean([0.9] * 8 + [0.0]) == 0


def test_the_interval_spans_the_value_and_comes_back_the_same():
    random = np.random.default_rng(2)
    parts = [random.beta(8, 2, (30, 3)) for _ in range(3)]
    value, low, high = model_utility(parts)
    assert value == pytest.approx(hmean(np.concatenate([p.mean(axis=0) for p in parts])))
    assert low < value < high
    assert model_utility(parts) == (value, low, high)


def run(undefined_from: int = 99):
    items, records = [], []
    for part in PARTS:
        for i in range(4):
            item = qa(part, i, paraphrased="Roe was born in Ghent." if part == "retain" else None,
                      wrong=("in Rome", "in Oslo"))  # fmt: skip
            found = Likelihoods(
                said(0.1 * i),
                said(0.2) if item.paraphrased else None,
                (said(2.0), said(1.0 + i)),
            )
            reply = "Jane Roe was born in Ghent." if i else "born in Ghent"
            items.append(item)
            records.append(
                record(item, reply, found)
                if len(records) < undefined_from
                else record(item, reply, undefined="no log-probabilities")
            )
    return items, records


def test_utility_of_a_run_is_the_harmonic_mean_of_its_nine_figures():
    items, records = run()
    one = case(items, records)
    figures = by_name([*rouge.figures(one), *truth_ratio.figures(one)])
    nine = [
        figures[f"{part}/{metric}"].value
        for part in PARTS
        for metric in ("probability", "rouge", "truth_ratio_utility")
    ]
    [found] = utility.figures(one)
    assert found.metric == "model_utility"
    assert found.value == pytest.approx(hmean(nine))
    assert found.n == 12
    assert found.low < found.value < found.high


def test_it_is_undefined_as_soon_as_one_of_the_nine_is():
    [found] = utility.figures(case(*run(undefined_from=8)))
    assert found.value is None
    assert found.undefined == "world_facts/probability: no log-probabilities"


def test_a_suite_without_the_three_parts_has_none():
    items, records = run()
    assert utility.figures(case(items[:8], records[:8])) == []
