"""The loop on the shipped model: every method does what it is for, a stopped run is finished."""

import json
import os
import socket
import subprocess
import sys
import warnings
from dataclasses import replace

import pytest
import torch
from places import ROOT
from safetensors.torch import load_file

from boxed.models.local import LocalModel
from boxed.models.weights import load_weights
from evals.data.jsonl import DataError
from evals.methods.decoding.joint_model import JointModel
from evals.methods.weights import unlearn as loop
from evals.methods.weights.catalogue import METHODS
from evals.methods.weights.settings import Settings
from evals.methods.weights.unlearn import unlearn
from evals.nano.checkpoints import SHIPPED
from evals.records import Item
from evals.systems.local import LocalSystem

FULL = str(SHIPPED["full"])
HEALING = ("noise", "reinit", "prune", "layer-reset")
FORGETTING = [name for name in METHODS if name not in HEALING]
MORE = {
    # Two matrices have a long way to go to steer anything.
    "rmu": {"steps": 20, "learning_rate": 2e-2, "options": (("retain", 1.0),)},
    # What is known best is left alone at first.
    "satimp": {"steps": 12, "options": (("retain", 1.0),)},
}
QUICK = {"steps": 6, "batch": 4, "learning_rate": 1e-3}


@pytest.fixture
def ask(records, tmp_path):
    """Settings for a method, with the records' files and a folder of its own."""

    def settings(method, **changes):
        first = Settings(
            method, FULL, records / "forget.jsonl", tmp_path / "out", records / "retain.jsonl",
            seed=3,
        )  # fmt: skip
        return replace(first, **(QUICK | changes))

    return settings


def weights(folder):
    return load_file(folder / "model.safetensors")


@pytest.mark.parametrize("method", FORGETTING)
def test_a_method_makes_the_forget_set_s_answers_less_likely(method, ask):
    settings = ask(method, **MORE.get(method, {}))
    result = unlearn(settings)
    assert result.forget_after > result.forget_before + 0.1
    told = json.loads((settings.out / "unlearning.json").read_text())
    assert told["identity"]["method"] == method
    assert told["options"].keys() == METHODS[method].options.keys()
    assert not (settings.out / "unfinished").exists()
    assert result.tokens > 0
    assert result.peak_bytes > result.parameters


@pytest.mark.parametrize("method", HEALING)
def test_a_disturbed_model_heals_on_the_retain_set(method, ask, tmp_path):
    hurt = unlearn(ask(method, steps=1, learning_rate=1e-8, out=tmp_path / "hurt"))
    healed = unlearn(ask(method, steps=12, out=tmp_path / "healed"))
    assert hurt.retain_after > hurt.retain_before + 0.05
    assert healed.retain_after < hurt.retain_after - 0.05


def test_ascent_tears_down_what_difference_holds(ask, tmp_path):
    alone = unlearn(ask("grad-ascent", steps=12, out=tmp_path / "alone"))
    held = unlearn(ask("grad-diff", steps=12, out=tmp_path / "held"))
    assert alone.retain_after > held.retain_after + 0.2


def test_pdu_raises_the_price_of_the_retain_set_while_its_loss_is_too_high(ask, tmp_path):
    # Rates that break the constraint at once: with a dual variable that stays, and one that rises.
    hard = {"steps": 16, "learning_rate": 3e-3}
    fixed, rising = (
        unlearn(ask(
            "pdu", out=tmp_path / name, **hard,
            options=(("dual_rate", rate), ("retain", 1.0), ("tolerance", 0.5)),
        ))
        for name, rate in (("fixed", 0.0), ("rising", 50.0))
    )  # fmt: skip
    assert rising.retain_after < fixed.retain_after
    assert rising.forget_after > rising.forget_before + 0.1


