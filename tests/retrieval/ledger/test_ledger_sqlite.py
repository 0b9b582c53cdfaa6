"""What only a file can do to a ledger."""

import os
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from ledger_samples import draft

from retrieval.ledger import sqlite
from retrieval.ledger.errors import LedgerError
from retrieval.ledger.issuing import issue_receipt
from retrieval.ledger.keys import Keys
from retrieval.ledger.ledger import open_ledger, verify_ledger


def test_the_file_is_in_wal_mode(tmp_path: Path, keys: Keys):
    open_ledger(tmp_path / "ledger.sqlite", keys).append("note", {})
    connection = sqlite3.connect(tmp_path / "ledger.sqlite")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_no_content_stands_in_a_receipt_or_in_the_ledgers_files(tmp_path: Path, keys: Keys):
    ids = [f"canary-id-{n}" for n in range(20)]
    texts = [f"Secret sentence {n} about Mara Quill of Skerrow." for n in range(20)]
    ledger = open_ledger(tmp_path / "ledger.sqlite", keys)
    receipt = issue_receipt(draft(keys, *zip(ids, texts, strict=True)), ledger, keys, job="job-1")
    (tmp_path / "receipt.json").write_bytes(receipt.file_bytes())
    ledger.checkpoint()
    files = sorted(path for path in tmp_path.iterdir() if path.is_file())
    assert {"ledger.sqlite", "ledger.sqlite-wal", "receipt.json"} <= {f.name for f in files}
    ledger.close()
    for path in [*files, tmp_path / "ledger.sqlite"]:
        found = path.read_bytes().lower() if path.exists() else b""
        for secret in ("canary", "secret sentence", "mara", "quill", "skerrow"):
            assert secret.encode() not in found, (path.name, secret)


def test_a_file_that_is_no_database_is_named(tmp_path: Path, keys: Keys):
    content = b"no database at all, only some text" * 50
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="not a database"):
        open_ledger(path, keys)
    with pytest.raises(LedgerError):
        verify_ledger(path)
    assert path.read_bytes() == content


def test_who_may_not_write_can_verify(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch):
    ledger = open_ledger(tmp_path / "ledger.sqlite", keys)
    ledger.append("policy", {"request": "1"})
    monkeypatch.setattr(os, "access", lambda *_: False)
    # What the writer's log alone holds yet is read as well.
    assert verify_ledger(tmp_path / "ledger.sqlite", keys.public_key).reason.startswith("1 entr")
    ledger.close()
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(tmp_path / "ledger.sqlite", copy)
    assert verify_ledger(copy / "ledger.sqlite", keys.public_key).reason.startswith("1 entr")
    assert [file.name for file in copy.iterdir()] == ["ledger.sqlite"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, keys: Keys):
    with pytest.raises(LedgerError, match=r"ledger\.sqlite: there is no ledger"):
        open_ledger(tmp_path / "missing" / "ledger.sqlite", keys)


def test_a_writer_that_waits_too_long_says_so_and_loses_nothing(
    tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sqlite, "_WAIT", 0.2)
    ledger = open_ledger(tmp_path / "ledger.sqlite", keys)
    ledger.append("note", {"n": 1})
    path = tmp_path / "ledger.sqlite"
    hog = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    hog.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerError, match="locked"):
        ledger.append("note", {"n": 2})
    assert ledger.verify().ok
    monkeypatch.setattr(sqlite, "_WAIT", 10)
    release = threading.Timer(0.3, hog.execute, ["ROLLBACK"])
    release.start()
    assert ledger.append("note", {"n": 2}).index == 2
    release.join()
    hog.close()


def test_a_full_disk_leaves_the_ledger_as_it_was(
    tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
):
    ledger = open_ledger(tmp_path / "ledger.sqlite", keys)
    ledger.append("note", {"n": 1})
    whole = sqlite.SqliteStorage._connect

    def narrow(self: sqlite.SqliteStorage, mode: str) -> sqlite3.Connection:
        connection = whole(self, mode)
        connection.execute("PRAGMA max_page_count = 1")  # SQLite's own "disk is full"
        return connection

    monkeypatch.setattr(sqlite.SqliteStorage, "_connect", narrow)
    with pytest.raises(LedgerError, match="full"):
        ledger.append("note", {"filler": "x" * 100_000})
    monkeypatch.undo()
    assert ledger.verify().ok
