"""Extraction strength and exact memorisation by hand, and against a plain loop."""

import itertools

import pytest
from metric_cases import by_name, case, choice, qa, record, said

from evals.metrics import memorisation
from evals.metrics.memorisation import exact_memorisation, extraction_strength
from evals.records import Likelihoods


@pytest.mark.parametrize(
    ("greedy", "strength", "exact"),
    [
        ([True] * 4, 1.0, 1.0),  # right from token 0 on: 1 - 0/4
        ([False, True, True, True], 0.75, 0.75),  # from token 1 on: 1 - 1/4
        ([True, True, True, False], 0.0, 0.75),  # no ending matches
        ([True, False, True, True], 0.5, 0.75),
        ([False], 0.0, 0.0),
    ],
)
def test_by_hand(greedy, strength, exact):
    assert extraction_strength(greedy) == strength
    assert exact_memorisation(greedy) == exact


def test_a_plain_loop_over_every_pattern_agrees():
    for greedy in itertools.product([False, True], repeat=7):
        starts = [k for k in range(7) if all(greedy[k:])]
        expected = 1 - starts[0] / 7 if starts else 0
        assert extraction_strength(greedy) == pytest.approx(expected)


def test_figures_of_parts_that_score_answers():
    items = [qa("forget", 0), qa("forget", 1), choice("mmlu", 0)]
    records = [
        record(items[0], likelihoods=Likelihoods(said(0.1, 4, right=1))),
        record(items[1], likelihoods=Likelihoods(said(0.1, 4, right=3))),
        record(items[2], "B", Likelihoods(letters=(-1.0, -0.5, -2.0, -3.0))),
    ]
    found = by_name(memorisation.figures(case(items, records)))
    assert set(found) == {"forget/extraction_strength", "forget/exact_memorisation"}
    assert found["forget/extraction_strength"].value == pytest.approx(0.5)
    assert found["forget/exact_memorisation"].value == pytest.approx(0.5)
