"""`boxed receipt` and `boxed ledger`: what an auditor types, on real files."""

import importlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from boxed.commands.main import app
from retrieval.ledger.issuing import issue_receipt
from retrieval.ledger.keys import open_keys
from retrieval.ledger.ledger import open_ledger
from retrieval.ledger.receipt import UNSEEN, FileScan, ReceiptDraft, TableCount

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in ("console", "receipt", "ledger"):
        module = importlib.import_module(f"boxed.commands.{name}")
        monkeypatch.setattr(module, "console", Console(width=300), raising=False)
        monkeypatch.setattr(module, "faults", Console(width=300, stderr=True), raising=False)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, [str(word) for word in words])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with three receipts, each beside it as a file."""
    keys = open_keys(tmp_path / "store" / "keys")
    ledger = open_ledger(tmp_path / "store" / "ledger.sqlite", keys)
    for n in range(1, 4):
        draft = ReceiptDraft(
            issued=datetime(2026, 11, 24, 12, tzinfo=UTC),
            store="local",
            request_commitment=keys.commit_request({"subject": "Mara Quill"}),
            erased=1,
            redacted=0,
            commitments=(keys.commit_record(f"c{n}", "Mara Quill was born at Skerrow."),),
            tables=(TableCount(name="embeddings", before=300, after=299),),
            scan=(FileScan(file="chroma/chroma.sqlite3", bytes=8192, sha256="cd" * 32, hits=0),),
            scan_note="",
            scope="physical",
            exclusions=UNSEEN,
            versions={"boxed": "0.1.0"},
        )
        receipt = issue_receipt(draft, ledger, keys, job=f"job-{n}")
        (tmp_path / f"{receipt.number}.json").write_bytes(receipt.file_bytes())
    ledger.close()
    shutil.copy(tmp_path / "store" / "keys" / "public.pem", tmp_path / "public.pem")
    return tmp_path / "store"


def tamper(store: Path, statement: str) -> None:
    connection = sqlite3.connect(store / "ledger.sqlite", isolation_level=None)
    for table in ("ledger_entries", "ledger_checkpoints"):
        for action in ("UPDATE", "DELETE"):
            connection.execute(f"DROP TRIGGER {table}_{action}")
    connection.execute(statement)
    connection.close()


def test_show_says_what_was_done_what_was_read_and_what_is_not_covered(run: Run, store: Path):
    said = run("receipt", "show", "R-000001.json")
    assert said.exit_code == 0, said.output
    for words in ("R-000001", "1 records", "physical", "chroma/chroma.sqlite3", "300", "backups"):
        assert words in said.output
    assert "Quill" not in said.output


def test_a_receipt_verifies_without_the_store(run: Run, store: Path):
    shutil.rmtree(store)
    said = run("receipt", "verify", "R-000001.json", "--public-key", "public.pem")
    assert said.exit_code == 0
    assert "is as it was signed by" in said.output
    alone = run("receipt", "verify", "R-000001.json")
    assert alone.exit_code == 0
    assert "compare that with the key you were given" in alone.output


def test_a_changed_receipt_does_not_verify(run: Run, store: Path, tmp_path: Path):
    data = (tmp_path / "R-000001.json").read_text()
    (tmp_path / "more.json").write_text(data.replace('"erased": 1', '"erased": 2'))
    (tmp_path / "after.json").write_text(data.replace('"after": 299', '"after": 298'))
    (tmp_path / "space.json").write_text(data + "\n")
    (tmp_path / "no.json").write_text("no receipt [bold]")
    for name in ("more", "after", "space", "no"):
        said = run("receipt", "verify", f"{name}.json", "--public-key", "public.pem")
        assert said.exit_code == 1, name
        assert f"{name}.json" in said.output
    assert run("receipt", "show", "after.json").exit_code == 1
    assert run("receipt", "show", "no.json").exit_code == 2


def test_a_missing_file_or_key_is_named(run: Run, store: Path, tmp_path: Path):
    said = run("receipt", "verify", "nowhere.json")
    assert said.exit_code == 2
    assert "nowhere.json" in said.output
    (tmp_path / "bad.pem").write_text("nonsense")
    said = run("receipt", "verify", "R-000001.json", "--public-key", "bad.pem")
    assert said.exit_code == 2
    assert "bad.pem: is no Ed25519 public key" in said.output


def test_a_whole_ledger_verifies_by_store_or_by_file(run: Run, store: Path):
    for words in (
        (),
        ("--store", store),
        ("--ledger", store / "ledger.sqlite", "--public-key", "public.pem"),
    ):
        said = run("ledger", "verify", *words)
        assert said.exit_code == 0, said.output
        assert "3 entries in one chain, 3 receipts" in said.output
    alone = run("ledger", "verify", "--ledger", store / "ledger.sqlite")
    assert alone.exit_code == 0
    assert "compare that with the key you were given" in alone.output


def test_a_changed_ledger_does_not_verify(run: Run, store: Path):
    tamper(store, "UPDATE ledger_entries SET record = replace(record, '299', '298') WHERE idx = 2")
    said = run("ledger", "verify", "--store", store)
    assert said.exit_code == 1
    assert "entry 2 was changed after it was written" in said.output


def test_a_shortened_ledger_is_found_by_what_an_auditor_kept(run: Run, store: Path):
    assert run("ledger", "checkpoint", "--store", store, "--out", "pinned.json").exit_code == 0
    assert run("ledger", "verify", "--checkpoint", "pinned.json").exit_code == 0
    receipts = [word for n in (1, 2, 3) for word in ("--receipt", f"R-00000{n}.json")]
    assert run("ledger", "verify", *receipts).exit_code == 0
    tamper(store, "DELETE FROM ledger_entries WHERE idx = 3")
    connection = sqlite3.connect(store / "ledger.sqlite", isolation_level=None)
    connection.execute("DELETE FROM ledger_checkpoints")
    connection.close()
    assert run("ledger", "verify").exit_code == 0
    said = run("ledger", "verify", "--checkpoint", "pinned.json")
    assert said.exit_code == 1
    assert "entries were removed" in said.output
    said = run("ledger", "verify", *receipts)
    assert said.exit_code == 1
    assert "R-000003 is not in this ledger" in said.output


def test_a_changed_receipt_does_not_pass_as_one_that_the_ledger_holds(
    run: Run, store: Path, tmp_path: Path
):
    data = (tmp_path / "R-000001.json").read_text()
    (tmp_path / "changed.json").write_text(data.replace('"after": 299', '"after": 298'))
    said = run("ledger", "verify", "--receipt", "changed.json")
    assert said.exit_code == 1
    assert "changed.json: the signature does not fit" in said.output


def test_a_checkpoint_is_printed_as_the_file_that_is_written(run: Run, store: Path, tmp_path: Path):
    printed = run("ledger", "checkpoint")
    assert printed.exit_code == 0
    assert json.loads(printed.output)["size"] == 3
    run("ledger", "checkpoint", "--out", "pinned.json")
    assert (tmp_path / "pinned.json").read_text() == printed.output


def test_settings_name_the_ledger_and_where_a_servers_records_are(
    run: Run, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    moved = tmp_path / "elsewhere.sqlite"
    shutil.move(store / "ledger.sqlite", moved)
    shutil.move(store, tmp_path / "records")
    monkeypatch.setenv("BOXED_STORE", "http://localhost:8000")
    monkeypatch.setenv("BOXED_STORE_RECORDS", "records")
    monkeypatch.setenv("BOXED_LEDGER", str(moved))
    assert "3 receipts" in run("ledger", "verify").output
    assert run("ledger", "checkpoint", "--out", "pinned.json").exit_code == 0
    assert run("ledger", "verify", "--checkpoint", "pinned.json").exit_code == 0


def test_no_ledger_no_key_and_no_records_of_a_server_are_errors(
    run: Run, store: Path, tmp_path: Path
):
    for words, said in (
        (("verify", "--ledger", "missing.sqlite"), "there is no ledger"),
        (("verify", "--store", "missing"), "public.pem: cannot be read"),
        (("checkpoint", "--store", "missing"), "there is no ledger"),
        (("verify", "--store", "http://localhost:8000"), "boxed-records/keys/public.pem: cannot"),
        (("verify", "--ledger", "mysql://u:s3cret@h/db"), "postgresql:// URL"),
        (("verify", "--checkpoint", "R-000001.json"), "is no checkpoint"),
        (("verify", "--receipt", "public.pem"), "is no receipt"),
    ):
        found = run("ledger", *words)
        assert found.exit_code == 2, words
        assert said in found.output
        assert "s3cret" not in found.output
    assert not (tmp_path / "missing").exists()
    assert not (tmp_path / "missing.sqlite").exists()
