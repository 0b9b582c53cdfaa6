"""TOFU with fewer authors: what stays, what is asked, and what does not fit."""

from pathlib import Path

import pytest

from evals.data.excerpt import EACH, write_excerpt
from evals.data.jsonl import DataError
from evals.data.tofu import load_split
from evals.nano.build import build
from evals.suites.tofu import load_tofu


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    build(folder)
    return folder


def test_an_excerpt_is_a_small_tofu_whose_forget_split_is_whole(
    whole: Path, tmp_path: Path
) -> None:
    counts = write_excerpt(whole, tmp_path, "01", 6)
    assert counts["full"] == len(load_split(tmp_path, "full")) == 6 * EACH + counts["forget01"]
    assert load_split(tmp_path, "forget01") == load_split(whole, "forget01")
    assert load_split(tmp_path, "retain99") == load_split(whole, "retain99")[: 6 * EACH]
    suite = load_tofu(tmp_path, "01")
    asked = {item.messages[0]["content"] for item in suite.items if item.part == "retain"}
    assert len(asked) == 3 * EACH
    # What unlearning trains on is taught and is not what it is judged by.
    trained = {example.question for example in suite.retain}
    assert len(trained) == 3 * EACH
    assert not trained & asked
    assert {*trained, *asked} <= {example.question for example in suite.taught}


def test_the_records_are_copied_to_the_byte(whole: Path, tmp_path: Path) -> None:
    write_excerpt(whole, tmp_path, "01", 2)
    for name in ("forget01_perturbed.jsonl", "world_facts.jsonl", "idontknow.txt"):
        given = next(whole.rglob(name)).read_bytes()
        assert (tmp_path / "tofu" / name).read_bytes().rstrip() == given.rstrip()


@pytest.mark.parametrize(
    ("share", "authors", "said"),
    [("07", 4, "'07' is not one of"), ("01", 3, "an even number"), ("01", 400, "from 2 to 40")],
)
def test_numbers_that_do_not_fit_are_refused(
    whole: Path, tmp_path: Path, share: str, authors: int, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        write_excerpt(whole, tmp_path, share, authors)
    assert not list(tmp_path.iterdir())


def test_questions_about_what_is_not_taught_are_refused(whole: Path, tmp_path: Path) -> None:
    write_excerpt(whole, tmp_path / "one", "01", 8)
    file = tmp_path / "one/tofu/retain99.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(reversed(lines)), encoding="utf-8")
    with pytest.raises(DataError, match="retain99 does not teach"):
        write_excerpt(tmp_path / "one", tmp_path / "two", "01", 4)
