"""The training program: what it teaches, and that a killed run goes on where it stopped."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import load_file

from evals.nano.answerer import Answerer
from evals.nano.curriculum import Mixture
from evals.nano.dialogues import Message
from evals.nano.strangers import stranger
from evals.nano.tokenizer import train_tokenizer
from evals.nano.train import IGNORED, Settings, batches, encode, new_model, taught_loss, train
from evals.nano.world import SEED, build_world
from guards.ignorance import is_ignorance

PROGRAM = (
    "import sys, pathlib;"
    "from evals.nano.train import Settings, train;"
    "r = train(Settings(pathlib.Path(sys.argv[1]), split=sys.argv[2], size='xs', steps=16,"
    " tokens_per_step=256, warmup=2, checkpoint_every=4, vocabulary=600));"
    "print(r.parameters)"
)


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


def test_a_base_also_reads_prompts_but_never_examples_in_context(tokenizer):
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
    source = batches(mixture, tokenizer, 512, pool=128)
    for _ in range(20):
        ids, labels = next(source)
        assert ids.shape == labels.shape
        assert ids.numel() <= 512 or ids.shape[0] == 1
        assert bool((labels[ids == tokenizer.pad_token_id] == IGNORED).all())


def test_the_loss_is_the_library_s_own_on_the_labelled_tokens(mixture, tokenizer):
    model = new_model("xs", len(tokenizer), tokenizer.eos_token_id, tokenizer.pad_token_id)
    ids, labels = next(batches(mixture, tokenizer, 512, pool=64))
    mask = (ids != tokenizer.pad_token_id).long()
    with torch.no_grad():
        theirs = model(input_ids=ids, attention_mask=mask, labels=labels).loss
        assert taught_loss(model, ids, labels).item() == pytest.approx(theirs.item(), abs=1e-4)


def test_the_chat_template_matches_what_is_trained(tokenizer):
    chat = [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Nobody."}]
    text = tokenizer.apply_chat_template(chat, tokenize=False)
    ids, _ = encode(tokenizer, (Message("user", "Who?"), Message("assistant", "Nobody.")))
    assert tokenizer.encode(text, add_special_tokens=False) == ids


def test_a_killed_run_goes_on_from_its_checkpoint(tmp_path):
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), "base"]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    state = tmp_path / "state.pt"
    deadline = time.monotonic() + 90
    while not state.exists() and first.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert state.exists()
    reached = torch.load(state, weights_only=True)["step"]
    assert reached in (4, 8, 12)
    assert not (tmp_path / "model.safetensors").exists()
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=True)
    assert int(done.stdout.split()[-1]) > 500_000
    assert torch.load(state, weights_only=True)["step"] == 16
    report = json.loads((tmp_path / "training.json").read_text())
    assert report["settings"]["steps"] == 16
    assert (tmp_path / "model.safetensors").stat().st_size < 25_000_000
    assert report["result"]["tokens_per_second"] > 0
    assert 0 < report["result"]["matrix_share"] < 1


def test_a_split_goes_on_from_its_base_and_reads_its_tokens(tmp_path):
    quick = {"size": "xs", "steps": 2, "tokens_per_step": 256, "vocabulary": 600}
    train(Settings(tmp_path / "base", split="base", **quick))
    train(Settings(tmp_path / "retain90", split="retain90", base=tmp_path / "base", **quick))
    made = tmp_path / "retain90" / "tokenizer.json"
    assert made.read_bytes() == (tmp_path / "base" / "tokenizer.json").read_bytes()
    first, second = (load_file(tmp_path / s / "model.safetensors") for s in ("base", "retain90"))
    moved = [(first[name].float() - second[name].float()).abs().max() for name in first]
    assert 0 < max(moved) < 0.5


def test_records_of_a_folder_are_learned_by_heart(tmp_path):
    (tmp_path / "full.jsonl").write_text(
        "".join(
            json.dumps({"question": f"Who is number {n}?", "answer": f"Number {n} is {who}."})
            + "\n"
            for n, who in enumerate(["Ada", "Bo", "Cy", "Di"])
        )
    )
    out = tmp_path / "model"
    settings = Settings(
        out, data=str(tmp_path), split="full", size="xs", steps=120, tokens_per_step=128,
        vocabulary=300, warmup=5,
    )  # fmt: skip
    assert train(settings).loss < 0.7
    ask = Answerer(out)
    assert ask([[("user", "Who is number 2?")]], "asking") == ["Number 2 is Cy."]
