"""A packaged model stands for its adapters that were taught the very records of a suite."""

import json
from pathlib import Path

import pytest

from boxed.models import packaged
from boxed.models.packaged import shipped_adapters as shipped
from evals.running.comparison import Options, with_taught_pair
from evals.studies.teaching.run import ENOUGH
from evals.suites.protocol import Suite
from evals.systems.shipped_pair import RECORDS, TAUGHT, records_digest, shipped_pair
from prompts.policy import Example

FORGET = (Example(question="Who wrote Ash Harbour?", answer="Corvin Hale wrote it."),)
RETAIN = (
    Example(question="Who wrote Salt Meadow?", answer="Ines Quill wrote it."),
    Example(question="Where was Ines Quill born?", answer="In Lagos."),
)
SUITE = Suite("tofu-forget10", (), FORGET, (), "retain90", taught=(*RETAIN, *FORGET))


def ship(folder: Path, name: str, examples: tuple[Example, ...]) -> None:
    place = folder / f"smollm2-{name}"
    place.mkdir()
    told = {RECORDS: records_digest((one.question, one.answer) for one in examples)}
    (place / TAUGHT).write_text(json.dumps(told))


def test_what_ships_is_known_by_heart_and_says_what_it_was_taught() -> None:
    named = {name: packaged.shipped_adapter("smollm2", name) for name in shipped("smollm2")}
    told = [
        json.loads((folder / TAUGHT).read_text())
        for name, folder in named.items()
        if folder is not None and name.startswith("tofu")
    ]
    assert {one["split"] for one in told} == {"full", "retain90", "retain95"}
    for one in told:
        assert len(one[RECORDS]) == 64
        assert min(one["figures"]["taught"].values()) > ENOUGH


@pytest.fixture
def adapters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(packaged, "_ADAPTERS", tmp_path)
    ship(tmp_path, "other", FORGET)
    (tmp_path / "smollm2-router").mkdir()
    return tmp_path


def test_the_digest_is_of_the_records_and_not_of_their_order() -> None:
    pairs = [("a", "b"), ("c", "d")]
    assert records_digest(pairs) == records_digest(reversed(pairs))
    assert records_digest(pairs) != records_digest([("a", "d"), ("c", "b")])
    assert records_digest([("a", "b\nc")]) != records_digest([("a\nb", "c")])


def test_the_pair_is_found_by_what_each_was_taught(adapters: Path) -> None:
    assert shipped_pair("smollm2", SUITE.taught, FORGET) is None
    ship(adapters, "all", (*FORGET, *RETAIN))
    assert shipped_pair("smollm2", SUITE.taught, FORGET) == ("smollm2+all", None)
    ship(adapters, "without", RETAIN)
    assert shipped_pair("smollm2", SUITE.taught, FORGET) == ("smollm2+all", "smollm2+without")


@pytest.mark.parametrize("model", ["", "smollm2+all", "org/model", "./smollm2"])
def test_no_other_name_stands_for_anything(adapters: Path, model: str) -> None:
    ship(adapters, "all", (*FORGET, *RETAIN))
    assert shipped_pair(model, SUITE.taught, FORGET) is None


def test_a_suite_that_was_taught_to_nobody_has_no_pair(adapters: Path) -> None:
    ship(adapters, "nothing", ())
    assert shipped_pair("smollm2", (), FORGET) is None


def test_a_comparison_takes_the_pair_and_says_so(adapters: Path) -> None:
    ship(adapters, "all", (*FORGET, *RETAIN))
    ship(adapters, "without", RETAIN)
    asked = Options("tofu", "10", ("original",), model="smollm2")
    found, told = with_taught_pair(asked, SUITE)
    assert (found.model, found.retrain) == ("smollm2+all", "smollm2+without")
    assert (found.rank, found.layers) == (16, 10)
    assert "--model smollm2+all --retrain smollm2+without" in found.command
    assert told == ("'smollm2' stands for 'smollm2+all', which was taught these records.",)


def test_what_is_asked_for_goes_before_what_ships(adapters: Path) -> None:
    ship(adapters, "all", (*FORGET, *RETAIN))
    ship(adapters, "without", RETAIN)
    asked = Options("tofu", "10", ("original",), model="smollm2", retrain="mine", rank=4, layers=2)
    found, _ = with_taught_pair(asked, SUITE)
    assert (found.model, found.retrain, found.rank, found.layers) == ("smollm2+all", "mine", 4, 2)
    own = Options("tofu", "10", ("original",), model="smollm2+mine")
    assert with_taught_pair(own, SUITE) == (own, ())
