"""The layer from records to figures: nothing lost, nothing invented, every figure has a name."""

import re
from pathlib import Path

import numpy as np
import pytest
from metric_cases import by_name, case, choice, qa, record, said

from evals.metrics import cost
from evals.metrics.making import MAKING
from evals.metrics.measure import measure
from evals.metrics.names import NAMES, metric_of, name_of, part_of, wants
from evals.metrics.outcomes import outcomes_of
from evals.metrics.sampled import SAMPLED
from evals.records import Likelihoods, Reply

DOCUMENT = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text(encoding="utf-8")


def everything():
    wrong = ("in Rome", "in Oslo")
    items = [
        qa(part, i, wrong=wrong, subject=f"s{i}", paraphrased=other)
        for part, other in (
            ("forget", "Ghent."),
            ("retain", "Ghent."),
            ("real_authors", None),
            ("world_facts", None),
        )
        for i in range(6)
    ]
    items += [qa("holdout", i, subject=f"h{i}") for i in range(6)]
    items += [choice(part, i) for part in ("bio", "cyber", "mmlu") for i in range(2)]
    items += [qa("verbmem", 0), qa("knowmem_forget", 0), qa("attack_roleplay", 0)]
    items += [qa("forget_string", 0, answer="+44 20 7946 0996", exact=True)]

    def of(system, loss):
        def made(item):
            likely = Likelihoods(
                said(loss), said(loss) if item.paraphrased else None,
                tuple(said(loss + 1) for _ in item.wrong), (-1.0,) * len(item.choices),
            )  # fmt: skip
            return record(item, likelihoods=likely, system=system, prompt_tokens=7, seconds=0.5)

        return [made(item) for item in items]

    return items, {name: of(name, loss) for name, loss in
                   (("original", 0.1), ("retrain", 2.0), ("box", 1.5))}  # fmt: skip


def vectors(texts):
    return np.random.default_rng(0).normal(size=(len(texts), 3))


def test_every_figure_has_a_name_and_every_name_a_figure():
    items, records = everything()
    figures = measure(items, records, vectors)["box"]
    assert len({figure.metric for figure in figures}) == len(figures)
    # What making a system cost is read off its training, and leak@k off replies that were drawn.
    measured = {metric_of(figure.metric) for figure in figures}
    assert measured | set(MAKING) | set(SAMPLED) == set(NAMES)
    assert measured.isdisjoint((*MAKING, *SAMPLED))
    assert all(name_of(figure.metric).label for figure in figures)


def test_measuring_twice_gives_the_same():
    items, records = everything()
    assert measure(items, records, vectors) == measure(items, records, vectors)


@pytest.mark.parametrize("metric", list(NAMES))
def test_every_metric_is_documented(metric):
    # leak@1, leak@2 and so on are one row.
    name = re.sub(r"(leak_at_)\d+$", r"\1k", metric)
    assert re.search(rf"^\| `{name}` \|", DOCUMENT, re.MULTILINE)


def test_cost_by_hand():
    replies = [Reply("a", 2, 30, 5, 0.5), Reply("b", 1, 10, 7, 1.0)]
    assert cost.per_request(replies) == {
        "model_calls": 1.5, "prompt_tokens": 20, "completion_tokens": 6, "seconds": 0.75,
    }  # fmt: skip
    items = [qa("forget", 0), qa("forget", 1)]
    records = [
        record(items[0], model_calls=2, prompt_tokens=30, completion_tokens=5, seconds=0.5),
        record(items[1], model_calls=1, prompt_tokens=10, completion_tokens=7, seconds=1.0),
    ]
    found = by_name(cost.figures(case(items, records)))
    assert {name: figure.value for name, figure in found.items()} == cost.per_request(replies)


def test_items_that_were_not_asked_are_left_out():
    items = [qa("forget", i) for i in range(3)]
    assert len(outcomes_of(items, [record(items[1])])["forget"]) == 1
    assert outcomes_of(items, []) == {}


def test_records_of_no_item_or_twice_of_one_are_faults():
    items = [qa("forget", 0)]
    with pytest.raises(ValueError, match="1 records are of no item of the suite, such as 'retain"):
        outcomes_of(items, [record(qa("retain", 0))])
    with pytest.raises(ValueError, match="'forget/0000' has two records"):
        outcomes_of(items, [record(items[0]), record(items[0])])


def test_names_and_directions():
    assert (part_of("forget/rouge"), metric_of("forget/rouge")) == ("forget", "rouge")
    assert (part_of("privleak"), metric_of("privleak")) == ("", "privleak")
    assert wants("forget/choice_accuracy") == "low"
    assert wants("bio/choice_accuracy") == "low"
    assert wants("mmlu/choice_accuracy") == "high"
    assert wants("mia_loss") == "half"
