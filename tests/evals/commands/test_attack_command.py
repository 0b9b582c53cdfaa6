"""`boxed-evals attack` as a user runs it: two people of the embedded world, a few classes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.commands.main import app


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOXED_DATA", raising=False)


def attack(out: Path, *flags: str) -> tuple[int, str]:
    given = ["attack", "--no-semantic", "--people", "2", "--questions", "4", "--out", str(out)]
    result = CliRunner().invoke(app, [*given, *flags])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_the_table_the_report_and_the_transcripts(tmp_path: Path) -> None:
    code, said = attack(tmp_path / "a", "--classes", "plain,base64,initial,streamed")
    assert code == 0, said
    assert "2 people" in said
    report = json.loads((tmp_path / "a/report.json").read_text())
    assert list(report["classes"]) == ["plain", "no-name", "base64", "initial", "streamed"]
    for name, tally in report["classes"].items():
        assert tally["unboxed"]["value"] == 1.0, name
        assert tally["boxed"]["low"] <= tally["boxed"]["value"] <= tally["boxed"]["high"]
        assert tally["boxed"]["count"] == tally["levels"]["forget"]["count"] > 0
    assert report["staying"]["namesakes: place"]["changed"]["count"] == 10
    assert {one["name"] for one in report["signals"]} == {
        "length",
        "professed ignorance",
        "seconds",
    }
    lines = (tmp_path / "a/transcripts.jsonl").read_text().splitlines()
    through = sum(round(t["boxed"]["value"] * t["boxed"]["count"])
                  for t in report["classes"].values())  # fmt: skip
    assert len(lines) == through
    for line in map(json.loads, lines):
        assert line["replies"]
        assert line["messages"]


def test_the_same_seed_gives_the_same_figures_and_another_draws_others(tmp_path: Path) -> None:
    def figures(name: str, seed: str) -> object:
        assert (
            attack(tmp_path / name, "--classes", "given-alone,surname-alone", "--seed", seed)[0]
            == 0
        )
        report = json.loads((tmp_path / name / "report.json").read_text())
        transcripts = (tmp_path / name / "transcripts.jsonl").read_text()
        return {k: v["levels"] for k, v in report["classes"].items()}, transcripts

    first = figures("a", "3")
    assert figures("b", "3") == first
    assert figures("c", "4") != first


def test_drafted_policies_and_another_worker(tmp_path: Path) -> None:
    code, said = attack(
        tmp_path / "a", "--policies", "draft", "--worker", "redact", "--classes", "plain"
    )
    assert code == 0, said
    assert "policies by draft, redact" in said


def test_a_search_writes_what_it_finds(tmp_path: Path) -> None:
    code, said = attack(tmp_path / "a", "--search", "2", "--questions", "1")
    assert code == 0, said
    assert "generation 2" in said
    assert (tmp_path / "a/found.jsonl").exists()


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--classes", "rot14"), "rot14"), (("--suite", "muse-news"), "muse-news"),
        (("--policies", "luck"), "luck"), (("--people", "0"), "people is 0"),
        (("--questions", "0"), "questions is 0"), (("--suite", "rwku"), "has no data here"),
        (("--worker", "forget"), "forget"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told(tmp_path: Path, flags: tuple[str, str], told: str) -> None:
    code, said = attack(tmp_path / "a", *flags)
    assert code != 0
    assert told in said
    assert "Traceback" not in said
