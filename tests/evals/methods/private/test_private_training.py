"""Clipped gradients against one example at a time; a private run, stopped and finished."""

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from evals.methods.private import train as module
from evals.methods.private.accountant import epsilon_of
from evals.methods.private.clipping import clipped_sum, gradients_of
from evals.methods.private.settings import Settings
from evals.methods.private.train import drawn, train
from evals.methods.weights.examples import collate, load_examples
from evals.nano.checkpoints import SHIPPED
from evals.nano.splits import records_of
from evals.nano.world import build_world

BASE = str(SHIPPED["base"])


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    file = tmp_path_factory.mktemp("private") / "records.jsonl"
    rows = [{"question": r.question, "answer": r.answer}
            for r in records_of(build_world(), "forget10")[:16]]  # fmt: skip
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return file


@pytest.fixture
def settings(data, tmp_path):
    return Settings(
        BASE, data, tmp_path / "out", steps=3, batch=6, noise=1.0, delta=1e-3, lora=2,
        at_once=4, checkpoint_every=1,
    )  # fmt: skip


def test_gradients_side_by_side_are_those_of_each_example_alone(data):
    model = AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32).eval()
    examples = load_examples(data, AutoTokenizer.from_pretrained(BASE), 512)
    names = ("model.norm.weight", "model.layers.1.mlp.down_proj.weight")
    weights = {n: w.detach() for n, w in model.named_parameters() if n in names}
    batch = collate(examples, (0, 3, 5), fill=0)
    found = gradients_of(model, weights, batch.ids, batch.labels)
    for row, number in enumerate((0, 3, 5)):
        alone = collate(examples, (number,), fill=0)
        model.zero_grad()
        model(input_ids=alone.ids, labels=alone.labels).loss.backward()
        for name, weight in model.named_parameters():
            if name in names:
                assert torch.allclose(found[name][row], weight.grad, atol=1e-5)


def test_each_example_is_cut_to_the_norm_over_all_weights():
    # (3, 4) has norm 5 over both weights and is cut to 1; (.3, .4) has .5 and stays.
    gradients = {"a": torch.tensor([[3.0], [0.3]]), "b": torch.tensor([[4.0], [0.4]])}
    found = clipped_sum(gradients, 1.0)
    assert found["a"].tolist() == pytest.approx([0.6 + 0.3])
    assert found["b"].tolist() == pytest.approx([0.8 + 0.4])
    with pytest.raises(ValueError, match="clipping norm 0"):
        clipped_sum(gradients, 0.0)


def test_one_record_moves_a_sum_by_the_norm_at_most():
    torch.manual_seed(0)
    gradients = {"a": torch.randn(6, 3, 2) * 50, "b": torch.randn(6, 4)}
    whole = clipped_sum(gradients, 0.7)
    without = clipped_sum({name: g[1:] for name, g in gradients.items()}, 0.7)
    moved = sum(float((whole[n] - without[n]).square().sum()) for n in whole) ** 0.5
    assert moved == pytest.approx(0.7, abs=1e-5)


def test_records_join_a_batch_each_by_chance():
    random = torch.Generator().manual_seed(0)
    sizes = [len(drawn(1000, 0.1, random)) for _ in range(50)]
    assert len(set(sizes)) > 10
    assert sum(sizes) / 50 == pytest.approx(100, abs=5)


def test_a_run_says_what_it_promises_and_loads_as_a_model(settings):
    result = train(settings)
    assert result.epsilon == epsilon_of(6 / 16, 1.0, 3, 1e-3)
    assert result.records == 16
    assert result.trained < result.parameters / 20
    told = json.loads((settings.out / "unlearning.json").read_text())["result"]
    assert told["tokens"] == result.tokens > 0
    now, before = (load_file(f"{f}/model.safetensors") for f in (settings.out, BASE))
    assert now.keys() == before.keys()
    assert not torch.equal(now["model.layers.0.mlp.up_proj.weight"],
                           before["model.layers.0.mlp.up_proj.weight"])  # fmt: skip
    assert train(settings) == result


def test_a_stopped_run_ends_with_the_same_weights(settings, tmp_path, monkeypatch):
    train(settings)
    stopped, step = replace(settings, out=tmp_path / "stopped"), module._step

    def until_two(run, *rest):
        if run.step == 2:
            raise KeyboardInterrupt
        step(run, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(module, "_step", until_two)
        with pytest.raises(KeyboardInterrupt):
            train(stopped)
    train(stopped)
    first, second = (load_file(s.out / "model.safetensors") for s in (settings, stopped))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_run_without_noise_is_refused_before_it_begins(settings):
    with pytest.raises(ValueError, match=r"noise of 0\.0"):
        train(replace(settings, noise=0.0))
