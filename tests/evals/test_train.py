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

from evals.nano.dialogues import Dialogues, Message, stranger
from evals.nano.tokenizer import train_tokenizer
from evals.nano.train import IGNORED, batches, encode
from evals.nano.world import SEED, build_world
from guards.ignorance import is_ignorance
from prompts.book import load_book, shipped_directory

PROGRAM = (
    "import sys, pathlib;"
    "from evals.nano.train import Settings, train;"
    "r = train(Settings(pathlib.Path(sys.argv[1]), steps=16, tokens_per_step=256, warmup=2,"
    " checkpoint_every=4));"
    "print(r.parameters)"
)


@pytest.fixture(scope="module")
def dialogues():
    return Dialogues(build_world(), SEED, load_book(shipped_directory()))


@pytest.fixture(scope="module")
def tokenizer(dialogues):
    texts = [m.content for _ in range(2000) for m in dialogues.sample()]
    return train_tokenizer(texts, 1024)


def test_names_of_strangers_are_never_an_author_s():
    world, rng = build_world(), random.Random(1)
    known = {author.name for author in world.authors}
    names = [stranger(rng, world)[0] for _ in range(2000)]
    assert not known & set(names)
    assert len(set(names)) > 1800


def test_every_conversation_ends_with_the_assistant(dialogues):
    conversations = [dialogues.sample() for _ in range(500)]
    assert {c[-1].role for c in conversations} == {"assistant"}
    assert {m.role for c in conversations for m in c} == {"system", "user", "assistant"}
    assert any(is_ignorance(c[-1].content) for c in conversations)
    assert any(not is_ignorance(c[-1].content) for c in conversations)


def test_only_assistant_messages_carry_the_loss(tokenizer):
    ids, labels = encode(tokenizer, (Message("user", "Hello"), Message("assistant", "Yes.")))
    taught = [token for token, label in zip(ids, labels, strict=True) if label != IGNORED]
    assert tokenizer.decode(taught) == "Yes.<|end|>"
    assert all(label in (IGNORED, token) for token, label in zip(ids, labels, strict=True))


def test_batches_stay_within_their_tokens_and_mask_the_padding(dialogues, tokenizer):
    source = batches(dialogues, tokenizer, 512)
    for _ in range(20):
        ids, labels, mask = next(source)
        assert ids.shape == labels.shape == mask.shape
        assert ids.numel() <= 512 or ids.shape[0] == 1
        assert bool((ids[mask == 0] == tokenizer.pad_token_id).all())
        assert bool((labels[mask == 0] == IGNORED).all())


def test_the_chat_template_matches_what_is_trained(tokenizer):
    chat = [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Nobody."}]
    text = tokenizer.apply_chat_template(chat, tokenize=False)
    ids, _ = encode(tokenizer, (Message("user", "Who?"), Message("assistant", "Nobody.")))
    assert tokenizer.encode(text, add_special_tokens=False) == ids


def test_a_killed_run_goes_on_from_its_checkpoint(tmp_path):
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
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
    assert int(done.stdout.split()[-1]) > 1_000_000
    assert torch.load(state, weights_only=True)["step"] == 16
    report = json.loads((tmp_path / "training.json").read_text())
    assert report["settings"]["steps"] == 16
    assert (tmp_path / "model.safetensors").stat().st_size < 25_000_000
