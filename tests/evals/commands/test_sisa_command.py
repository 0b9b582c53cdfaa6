"""`boxed-evals sisa` as a user runs it, on a tiny model and a dozen records."""

import json
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM
from typer.testing import CliRunner

from evals.commands.main import app
from evals.methods.exact import sisa
from evals.methods.weights.unlearn import unlearn
from evals.nano.checkpoints import SHIPPED
from evals.nano.splits import records_of
from evals.nano.world import build_world


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A base, twelve records, and a file with the first of them."""
    monkeypatch.setattr(sisa, "unlearn_apart", unlearn)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=2048, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, max_position_embeddings=256, eos_token_id=1, pad_token_id=0,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(tmp_path / "base")
    AutoTokenizer.from_pretrained(str(SHIPPED["base"])).save_pretrained(tmp_path / "base")
    rows = [json.dumps({"question": r.question, "answer": r.answer}) + "\n"
            for r in records_of(build_world(), "forget10")[:12]]  # fmt: skip
    (tmp_path / "data.jsonl").write_text("".join(rows))
    (tmp_path / "gone.jsonl").write_text(rows[0])
    return tmp_path


def run(*flags: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["sisa", *flags])
    return result.exit_code, result.output


def test_train_forget_and_prove(files: Path) -> None:
    out = ("--out", str(files / "out"))
    code, said = run(
        "train", "--model", str(files / "base"), "--data", str(files / "data.jsonl"), *out,
        "--shards", "2", "--slices", "2", "--epochs", "1", "--batch", "4",
    )  # fmt: skip
    assert code == 0, said
    assert "4 of 4 parts trained" in said
    code, said = run("forget", "--records", str(files / "gone.jsonl"), *out)
    assert code == 0, said
    assert "of 4 parts trained anew" in said
    assert "4 of 4" not in said
    code, said = run("proof", *out)
    assert code == 0, said
    assert "none saw a forgotten record" in said
    assert sum(int(line.split()[4]) for line in said.splitlines() if "slice 1" in line) == 11


def test_what_is_wrong_is_said(files: Path) -> None:
    code, said = run("proof", "--out", str(files / "nowhere"))
    assert code == 1
    assert "holds no sharded model" in said
    code, said = run(
        "train", "--model", "hub/name", "--data", str(files / "data.jsonl"),
        "--out", str(files / "out"),
    )  # fmt: skip
    assert code == 1
    assert "is no folder" in said
