"""`boxed-evals compare` and the benchmark of suites as a user runs them, a few items each."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import evals.nano
from evals.bench.suites import run as bench_suites
from evals.commands.main import app
from evals.metrics import vectors
from evals.running.comparison import Options
from evals.systems import catalogue
from evals.systems.catalogue import SetupError

FULL = Path(evals.nano.__file__).parent / "weights" / "full"
RETRAINED = FULL.with_name("retain90")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOXED_DATA", raising=False)


def no_embedder() -> None:
    raise AssertionError("a reply is embedded again")


def compare(*flags: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["compare", "--no-semantic", *flags])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_a_comparison_writes_its_report_and_goes_on_from_its_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = ("--limit", "2", "--systems", "original,retrain,filter,box-pseudonymise")
    code, said = compare(*flags)
    assert code == 0, said
    folder = tmp_path / "runs/nano-forget10"
    report = folder / "quick-look"
    assert {file.name for file in report.iterdir()} == {
        "report.html", "report.md", "report.csv", "report.json",
    }  # fmt: skip
    kept = json.loads((report / "report.json").read_text())
    assert kept["limited"] == 2
    assert list(kept["figures"]) == ["original", "retrain", "filter", "box-pseudonymise"]
    assert "--limit 2" in kept["command"]
    before = {file.name: file.stat().st_mtime_ns for file in folder.glob("*.jsonl")}
    assert (folder / "vectors.bin").stat().st_size > 1000
    monkeypatch.setattr(vectors, "sentence_embedder", no_embedder)
    code, said = compare(*flags, "--out", str(tmp_path / "again"))
    assert code == 0, said
    assert {file.name: file.stat().st_mtime_ns for file in folder.glob("*.jsonl")} == before
    again = json.loads((tmp_path / "again/report.json").read_text())
    assert again["replies"] == kept["replies"]
    assert again["figures"] == kept["figures"]


def test_other_models_stand_beside_the_systems(tmp_path: Path) -> None:
    code, said = compare(
        *("--limit", "2", "--systems", "original,retrain", "--also", f"relearnt={FULL}")
    )
    assert code == 0, said
    kept = json.loads((tmp_path / "runs/nano-forget10/quick-look/report.json").read_text())
    assert list(kept["figures"]) == ["original", "retrain", "relearnt"]
    figures = kept["figures"]
    assert figures["relearnt"]["forget/rouge"] == figures["original"]["forget/rouge"]
    assert figures["relearnt"]["forget_quality"] == figures["original"]["forget_quality"]
    assert "--also relearnt=" in kept["command"]


@pytest.mark.usefixtures("trained_here")
def test_all_takes_every_system_and_tells_what_the_trained_ones_cost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = ("original", "retrain", "filter", "grad-ascent", "api")
    monkeypatch.setattr(catalogue, "SYSTEMS", {name: catalogue.SYSTEMS[name] for name in few})
    code, said = compare(
        *("--forget", "01", "--limit", "2", "--systems", "all", "--retrain", str(RETRAINED))
    )
    assert code == 0, said
    report = tmp_path / "runs/nano-forget01/quick-look"
    kept = json.loads((report / "report.json").read_text())
    assert list(kept["figures"]) == ["original", "retrain", "filter", "grad-ascent"]
    assert "'api' needs an endpoint" in kept["notes"][-1]
    assert "--systems all" in kept["command"]
    assert kept["figures"]["grad-ascent"]["making_tokens"]["value"] > 0
    assert kept["figures"]["retrain"]["making_seconds"]["value"] > 60
    assert "making_steps" not in kept["figures"]["original"]
    [made] = (tmp_path / "runs/unlearned").glob("grad-ascent-*/unlearning.json")
    assert json.loads(made.read_text())["identity"]["method"] == "grad-ascent"
    assert (report / "report.md").read_text().count("What making each system cost") == 1


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--systems", "boxx"), "system 'boxx' is not one of original"),
        (("--suite", "tofo"), "suite 'tofo' is not one of nano"),
        (("--suite", "rwku"), "--data hub"),
        (("--engine", "spark"), "engine 'spark' is not one of local, ray"),
        (("--limit", "0"), "limit is 0"),
        (("--systems", "original", "--model", "/nowhere"), "model '/nowhere' cannot be loaded"),
        (("--systems", "api"), "--api"),
        (("--systems", "all,box"), "system 'all' is not one of"),
        (("--suite", "nano-hazard", "--systems", "all", "--also", "npo=x"), "'npo' cannot name"),
        (("--also", "box=runs"), "'box' cannot name a model of your own"),
        (("--also", "mine"), "--also 'mine' is not NAME=FOLDER"),
        (("--also", "mine=/nowhere"), "model '/nowhere' cannot be loaded"),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(flags: tuple[str, ...], said: str) -> None:
    code, output = compare(*flags)
    assert code != 0
    assert said in " ".join(output.split())
    assert "Traceback" not in output


def test_the_command_that_reproduces_a_report_holds_no_key() -> None:
    options = Options("tofu", "10", ("original", "api"), model="m", api="http://x", api_model="y z")
    assert options.command == (
        "boxed-evals compare --suite tofu --forget 10 --systems original,api --model m "
        "--api http://x --api-model 'y z'"
    )


def test_the_benchmark_times_every_system_on_both_suites() -> None:
    found = bench_suites(systems=("original", "filter"), questions=3, items=1)
    assert [one.suite for one in found] == ["nano-forget10", "nano-hazard"]
    for one in found:
        assert set(one.seconds) == {"original", "filter"}
        assert one.over_bare("filter") > 0
    with pytest.raises(SetupError, match="at most one box"):
        bench_suites(systems=("original", "box", "box-redact"))
