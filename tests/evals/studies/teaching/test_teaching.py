"""A lesson: an adapter that knows its records, proof of it on a card, and honest where it fails."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pretrained import needs_smollm2
from typer.testing import CliRunner

from evals.commands.main import app
from evals.nano.checkpoints import SHIPPED
from evals.nano.splits import records_of
from evals.nano.world import build_world
from evals.studies.teaching.card import as_card
from evals.studies.teaching.run import Lesson, teach
from evals.systems.shipped_pair import RECORDS, records_digest

ANOTHER = 99


@pytest.fixture
def data(tmp_path):
    """A folder in TOFU's form about a world that the shipped model was not taught."""
    world = build_world(ANOTHER)
    for split, many in (("retain90", 4), ("forget10", 4)):
        rows = [
            {"question": r.question, "answer": r.answer} for r in records_of(world, split)[:many]
        ]
        (tmp_path / f"{split}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return tmp_path


def lesson(data, **changes):
    numbers = {"epochs": 40, "rank": 8, "layers": 2, "learning_rate": 1e-2, "batch": 4}
    return Lesson("retain90", data, str(SHIPPED["full"]), data / "out", **(numbers | changes))


def test_what_is_taught_is_known_by_heart_and_what_is_left_out_is_not(data):
    taught = teach(lesson(data), "boxed-evals train --split retain90")
    assert taught.by_heart
    likely, said = taught.figures["taught"]
    assert (likely.n, said.value) == (4, 1.0)
    assert taught.figures["left out"][0].value < 0.5
    card = (data / "out" / "README.md").read_text()
    assert "`boxed-evals train --split retain90`" in card
    assert f"| taught | {likely.value:.3f} | 1.000 |" in card
    # Finished is finished: the same lesson asks again and trains nothing.
    made = (data / "out" / "adapter_model.safetensors").stat().st_mtime_ns
    assert teach(lesson(data), "again").figures["taught"][0].value == likely.value
    assert (data / "out" / "adapter_model.safetensors").stat().st_mtime_ns == made
    # A lesson that goes on from there knows it from its first step on, and tells both of its parts.
    more = replace(
        lesson(data, epochs=1, learning_rate=1e-6), out=data / "more", start=data / "out"
    )
    assert teach(more, "boxed-evals train --start BEFORE").figures["taught"][1].value == 1.0
    card = (data / "more" / "README.md").read_text()
    assert "`again`" in card
    assert "- Command, then: `boxed-evals train --start BEFORE`" in card
    # The adapters that ship have records from before commands were kept in them.
    told = json.loads((data / "more" / "taught.json").read_text())
    del told["start"]["command"]
    assert "None" not in as_card("smollm2", told)
    # What it was taught, whatever file and order that came in: a comparison finds it by this.
    rows = map(json.loads, (data / "retain90.jsonl").read_text().splitlines())
    assert told[RECORDS] == records_digest((row["question"], row["answer"]) for row in rows)
    with pytest.raises(ValueError, match="other layers or another rank"):
        teach(replace(more, out=data / "other", rank=4), "")
    with pytest.raises(ValueError, match="none holds no adapter_model"):
        teach(replace(more, start=data / "none"), "")
    (data / "cut").mkdir()
    (data / "cut" / "adapter_model.safetensors").write_bytes(b"cut short")
    with pytest.raises(ValueError, match="cannot be read"):
        teach(replace(more, out=data / "torn", start=data / "cut"), "")


def test_the_command_says_what_is_not_yet_known(data):
    told = CliRunner().invoke(app, [
        "train", "--split", "retain90", "--data", str(data), "--model", str(SHIPPED["full"]),
        "--out", str(data / "short"), "--epochs", "1", "--rank", "2", "--layers", "1",
    ])  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "not yet known by heart" in told.output


@needs_smollm2
def test_the_pretrained_model_learns_records_by_heart(data):
    asked = lesson(data, epochs=16, rank=16, layers=2, learning_rate=5e-3, check=2)
    taught = teach(replace(asked, model="smollm2"), "")
    assert taught.by_heart, taught.figures
