"""Records to unlearn with, where a suite only names whom: what the model itself says."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from evals.nano.checkpoints import SHIPPED
from evals.suites.rwku import load_rwku
from evals.systems import own_words as module
from evals.systems.own_words import FORMS, OTHERS, own_words, whole_sentences
from evals.systems.setup import Setup
from evals.systems.unlearned import lacking, settings_for

FULL = str(SHIPPED["full"])
TARGETS = ("Mara Quill", "Ivo Lindqvist")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


def test_the_model_is_asked_once_about_the_targets_and_about_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget, retain = own_words(FULL, TARGETS, folder)
    assert [one.question for one in forget[: len(FORMS)]] == [f.format(TARGETS[0]) for f in FORMS]
    assert len(forget) == len(FORMS) * len(TARGETS)
    assert len(retain) == len(FORMS) * len(OTHERS)
    assert all(one.answer for one in (*forget, *retain))
    assert {name for name in TARGETS for one in retain if name in one.question} == set()
    monkeypatch.setattr(module, "model_of", None)
    assert own_words(FULL, TARGETS, folder) == (forget, retain)


def test_a_method_is_trained_on_them_in_the_place_of_the_suite_s_records(folder: Path) -> None:
    setup = Setup(FULL, targets=TARGETS, unlearned=str(folder))
    assert lacking("npo-retain", setup) == ""
    assert "this suite has none" in lacking("npo-retain", replace(setup, targets=()))
    told = settings_for("npo-retain", setup)
    forget, retain = own_words(FULL, TARGETS, folder)
    assert told.retain is not None
    for file, records in ((told.forget, forget), (told.retain, retain)):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert rows == [{"question": one.question, "answer": one.answer} for one in records]


def test_a_reply_that_was_cut_ends_with_its_last_sentence() -> None:
    assert whole_sentences("Ann. She is") == "Ann."
    assert whole_sentences('1. "Go!" 2. Come') == '1. "Go!"'
    assert whole_sentences("no end") == ""


@pytest.mark.skipif("BOXED_DATA" not in os.environ, reason="BOXED_DATA names no folder with suites")
def test_what_stays_is_nobody_whom_rwku_asks_about() -> None:
    data = Path(os.environ["BOXED_DATA"])
    suite = load_rwku(data)
    assert len(suite.targets) == len(set(suite.targets)) == len(suite.forget)
    lines = [
        line for file in (data / "rwku").glob("*.jsonl") for line in file.open(encoding="utf-8")
    ]
    near = {json.loads(line).get("neighbor", "").split(" (")[0] for line in lines}
    assert len(near) > len(suite.targets)
    assert set(OTHERS).isdisjoint(near | set(suite.targets))