def test_a_stopped_pdu_goes_on_with_its_dual_variable(ask, tmp_path, monkeypatch):
    options = (("dual_rate", 5.0), ("retain", 1.0))
    whole = ask("pdu", checkpoint_every=2, steps=4, options=options, out=tmp_path / "whole")
    unlearn(whole)
    stopped = replace(whole, out=tmp_path / "stopped")
    update, taken = loop._Run.update, []

    def until_three(run, parts, rate):
        if len(taken) == 3:
            raise KeyboardInterrupt
        taken.append(run.step)
        return update(run, parts, rate)

    with monkeypatch.context() as patched:
        patched.setattr(loop._Run, "update", until_three)
        with pytest.raises(KeyboardInterrupt):
            unlearn(stopped)
    unlearn(stopped)
    first, second = weights(whole.out), weights(stopped.out)
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_pruned_weights_stay_zero_while_the_rest_heals(ask):
    settings = ask("prune", options=(("share", 0.4),))
    unlearn(settings)
    now, before = weights(settings.out), weights(SHIPPED["full"])
    name = "model.layers.1.mlp.down_proj.weight"
    assert (now[name] == 0).float().mean().item() == pytest.approx(0.4, abs=0.01)
    assert not torch.equal(now["model.norm.weight"], before["model.norm.weight"])


def test_rmu_trains_the_output_matrices_of_the_lower_layers_alone(ask):
    settings = ask("rmu")
    result = unlearn(settings)
    now, before = weights(settings.out), weights(SHIPPED["full"])
    moved = {name for name in now if not torch.equal(now[name], before[name])}
    assert moved == {f"model.layers.{n}.mlp.down_proj.weight" for n in (0, 1)}
    assert result.trained == 2 * 192 * 512


def test_adapters_are_merged_into_a_model_that_loads_as_the_original_does(ask):
    settings = ask("npo-retain", lora=4, learning_rate=1e-2, checkpointing=True)
    result = unlearn(settings)
    assert result.trained < result.parameters / 10
    assert result.forget_after > result.forget_before + 0.1
    assert weights(settings.out).keys() == weights(SHIPPED["full"]).keys()


def test_adapters_on_the_top_layers_change_nothing_below_and_stand_alone(ask):
    settings = ask("npo", lora=4, layers=2, steps=12, learning_rate=2e-2, alone=True)
    result = unlearn(settings)
    assert result.forget_after > result.forget_before + 0.1
    assert not (settings.out / "model.safetensors").exists()
    told = json.loads((settings.out / "adapter_config.json").read_text())
    assert told["base_model_name_or_path"] == FULL
    made = load_file(settings.out / "adapter_model.safetensors")
    assert {int(name.split("layers.")[1].split(".")[0]) for name in made} == {2, 3}
    assert all(weight.dtype == torch.bfloat16 for weight in made.values())
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)  # a name that peft asks for, and no user can
        joined = load_weights(f"{FULL}+{settings.out}", torch.float32).state_dict()
    before = weights(SHIPPED["full"])
    moved = {name for name in before if not torch.equal(joined[name], before[name].float())}
    assert moved
    assert all(".layers.2." in name or ".layers.3." in name for name in moved)
    # An adapter is a model to go on from.
    more = ask("npo-retain", model=f"{FULL}+{settings.out}", lora=4, out=settings.out / "more")
    assert unlearn(more).forget_before == pytest.approx(result.forget_after, rel=1e-3)
    # Also for a method that has it write other answers first, and beside another model.
    others = ask("altpo", model=f"{FULL}+{settings.out}", lora=4, out=settings.out / "others")
    assert unlearn(others).forget_before == pytest.approx(result.forget_after, rel=1e-3)
    joint = JointModel(FULL, [f"{FULL}+{settings.out}"], lambda logits: logits[1])
    texts = [([{"role": "user", "content": "Where?"}], ["Here."])]
    alone = LocalModel(f"{FULL}+{settings.out}").score_many(texts)[0][0]
    assert joint.score_many(texts)[0][0].total == pytest.approx(alone.total, abs=1e-3)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"layers": 2}, "give their rank with --lora"),
        ({"alone": True}, "leave --alone out"),
        ({"lora": 4, "layers": 9}, "fewer than the 9 of --layers"),
    ],
)
def test_layers_that_cannot_be_trained_are_named(ask, changes, says):
    with pytest.raises(ValueError, match=says):
        unlearn(ask("npo", **changes))


def test_the_result_is_a_system_of_the_suites_that_finds_the_answer_unlikely(ask, records):
    settings = ask("npo")
    unlearn(settings)
    row = json.loads((records / "forget.jsonl").read_text().split("\n")[0])
    asked = ({"role": "user", "content": row["question"]},)
    item = Item("forget/0", "forget", "qa", asked, row["answer"], most=12)
    before, now = (LocalSystem("model", LocalModel(f), str(f)) for f in (FULL, settings.out))
    assert before.identity != now.identity
    assert before.answer([item])[0].text == row["answer"]
    likely, unlikely = (sum(s.likelihoods([item])[0].answer.logprobs) for s in (before, now))
    assert unlikely < likely - 1


