"""The experiments on a few questions: what they make, what they keep, and what they show."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

from evals.methods.weights.examples import load_examples
from evals.nano.checkpoints import SHIPPED
from evals.studies.lasting import epsilon_report, order_report, relearn_report, stream_report
from evals.studies.lasting import order as ordering
from evals.studies.lasting import relearn as relearning
from evals.studies.lasting import repeats as repeating
from evals.studies.lasting import stream as streaming
from evals.studies.lasting.finetune import Course, train
from evals.studies.lasting.material import MATERIALS, questions, trained
from evals.studies.lasting.once import once, recorded
from evals.studies.lasting.pretrained import Taught
from evals.studies.lasting.small_world import Scale
from evals.studies.lasting.starting import Starts

pytestmark = pytest.mark.usefixtures("trained_here")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("lasting")


@pytest.fixture
def names_alone(monkeypatch):
    """Sentence vectors that have nothing in common: the box screens by names, at no cost."""

    def embed(texts):
        seeds = [int.from_bytes(hashlib.sha256(t.encode()).digest()[:4]) for t in texts]
        rows = np.array([np.random.default_rng(seed).normal(size=64) for seed in seeds])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    monkeypatch.setattr(Starts, "embed", property(lambda _: embed))


def value(step, metric):
    return step.figures[metric].value


def test_a_result_is_made_once_for_each_identity(tmp_path):
    made = []

    def make():
        made.append(1)
        return {"n": len(made)}

    file = tmp_path / "a" / "b.json"
    assert once(file, "one", make) == once(file, "one", make) == {"n": 1}
    assert recorded(file, "two") is None
    assert once(file, "two", make) == {"n": 2}
    file.write_text("{}")
    with pytest.raises(ValueError, match="holds no result"):
        recorded(file, "two")


def test_training_pauses_at_its_stops_and_a_longer_course_begins_like_a_shorter(out):
    starts = Starts(out)
    tokenizer = AutoTokenizer.from_pretrained(SHIPPED["base"])
    examples = load_examples(starts.world / "forget01.jsonl", tokenizer, 512)[:8]

    def weights(course, stops):
        model = AutoModelForCausalLM.from_pretrained(SHIPPED["base"], dtype=torch.float32)
        found = {}
        for step in train(model, examples, tokenizer.pad_token_id, course, stops):
            assert not model.training
            found[step] = model.model.norm.weight.detach().clone()
        return found

    long, short = weights(Course(4, 4), (0, 2, 4)), weights(Course(2, 4), (2,))
    assert list(long) == [0, 2, 4]
    assert torch.equal(long[2], short[2])
    assert not torch.equal(long[2], long[4])


def test_what_is_asked_was_in_no_material(out):
    suite = Starts(out).suite
    asked = questions(suite, 1_000)
    assert sum(item.part == "forget" for item in asked) == 360
    for material in MATERIALS:
        known = {record.question for record in trained(suite, material)}
        assert not known & {item.question for item in asked}
    assert len(trained(suite, "tenth")) == 40
    with pytest.raises(ValueError, match="not one of unrelated"):
        trained(suite, "everything")


def test_relearning_is_measured_once_and_the_box_stays_shut(out, names_alone, monkeypatch):
    options = relearning.Options(
        ("retrain", "box"), out, materials=("tenth",), steps=(1,), bits=(4,), limit=3
    )
    points = relearning.relearn(options)
    told = [(p.system, p.treatment, p.steps) for p in points]
    each = [("as made", 0), ("4 bits", 0), ("tenth", 1)]
    assert told == [(system, *one) for system in ("retrain", "box") for one in each]
    assert {value(p, "forget/attack_success") for p in points if p.system == "box"} == {0.0}
    monkeypatch.setattr(relearning, "asked", None)
    assert relearning.relearn(options) == points
    text = relearn_report.write(points, out, "boxed-evals relearn").read_text()
    assert "| treatment | retrain | box |" in text
    assert [line.split(" | ")[0] for line in text.split("\n") if line.startswith("| tenth")] == [
        "| tenth, 1", "| tenth, 1",
    ]  # fmt: skip
    assert "retrain" in (out / "relearn.svg").read_text()
    assert len(json.loads((out / "relearn.json").read_text())) == 6


def test_a_taught_model_with_its_adapter_is_relearned_and_quantised(out, tmp_path):
    bare = AutoModelForCausalLM.from_pretrained(SHIPPED["retain90"])
    told = LoraConfig(r=2, target_modules=["q_proj"], task_type="CAUSAL_LM")
    get_peft_model(bare, told).save_pretrained(tmp_path / "adapter")
    taught = Taught(
        tmp_path, data=str(Starts(out).world.parent), share="10", retrain=str(SHIPPED["retain90"]),
        model=f"{SHIPPED['retain90']}+{tmp_path / 'adapter'}", rank=2, layers=1,
    )  # fmt: skip
    options = relearning.Options(
        ("original",), tmp_path, materials=("tenth",), steps=(2,), bits=(4,), limit=2, rate=0.1
    )
    made, rounded, trained_on = relearning.relearn(options, taught=taught)
    assert value(made, "retain/rouge") == 1.0
    assert value(rounded, "retain/rouge") > 0.5
    assert (
        value(trained_on, "retain/rouge") < 0.5
    )  # every weight was trained, at a rate that breaks
    with pytest.raises(ValueError, match="rates for idk: only the embedded world"):
        replace(taught, rates={"idk": 1e-3}).check(("idk",))


def test_orders_of_the_same_requests_end_side_by_side(out, names_alone, monkeypatch):
    options = ordering.Options(
        ("box", "grad-diff"), out, requests=2, orders=2, repeats=1, epochs=1, per_author=2,
        retained=4, unlearning_rates=(("grad-diff", 1e-3),),
    )  # fmt: skip
    # Together is one training more; the box shows that run.
    boxed = ordering.orders(replace(options, systems=("box",)))
    assert [one.run for one in boxed] == ["1 2", "2 1", "together"]
    options = replace(options, together=False)
    ended = ordering.orders(options)
    assert [(one.system, one.run) for one in ended] == [
        (system, run) for system in ("box", "grad-diff") for run in ("1 2", "2 1")
    ]
    box, trained = boxed, ended[2:]
    # A box's policies know no order: every run ends with the same replies.
    assert len({tuple(one.replies.items()) for one in box}) == 1
    assert order_report.agreement(box) == 1
    assert order_report.spread(box[:2], "retain/rouge").split(" ± ")[1].startswith("0.000")
    # Training does: the second request is trained on the first one's result.
    assert trained[0].replies.keys() == trained[1].replies.keys()
    assert all(one.tokens > 0 for one in trained)
    monkeypatch.setattr(ordering, "_asked", None)
    assert ordering.orders(options) == ended
    text = order_report.write(ended, out, "boxed-evals order").read_text()
    assert "| box | 0.0" in text
    assert "| grad-diff | 2 1 |" in text
    kept = json.loads((out / "order.json").read_text())
    assert len(kept) == 4
    assert not any("replies" in row for row in kept)


def test_orders_are_drawn_once_each_and_cannot_be_more_than_there_are(out):
    plain = ordering.Options(("box",), out, requests=3, orders=6, repeats=1)
    found = ordering.sequences(plain)
    assert next(iter(found)) == "1 2 3"
    assert len(set(found.values())) == 6
    assert all(sorted(one) == [1, 2, 3] for one in found.values())
    twice = ordering.sequences(ordering.Options(("box",), out, requests=2, orders=2, repeats=2))
    assert twice == {"1 2": (1, 2), "2 1": (2, 1), "1 2, 2 times": (1, 2, 1, 2)}
    for requests, orders, said in ((3, 7, "do not have 7 orders"), (1, 2, "two of each")):
        with pytest.raises(ValueError, match=said):
            ordering.sequences(ordering.Options(("box",), out, requests=requests, orders=orders))


def test_a_stream_forgets_and_gives_back(out, names_alone, monkeypatch):
    options = streaming.Options(
        ("box", "grad-diff"), out, requests=2, revoked=((1, 2),), epochs=2, per_author=2,
        retained=2, unlearning_rates=(("grad-diff", 1e-4),),
    )  # fmt: skip
    steps = streaming.stream(options)
    assert [(s.system, s.event.in_force) for s in steps] == [
        ("box", (1,)), ("box", (2,)), ("grad-diff", (1,)), ("grad-diff", (2,)),
    ]  # fmt: skip
    box, trained_away = steps[1], steps[3]
    assert value(box, "forget/attack_success") == 0
    assert value(box, "revoked/rouge") > 0.9
    assert box.tokens == 0 < trained_away.tokens
    # The second step starts over: its model comes from the original, not from the first result.
    told = json.loads((out / "stream/grad-diff/model-02/unlearning.json").read_text())
    first = json.loads((out / "stream/grad-diff/model-01/unlearning.json").read_text())
    assert told["identity"]["model"] == first["identity"]["model"]
    monkeypatch.setattr(streaming, "asked", None)
    assert streaming.stream(options)[2:] == steps[2:]
    text = stream_report.write(steps, out, "boxed-evals stream").read_text()
    assert "| request 2; 1 withdrawn | 0.000; " in text
    assert "retrain (computed)" in text


def test_a_stream_of_more_requests_than_authors_is_refused(out):
    with pytest.raises(ValueError, match="at most 20 requests"):
        streaming.stream(streaming.Options(("box",), out, requests=21))
    with pytest.raises(ValueError, match="name boxes and methods"):
        streaming.stream(streaming.Options(("original",), out))


def test_models_that_forgot_nothing_are_told_from_those_that_never_knew(out):
    options = repeating.Options(("grad-diff",), out, runs=3, scale=Scale(1, 3, 20), epochs=1)
    scores = {score.system: score for score in repeating.repeat(options)}
    assert list(scores) == ["original", "retrain again", "grad-diff"]
    assert scores["original"].forgetting < 0.1 < scores["retrain again"].forgetting
    assert scores["original"].forget_accuracy > scores["retrain again"].forget_accuracy
    text = epsilon_report.write(list(scores.values()), out, "boxed-evals epsilon").read_text()
    assert "3 runs of each kind" in text
    with pytest.raises(ValueError, match="at least three"):
        repeating.repeat(repeating.Options((), out, runs=2))
