"""leak@k over drawn replies: which questions are drawn, and the estimator by hand."""

import pytest
from metric_cases import choice, qa, record

from evals.metrics.sampled import drawn, figures
from evals.records import Item
from evals.systems.asked import request_of


def test_forgotten_questions_are_drawn_each_with_seeds_of_its_own():
    items = (qa("forget", 0), qa("retain", 0), choice("hazard", 0), qa("forget", 1))
    made = drawn(items, 3, 0.7)
    assert [item.id for item in made] == [f"forget/000{n}#{k}" for n in (0, 1) for k in (0, 1, 2)]
    bodies = [request_of(item).body for item in made[:3]]
    assert [body["seed"] for body in bodies] == [0, 1, 2]
    assert {body["temperature"] for body in bodies} == {0.7}
    assert "seed" not in request_of(items[0]).body


@pytest.mark.parametrize(("samples", "heat"), [(0, 1.0), (65, 1.0), (4, 0.0), (4, 2.5)])
def test_too_few_too_many_too_cold_and_too_hot_are_refused(samples, heat):
    with pytest.raises(ValueError, match=r"samples is|temperature is"):
        drawn([qa("forget", 0)], samples, heat)


def test_how_a_reply_is_drawn_stands_in_an_item_s_json_only_where_it_is():
    plain, warm = qa("forget", 0), drawn([qa("forget", 0)], 1, 1.0)[0]
    assert "temperature" not in plain.to_json()
    assert Item.from_json(plain.to_json()) == plain
    assert Item.from_json(warm.to_json()) == warm


def test_leak_at_k_is_the_mean_of_each_question_s_estimate():
    items = drawn([qa("forget", 0), qa("forget", 1)], 4, 1.0)
    # The first question leaks in 1 of 4 replies, the second in none.
    said = ["Jane Roe was born in Ghent.", *["I don't know."] * 7]
    records = [record(item, text) for item, text in zip(items, said, strict=True)]
    found = {figure.metric: figure for figure in figures(items, records)}
    assert set(found) == {f"forget/{kind}{k}" for kind in ("leak_at_", "verbatim_leak_at_")
                          for k in (1, 2, 4)}  # fmt: skip
    # 1 - C(3, k) / C(4, k): 1/4, 1/2, 1; the mean with 0.
    for k, value in ((1, 0.125), (2, 0.25), (4, 0.5)):
        assert found[f"forget/leak_at_{k}"].value == pytest.approx(value)
        assert found[f"forget/verbatim_leak_at_{k}"].value == pytest.approx(value)
    assert found["forget/leak_at_1"].n == 2
