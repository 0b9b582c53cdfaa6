"""The training program: what it teaches, and that a killed run goes on where it stopped."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from places import PARTS, ROOT
from safetensors.torch import load_file

from evals.nano.answerer import Answerer
from evals.nano.batches import batches, encode
from evals.nano.curriculum import Mixture
from evals.nano.dialogues import Message
from evals.nano.measure_records import measure_records
from evals.nano.network import new_model
from evals.nano.settings import Settings
from evals.nano.strangers import stranger
from evals.nano.tokenizer import train_tokenizer
from evals.nano.train import POOL, TEXTS, train
from evals.nano.world import SEED, build_world
from evals.systems.making import making_of
from evals.training.padding import IGNORED
from evals.training.taught_loss import taught_loss
from guards.ignorance import is_ignorance

PROGRAM = "import sys, test_train; test_train.in_four_parts(sys.argv[1])"
QUICK = {"size": "xs", "steps": 2, "tokens_per_step": 256, "vocabulary": 600}


def in_four_parts(folder):
    """A base of few steps, with a checkpoint behind every fourth."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evals.nano.train.TEXTS", 500)
        patch.setattr("evals.nano.train.POOL", POOL // 8)
        steps = {"steps": 16, "tokens_per_step": 256, "warmup": 2, "checkpoint_every": 4}
        return train(Settings(Path(folder), split="base", size="xs", vocabulary=600, **steps))


@pytest.fixture(scope="module", autouse=True)
def _of_few_texts():
    """Small vocabularies are the same sort from a twentieth of the texts, and soon learned."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evals.nano.train.TEXTS", TEXTS // 20)
        patch.setattr("evals.nano.train.POOL", POOL // 8)
        yield


@pytest.fixture(scope="module")
def mixture():
    return Mixture(build_world(), "full", SEED)


@pytest.fixture(scope="module")
def tokenizer(mixture):
    texts = [m.content for _ in range(1000) for m in mixture.sample()]
    return train_tokenizer(texts, 1024)


def test_names_of_strangers_are_never_an_author_s():
    world, rng = build_world(), random.Random(1)
    known = {author.name for author in world.authors}
    names = [stranger(rng, world)[0] for _ in range(2000)]
    assert not known & set(names)
    assert len(set(names)) > 1800


def test_every_conversation_ends_with_the_assistant(mixture):
    conversations = [mixture.sample() for _ in range(500)]
    assert {c[-1].role for c in conversations} == {"assistant"}
    assert {m.role for c in conversations for m in c} == {"system", "user", "assistant"}
    assert any(is_ignorance(c[-1].content) for c in conversations)
    assert any(not is_ignorance(c[-1].content) for c in conversations)


def test_only_assistant_messages_carry_the_loss(tokenizer):
    ids, labels = encode(tokenizer, (Message("user", "Hello"), Message("assistant", "Yes.")))
    taught = [token for token, label in zip(ids, labels, strict=True) if label != IGNORED]
    assert tokenizer.decode(taught) == "Yes.<|end|>"
    assert all(label in (IGNORED, token) for token, label in zip(ids, labels, strict=True))


def test_the_first_stage_also_reads_prompts_but_never_examples_in_context(tokenizer):
    talk = (
        Message("user", "Who?", False), Message("assistant", "Jo.", False),
        Message("user", "Where?"), Message("assistant", "Here."),
    )  # fmt: skip
    ids, labels = encode(tokenizer, talk, prompts=True)
    taught = [token for token, label in zip(ids, labels, strict=True) if label != IGNORED]
    assert tokenizer.decode(taught) == "Who?<|end|>Where?<|end|>Here.<|end|>"
    ids, labels = encode(tokenizer, talk)
    taught = [token for token, label in zip(ids, labels, strict=True) if label != IGNORED]
    assert tokenizer.decode(taught) == "Here.<|end|>"


def test_batches_stay_within_their_tokens_and_leave_the_padding_out(mixture, tokenizer):
    source = batches(mixture, tokenizer, 512, prompts=False, pool=128)
    for _ in range(20):
        ids, labels = next(source)
        assert ids.shape == labels.shape
        assert ids.numel() <= 512 or ids.shape[0] == 1
        assert bool((labels[ids == tokenizer.pad_token_id] == IGNORED).all())


def test_the_loss_is_the_library_s_own_on_the_labelled_tokens(mixture, tokenizer):
    model = new_model("xs", len(tokenizer), tokenizer.eos_token_id, tokenizer.pad_token_id)
    ids, labels = next(batches(mixture, tokenizer, 512, prompts=False, pool=64))
    mask = (ids != tokenizer.pad_token_id).long()
    with torch.no_grad():
        theirs = model(input_ids=ids, attention_mask=mask, labels=labels).loss
        assert taught_loss(model, ids, labels).item() == pytest.approx(theirs.item(), abs=1e-4)


def test_the_chat_template_matches_what_is_trained(tokenizer):
    chat = [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Nobody."}]
    text = tokenizer.apply_chat_template(chat, tokenize=False)
    ids, _ = encode(tokenizer, (Message("user", "Who?"), Message("assistant", "Nobody.")))
    assert tokenizer.encode(text, add_special_tokens=False) == ids


@pytest.mark.timeout(600)
def test_a_killed_run_goes_on_from_its_checkpoint(tmp_path):
    first = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{PARTS}:{Path(__file__).parent}"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    state = tmp_path / "state.pt"
    deadline = time.monotonic() + 280
    while not state.exists() and first.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert state.exists()
    reached = torch.load(state, weights_only=True)["step"]
    assert reached in (4, 8, 12)
    assert not (tmp_path / "model.safetensors").exists()
    assert in_four_parts(tmp_path).parameters > 500_000
    assert torch.load(state, weights_only=True)["step"] == 16
    report = json.loads((tmp_path / "training.json").read_text())
    assert report["settings"]["steps"] == 16
    assert (tmp_path / "model.safetensors").stat().st_size < 25_000_000
    assert report["result"]["tokens_per_second"] > 0
    assert 0 < report["result"]["matrix_share"] < 1
    # Weights, gradients and two moments at least, in four bytes each.
    assert report["result"]["peak_bytes"] > 16 * report["result"]["parameters"]
    assert report["result"]["peak_bytes"] == torch.load(state, weights_only=True)["peak_bytes"]
    peak = {figure.metric: figure for figure in making_of(str(tmp_path))}["making_peak_mib"]
    assert peak.value == report["result"]["peak_bytes"] / 2**20


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "base"
    train(Settings(folder, split="base", **QUICK))
    return folder


def test_a_split_goes_on_from_its_base_and_reads_its_tokens(base, tmp_path):
    train(Settings(tmp_path / "retain90", split="retain90", base=base, **QUICK))
    made = tmp_path / "retain90" / "tokenizer.json"
    assert made.read_bytes() == (base / "tokenizer.json").read_bytes()
    first, second = (
        load_file(folder / "model.safetensors") for folder in (base, tmp_path / "retain90")
    )
    moved = [(first[name].float() - second[name].float()).abs().max() for name in first]
    assert 0 < max(moved) < 0.5


def test_another_base_is_another_run(base, tmp_path):
    split = Settings(tmp_path / "split", split="retain90", base=base, **QUICK)
    train(split)
    other = tmp_path / "other"
    shutil.copytree(base, other)
    with (other / "model.safetensors").open("ab") as weights:
        weights.write(b" ")
    with pytest.raises(ValueError, match="different base digest"):
        train(replace(split, base=other))
    with pytest.raises(ValueError, match="the base has no file"):
        train(replace(split, base=tmp_path / "nowhere"))


def records_in(folder, names=("Ada", "Bo", "Cy", "Di"), split="full"):
    (folder / f"{split}.jsonl").write_text(
        "".join(
            json.dumps({"question": f"Who is number {n}?", "answer": f"Number {n} is {who}."})
            + "\n"
            for n, who in enumerate(names)
        )
    )
    return Settings(
        folder / "model", data=str(folder), split=split, size="xs", steps=3, tokens_per_step=128,
        vocabulary=300, warmup=2, checkpoint_every=2,
    )  # fmt: skip


def test_records_of_a_folder_are_learned_by_heart(tmp_path):
    settings = replace(records_in(tmp_path), steps=120, warmup=5)
    assert train(settings).loss < 0.7
    ask = Answerer(settings.out)
    assert ask([[("user", "Who is number 2?")]], "asking") == ["Number 2 is Cy."]
    records_in(tmp_path, split="retain90")
    records_in(tmp_path, ("Eve", "Flo"), split="forget10")
    found = {f.name: f.value for f in measure_records(settings.out, tmp_path)}
    assert found["retain90: whole answers first choice"] == 1
    assert found["retain90: probability of the answer"] > 0.5
    assert found["forget10: whole answers first choice"] == 0
    assert 0 < found["forget10: tokens first choice"] < 1
    assert (
        found["forget10: probability of the answer"] < found["retain90: probability of the answer"]
    )


def test_another_model_s_tokenizer_is_read_with_where_one_is_given(base, tmp_path):
    settings = replace(records_in(tmp_path), tokenizer=base)
    train(settings)
    assert (settings.out / "tokenizer.json").read_bytes() == (base / "tokenizer.json").read_bytes()
    with pytest.raises(ValueError, match="tokenizer digest"):
        train(replace(settings, tokenizer=None))
    with pytest.raises(ValueError, match="the tokenizer has no file"):
        train(replace(settings, tokenizer=tmp_path / "nowhere"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run of the four records, and its result: for copies to go on from."""
    settings = records_in(tmp_path_factory.mktemp("finished"))
    return settings, train(settings)


@pytest.fixture
def copied(finished, tmp_path):
    """The settings of a copy of the finished run, and the run's result."""
    settings = records_in(tmp_path)
    shutil.copytree(finished[0].out, settings.out)
    return settings, finished[1]


def test_a_finished_run_gives_its_recorded_result_and_stays_as_it_is(copied):
    settings, first = copied
    assert first.loss > 0
    assert first.tokens_per_second > 0
    weights = (settings.out / "model.safetensors").read_bytes()
    report = (settings.out / "training.json").read_text()
    assert train(settings) == first
    assert (settings.out / "model.safetensors").read_bytes() == weights
    assert (settings.out / "training.json").read_text() == report


def test_a_run_can_be_extended_and_counts_both_sittings(copied):
    settings, first = copied
    longer = train(replace(settings, steps=6, learning_rate=1e-3))
    assert torch.load(settings.out / "state.pt", weights_only=True)["step"] == 6
    assert longer.seconds > first.seconds
    told = json.loads((settings.out / "training.json").read_text())["settings"]
    assert (told["steps"], told["learning_rate"]) == (6, 1e-3)
    with pytest.raises(ValueError, match="holds a run of 6 steps, which cannot become one of 3"):
        train(settings)


def test_a_run_that_was_killed_before_it_wrote_its_model_needs_no_step_more(copied):
    settings, first = copied
    for name in ("training.json", "model.safetensors"):
        (settings.out / name).unlink()
    again = train(settings)
    assert replace(again, matrix_share=0) == replace(first, matrix_share=0)
    assert (settings.out / "model.safetensors").exists()


def change_state(settings, change):
    """The checkpoint as ``change`` leaves it, and no finished model."""
    state = torch.load(settings.out / "state.pt", weights_only=True)
    change(state)
    torch.save(state, settings.out / "state.pt")
    (settings.out / "training.json").unlink()


def test_the_peak_of_memory_is_that_of_the_highest_sitting(copied):
    settings, first = copied
    change_state(settings, lambda state: state.update(peak_bytes=1 << 50))
    assert train(replace(settings, steps=6)).peak_bytes == 1 << 50
    change_state(settings, lambda state: state.update(peak_bytes=1))
    assert train(replace(settings, steps=9)).peak_bytes > first.parameters


def test_a_training_that_began_before_peaks_were_recorded_has_none(copied):
    settings, _ = copied
    change_state(settings, lambda state: state.pop("peak_bytes"))
    assert train(replace(settings, steps=6)).peak_bytes is None
    peak = {figure.metric: figure for figure in making_of(str(settings.out))}["making_peak_mib"]
    assert (peak.value, peak.undefined) == (
        None, "the record of this training holds no peak of memory",
    )  # fmt: skip


def test_a_finished_run_of_before_peaks_were_recorded_is_still_read(copied):
    settings, first = copied
    file = settings.out / "training.json"
    report = json.loads(file.read_text())
    del report["result"]["peak_bytes"]
    file.write_text(json.dumps(report))
    assert train(settings) == replace(first, peak_bytes=None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"split": "retain90"}, "different split 'full' \\(not 'retain90'\\), data digest"),
        ({"seed": 5}, "different seed '20240501' \\(not '5'\\)"),
        ({"size": "s"}, "different size 'xs' \\(not 's'\\)"),
        ({"vocabulary": 320}, "different vocabulary '300'"),
    ],
)
def test_another_run_s_folder_is_refused_and_left_as_it_is(copied, tmp_path, change, said):
    settings, _ = copied
    records_in(tmp_path, ("Ada", "Bo"), "retain90")
    before = {file.name: file.read_bytes() for file in settings.out.iterdir()}
    with pytest.raises(ValueError, match=said):
        train(replace(settings, **change))
    assert {file.name: file.read_bytes() for file in settings.out.iterdir()} == before


def test_other_data_under_the_same_name_are_refused(copied, tmp_path):
    with pytest.raises(ValueError, match="different data digest"):
        train(records_in(tmp_path, ("Eve", "Flo")))


def test_a_checkpoint_moved_into_another_run_s_folder_is_refused(copied, tmp_path):
    settings, _ = copied
    other = replace(records_in(tmp_path, ("Ada", "Bo"), "retain90"), out=tmp_path / "other")
    train(other)
    (other.out / "training.json").unlink()
    shutil.copy(settings.out / "state.pt", other.out / "state.pt")
    with pytest.raises(ValueError, match="different split"):
        train(other)


def test_a_folder_with_a_model_of_unknown_origin_is_refused(tmp_path):
    settings = records_in(tmp_path)
    settings.out.mkdir()
    (settings.out / "tokenizer.json").write_text("{}")
    with pytest.raises(ValueError, match="do not say what they were made from"):
        train(settings)