def test_a_stopped_run_goes_on_and_ends_with_the_same_weights(ask, tmp_path, monkeypatch):
    whole = ask("npo-kl", checkpoint_every=2, at_once=2, out=tmp_path / "whole")
    unlearn(whole)
    stopped = replace(whole, out=tmp_path / "stopped")
    update, taken = loop._Run.update, []

    def until_three(run, parts, rate):
        if len(taken) == 3:
            raise KeyboardInterrupt
        taken.append(run.step)
        return update(run, parts, rate)

    with monkeypatch.context() as patched:
        patched.setattr(loop._Run, "update", until_three)
        with pytest.raises(KeyboardInterrupt):
            unlearn(stopped)
    assert not (stopped.out / "model.safetensors").exists()
    kept = stopped.out / "unfinished/forget-logprobs.pt"
    written = kept.stat().st_mtime_ns
    unlearn_steps = []

    def counted(run, parts, rate):
        unlearn_steps.append((run.step, kept.stat().st_mtime_ns))
        return update(run, parts, rate)

    with monkeypatch.context() as patched:
        patched.setattr(loop._Run, "update", counted)
        unlearn(stopped)
    assert unlearn_steps == [(step, written) for step in (2, 3, 4, 5)]
    first, second = weights(whole.out), weights(stopped.out)
    assert all(torch.equal(first[name], second[name]) for name in first)


TWO = (
    "import pathlib, sys; from evals.methods.weights.settings import Settings;"
    "from evals.methods.weights.unlearn import unlearn;"
    "f, r, out = map(pathlib.Path, sys.argv[2:]);"
    "unlearn(Settings('npo-kl', sys.argv[1], f, out, r, steps=3, batch=4, learning_rate=1e-3))"
)


@pytest.mark.timeout(300)
def test_two_processes_end_as_one_does(ask, tmp_path):
    alone = ask("npo-kl", steps=3, seed=0, out=tmp_path / "alone")
    one = unlearn(alone)
    (tmp_path / "two.py").write_text(TWO)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # What torchrun would set; it is one more process that imports torch.
    told = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    command = [sys.executable, str(tmp_path / "two.py")]
    command += map(str, (FULL, alone.forget, alone.retain, tmp_path / "two"))
    env = {**os.environ, **told, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen(command, env={**env, "RANK": rank, "LOCAL_RANK": rank}) for rank in "01"
    ]
    try:
        assert [process.wait(280) for process in both] == [0, 0]
    finally:
        for process in both:
            process.kill()
    two = json.loads((tmp_path / "two" / "unlearning.json").read_text())["result"]
    assert two["tokens"] == one.tokens
    assert two["forget_after"] == pytest.approx(one.forget_after, rel=0.02)
    assert one.forget_after > one.forget_before + 0.1


def test_a_finished_run_is_not_made_again_and_another_is_refused(ask, monkeypatch):
    settings = ask("grad-ascent", steps=1)
    first = unlearn(settings)
    with monkeypatch.context() as patched:
        patched.setattr(loop, "open_request", None)
        assert unlearn(settings) == first
    with pytest.raises(ValueError, match="different steps '1' \\(not '2'\\)"):
        unlearn(replace(settings, steps=2))


def test_a_folder_with_other_files_is_left_alone(ask, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match="do not say what they were made from"):
        unlearn(ask("npo"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"method": "prayer"}, "method 'prayer' is not one of grad-ascent, grad-diff"),
        ({"method": "npo-retain", "retain": None}, "reads a retain set; name its file with"),
        ({"method": "reinit", "lora": 4}, "run it without --lora"),
        ({"method": "npo", "options": (("gamma", 1.0),)}, "option 'gamma' is none of method 'npo'"),
        ({"method": "rmu", "options": (("layer", 9.0),)}, "the model has layers 0 to 3"),
        ({"method": "npo", "learning_rate": 1e30}, "lower --learning-rate"),
        ({"method": "npo", "max_tokens": 8}, "raise --max-tokens"),
        ({"method": "pdu", "retain": None}, "reads a retain set; name its file with"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_remedy(changes, said, ask):
    with pytest.raises((ValueError, DataError), match=said):
        unlearn(ask(**changes))
