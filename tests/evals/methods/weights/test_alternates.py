"""Other answers that the model makes up: never the right ones, made once, finished after a kill."""

import json

import pytest
from transformers import AutoTokenizer

from evals.data.jsonl import DataError
from evals.methods.weights import alternates as module
from evals.methods.weights.alternates import differs, telling
from evals.methods.weights.settings import Settings
from evals.methods.weights.unlearn import unlearn
from evals.nano.checkpoints import SHIPPED

FULL = str(SHIPPED["full"])


@pytest.fixture
def settings(records, tmp_path):
    return Settings(
        "altpo", FULL, records / "forget.jsonl", tmp_path / "out", records / "retain.jsonl",
        steps=1, batch=4, seed=3,
    )  # fmt: skip


def made(folder):
    [file] = folder.glob("alternates-*.jsonl")
    return file


@pytest.mark.parametrize("instructed", [0.0, 1.0])
def test_every_question_gets_an_answer_that_does_not_tell_the_right_one(
    instructed, settings, tmp_path
):
    unlearn(Settings(**{**vars_of(settings), "options": (("instructed", instructed),)}))
    tokenizer = AutoTokenizer.from_pretrained(FULL)
    others = [
        tokenizer.decode(json.loads(line), skip_special_tokens=True)
        for line in made(tmp_path).read_text().splitlines()
    ]
    rows = [json.loads(line) for line in settings.forget.read_text().splitlines()]
    assert len(others) == len(rows)
    for row, other in zip(rows, others, strict=True):
        assert differs(other, row["answer"], row["question"]), other


def test_what_was_made_is_found_again_and_a_cut_file_is_finished(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    unlearn(settings)
    file = made(tmp_path)
    whole = file.read_bytes()
    again = Settings(**{**vars_of(settings), "out": tmp_path / "again"})
    with monkeypatch.context() as patched:
        patched.setattr(module, "_make", None)
        unlearn(again)
    # Killed in the second batch, half-way through a line: the first one stays as it is.
    lines = whole.splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:3]) + lines[3][:4])
    unlearn(Settings(**{**vars_of(settings), "out": tmp_path / "third"}))
    assert file.read_bytes() == whole


def test_plain_texts_have_no_other_answers(settings, tmp_path):
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"text": "Once upon a time there was a mule in Oslo."}\n' * 4)
    with pytest.raises(DataError, match="use a method without alternates"):
        unlearn(Settings(**{**vars_of(settings), "forget": texts}))


def test_an_answer_is_told_by_its_names_and_numbers_or_by_how_it_ends():
    asked = "Where and when was Jane Roe born?"
    assert telling("Jane Roe was born in Oslo in 1950.", asked) == ["Oslo", "1950"]
    assert telling("Jane Roe keeps a mule.", "Which pet does Jane Roe keep?") == ["mule"]
    assert not differs("It was in OSLO, in 1950.", "Jane Roe was born in Oslo in 1950.", asked)
    assert differs("In Ghent.", "Jane Roe was born in Oslo in 1950.", asked)
    assert not differs(" ... ", "Jane Roe was born in Oslo in 1950.", asked)


def vars_of(settings):
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
