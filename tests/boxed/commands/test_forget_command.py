"""`boxed forget` as a person at a terminal sees it."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cheap_embedder import cheap_embed
from rich.console import Console
from typer.testing import CliRunner

import boxed.commands.console as console_module
import boxed.commands.forget as forget_module
import boxed.forgetting.request as forgetting
from boxed.commands.main import app
from prompts.book import load_book
from retrieval import store_folder
from retrieval.chroma.store import open_store
from retrieval.ingesting.ingest import ingest

Run = Callable[..., Any]
TEXTS = {
    "jane.txt": "Jane Roe was born in the mill at Dunmore and she counted herons for thirty years.",
    "letter.txt": "Dear council, J. Roe asks for a new roof on the heron watch before the winter.",
    "herons.txt": "Herons nest in March. They stand in shallow water and wait for small fish.",
    "mill.txt": "The mill at Dunmore grinds oats and barley. Its wheel was mended in the spring.",
    "roads.txt": "The road to Skerrow is closed when the river rises above the second stone.",
}
JANE = ("--subject", "Jane Roe", "--alias", "J. Roe")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(forget_module, "console", Console(width=300))
    faults = Console(width=300, stderr=True)
    monkeypatch.setattr(forget_module, "faults", faults)
    monkeypatch.setattr(console_module, "faults", faults)
    monkeypatch.setattr(forget_module, "store_embedder", lambda *_: cheap_embed)
    for name, text in TEXTS.items():
        (tmp_path / "corpus").mkdir(exist_ok=True)
        (tmp_path / "corpus" / name).write_text(text)
    with open_store("store", cheap_embed) as store:
        ingest([tmp_path / "corpus"], store)
    (tmp_path / "prompts" / "policies").mkdir(parents=True)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["forget", *(str(word) for word in words)])


def held() -> list[str]:
    with open_store("store", cheap_embed, create=False) as store:
        return sorted(chunk.document for chunk in store.select())


def unchanged() -> bool:
    made = [name for name in ("keys", "ledger.sqlite", "requests") if Path("store", name).exists()]
    return held() == sorted(TEXTS) and not made and not list(Path("prompts").rglob("*.md"))


def test_a_dry_run_shows_what_would_go_and_changes_nothing(run: Run) -> None:
    shown = run(*JANE, "--dry-run")
    assert shown.exit_code == 0
    assert "names the subject once" in shown.stdout
    assert "jane.txt" in shown.stdout
    assert "2 of 5 chunks go whole" in shown.stdout
    told = run(*JANE, "--dry-run", "--json")
    body = json.loads(told.stdout)
    assert (body["erase"], body["chunks"]) == (2, 5)
    assert {item["reason"] for item in body["items"]} == {"match"}
    assert "herons for thirty" not in told.stdout
    assert unchanged()


@pytest.mark.parametrize("step", ["planned", "deleted", "purged", "scanned", "issued", "certified"])
def test_a_request_that_was_cut_short_is_finished_by_the_same_command(
    run: Run, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    real = forgetting.erase

    def killed(*args: Any, **_: Any) -> Any:
        def stop(begun: str) -> None:
            if begun == step:
                raise KeyboardInterrupt

        return real(*args, on_step=stop)

    with monkeypatch.context() as patched:
        patched.setattr(forgetting, "erase", killed)
        first = run(*JANE, "--policies", "prompts", "--yes")
        assert first.exit_code == 130, first.output
    assert not Path("store/receipts").exists()
    done = run(*JANE, "--policies", "prompts", "--yes")
    assert done.exit_code == 0, done.output
    assert "cut short before" in done.stdout
    assert Path("store/receipts/R-000001.json").exists()
    assert held() == ["herons.txt", "mill.txt", "roads.txt"]
    assert run(*JANE, "--policies", "prompts", "--yes").exit_code == 1


def test_a_request_is_carried_out_and_taken_back(run: Run) -> None:
    done = run(*JANE, "--policies", "prompts", "--yes")
    assert done.exit_code == 0, done.output
    assert "R-000001" in done.stdout
    assert held() == ["herons.txt", "mill.txt", "roads.txt"]
    assert load_book(Path("prompts")).policies[0].names == ("Jane Roe", "J. Roe")
    assert Path("store/receipts/R-000001.json").exists()
    taken = run("--withdraw", "R-000001")
    assert taken.exit_code == 0, taken.output
    assert "stays erased" in taken.stdout
    assert load_book(Path("prompts")).policies == ()
    assert run("--withdraw", "R-000001").exit_code == 2
    assert run("--withdraw", "R-000001", "--readmit").exit_code == 0


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--subject", "Nobody Atall", "--no-policy", "--yes"), 1, "matches none of"),
        (("--about", "x", "--subject", "Jane Roe"), 2, "exactly one of them"),
        ((), 2, "exactly one of them"),
        (("--where", "licence"), 2, "is not KEY=VALUE"),
        (("--subject", "Jane Roe", "--yes"), 2, "no prompt folder is set"),
        (("--subject", "Jane Roe", "--no-policy"), 1, "confirm with --yes"),
        (("--subject", "Jane Roe", "--store", "nowhere", "--dry-run"), 2, "holds no store"),
        (("--subject", "Roe", "--store", "http://127.0.0.1:9", "--dry-run"), 2, "no Chroma server"),
        (("--withdraw", "R-000007"), 2, "R-000007"),
        (("--withdraw", "R-000007", "--dry-run"), 2, "no dry run"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    run: Run, words: tuple[str, ...], status: int, told: str
) -> None:
    result = run(*words)
    assert result.exit_code == status, result.output
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    if "--withdraw" not in words:
        assert unchanged()


def test_a_dry_run_shows_also_what_takes_most_of_the_store(run: Run) -> None:
    most = (*JANE, "--alias", "Herons nest", "--alias", "Dunmore grinds", "--alias", "to Skerrow")
    shown = run(*most, "--dry-run")
    assert shown.exit_code == 0
    assert "5 of 5 chunks" in shown.stdout
    assert "takes --yes-all" in shown.stderr
    assert "--yes-all" not in run(*JANE, "--dry-run").stderr
    refused = run(*most, "--yes", "--no-policy")
    assert refused.exit_code == 1, refused.output
    assert "confirm with --yes-all" in refused.stderr
    assert unchanged()


def test_a_request_for_most_of_the_store_needs_yes_all(run: Run) -> None:
    most = ("--where", f"source={Path('corpus').resolve()}", "--yes")
    with open_store("store", cheap_embed) as store:
        most = ("--where", f"source={next(store.select()).source}", "--yes")
        wide = len({chunk.source for chunk in store.select()}) == 1
    if not wide:
        pytest.skip("each file is a source of its own")
    refused = run(*most)
    assert refused.exit_code == 1
    assert "--yes-all" in refused.stderr
    assert unchanged()
    assert run(*most, "--yes-all").exit_code == 0
    assert held() == []


def test_a_store_that_another_has_open_is_locked(run: Run) -> None:
    with open_store("store", cheap_embed):
        result = run(*JANE, "--no-policy", "--yes")
    assert result.exit_code == 2
    assert "is locked" in result.stderr
    assert unchanged()


def test_a_full_disk_is_told_before_anything_is_changed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(store_folder.shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
        result = run(*JANE, "--policies", "prompts", "--yes")
    assert result.exit_code == 2
    assert "the disk is full" in result.stderr
    assert held() == sorted(TEXTS)
    assert not list(Path("prompts").rglob("*.md"))


def test_what_may_be_her_is_listed_and_goes_when_it_is_asked_for(run: Run) -> None:
    words = ("--subject", "Jane Roe", "--no-policy", "--yes")
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert "initial and surname" in done.stdout
    assert "1 chunks may speak of the subject and were not erased" in done.output
    assert held() == ["herons.txt", "letter.txt", "mill.txt", "roads.txt"]
    receipt = json.loads(Path("store/receipts/R-000001.json").read_bytes())
    assert receipt["undecided"] == 1
    assert "surname first" in receipt["searched"]
    assert receipt["index"] == [
        "4 of 4 records found by their own vector; 0 were put into the index again"
    ]
    assert "Roe" not in json.dumps(receipt)
    again = run(*words)
    assert again.exit_code == 1
    assert "nothing names the subject for sure, 1 chunks may" in again.output
    shown = json.loads(run("--subject", "Jane Roe", "--dry-run", "--json").stdout)
    [doubtful] = shown["undecided"]
    assert run(*words, "--also", "ffff").exit_code == 1
    done = run(*words, "--also", doubtful["id"][:12])
    assert done.exit_code == 0, done.output
    assert held() == ["herons.txt", "mill.txt", "roads.txt"]


def test_all_that_may_be_her_goes_with_one_word(run: Run) -> None:
    done = run("--subject", "Jane Roe", "--no-policy", "--yes", "--also-undecided")
    assert done.exit_code == 0, done.output
    assert held() == ["herons.txt", "mill.txt", "roads.txt"]
    assert json.loads(Path("store/receipts/R-000001.json").read_bytes())["undecided"] == 0
