import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from boxed.commands import ingest
from boxed.commands.main import app
from boxed.forgetting.request import forget, open_desk
from boxed.settings import Settings
from boxed.store.opening import store_embedder
from retrieval.chroma.store import open_store
from retrieval.closure import ForgetRequest, closure


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from rich.console import Console

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ingest, "console", Console(width=400))
    monkeypatch.setattr(ingest, "faults", Console(width=400, stderr=True))
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["ingest", *map(str, words)])


def test_files_go_in_with_what_the_flags_say_and_only_once(run, tmp_path: Path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.md").write_text("Jane Roe was born in Quito.")
    (tmp_path / "letters" / "two.txt").write_text("John Doe came later.")
    words = ("letters", "--store", "kept", "--holder", "Roe estate", "--licence", "CC0", "--source",
             "box 3", "--subject", "Jane Roe", "--subject", "John Doe")  # fmt: skip
    first = run(*words)
    assert first.exit_code == 0, first.output
    assert "2 documents: 2 new chunks, 0 were stored already. kept now holds 2." in first.stdout
    again = run(*words, "--json")
    assert again.exit_code == 0
    report = json.loads(again.stdout)
    assert (report["documents"], report["added"], report["known"]) == (2, 0, 2)
    assert report["chunks"] == 2
    with open_store("kept", store_embedder(Settings())) as store:
        found = store.query("Where was she born?", 1)[0].chunk
    assert (found.document, found.source, found.holder) == ("one.md", "box 3", "Roe estate")
    assert (found.licence, found.subjects) == ("CC0", ("Jane Roe", "John Doe"))


def test_what_was_erased_is_refused_with_its_receipt(run, tmp_path: Path):
    settings = Settings()
    text = "Jane Roe was born in Quito, wrote nine letters to her sister and never went back."
    (tmp_path / "one.md").write_text(text)
    (tmp_path / "two.md").write_text("John Doe kept bees, sold honey, and spoke to nobody at all.")
    assert run("one.md", "--store", "kept").exit_code == 0
    with open_store("kept", store_embedder(settings)) as store, open_desk(store, settings) as desk:
        found = closure(store, ForgetRequest(document="one.md"), store_embedder(settings),
                        allow_most=True)  # fmt: skip
        done = forget(desk, ForgetRequest(document="one.md"), found, policies=None)
    (tmp_path / "copy.txt").write_text(text.replace("nine", "ten"))
    result = run("one.md", "copy.txt", "two.md", "--store", "kept")
    assert result.exit_code == 1
    for name in ("one.md", "copy.txt"):
        assert f"{name}: erased under receipt {done.receipt.number}" in result.stderr
    assert "1 documents: 1 new chunks" in result.stdout


def test_what_stays_out_is_named_and_gives_status_1(run, tmp_path: Path):
    (tmp_path / "a.txt").write_text("Good.")
    (tmp_path / "b.txt").write_bytes(b"caf\xe9")
    result = run("a.txt", "b.txt", "--store", "kept")
    assert result.exit_code == 1
    assert "left out b.txt: is not UTF-8" in result.stderr
    assert "1 documents: 1 new chunks" in result.stdout


def test_a_missing_path_makes_no_store(run, tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    result = run("nowhere.txt", "--store", "kept")
    assert result.exit_code == 2
    assert not (tmp_path / "kept").exists()


def test_a_dead_server_is_told_without_a_traceback(run, tmp_path: Path):
    (tmp_path / "a.txt").write_text("Good.")
    result = run("a.txt", "--store", "http://127.0.0.1:1")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
