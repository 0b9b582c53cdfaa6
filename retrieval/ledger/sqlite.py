"""A ledger in a SQLite file: WAL mode, every append on the disk before it returns."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from retrieval.ledger.errors import LedgerError
from retrieval.ledger.storage import Transaction

_WAIT = 30.0
"""Seconds that a writer waits for the others."""

_SYNCHRONOUS = "FULL"
"""An append that has returned survives the loss of power."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS ledger_entries (
    idx INTEGER PRIMARY KEY, kind TEXT NOT NULL, once TEXT NOT NULL, record TEXT NOT NULL,
    previous TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE, signature TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ledger_kind ON ledger_entries (kind);
CREATE UNIQUE INDEX IF NOT EXISTS ledger_once ON ledger_entries (kind, once) WHERE once <> '';
CREATE TABLE IF NOT EXISTS ledger_checkpoints (size INTEGER PRIMARY KEY, record TEXT NOT NULL);
"""
_APPEND_ONLY = """
CREATE TRIGGER IF NOT EXISTS {table}_{action} BEFORE {action} ON {table}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""


class SqliteStorage:
    """The two tables in the file `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.place = str(path)
        # The last connection to close rewrites the file and removes the log, which costs more than
        # the append; this idle one stays.
        self._idle: sqlite3.Connection | None = None

    def prepare(self) -> None:
        """Make the file and its tables; several processes may do so at the same time."""
        until = time.monotonic() + _WAIT
        while True:
            try:
                with self._told():
                    self._idle = _with_tables(self._connect("rwc"))
                    return
            except LedgerError as error:
                # The switch to WAL does not wait for other processes as statements do.
                if "locked" not in error.problem or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    @contextmanager
    def writing(self) -> Generator[Transaction]:
        """See Storage."""
        with self._told(), closing(self._connect("rw")) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield Transaction(connection.execute)
            connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Generator[Transaction]:
        """See Storage. An auditor who may not write to the file or its folder can read it too."""
        with self._told(), closing(self._connect(self._reading_mode())) as connection:
            connection.execute("BEGIN")
            yield Transaction(connection.execute)

    def close(self) -> None:
        """See Storage."""
        if self._idle is not None:
            self._idle.close()

    def _reading_mode(self) -> str:
        """How to read: a ledger in WAL mode is else opened by writing files beside it."""
        if os.access(self._path, os.W_OK) and os.access(self._path.parent, os.W_OK):
            return "rw"
        log = self._path.with_name(self._path.name + "-wal")
        return "ro" if log.exists() and log.stat().st_size else "ro&immutable=1"

    def _connect(self, mode: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=_WAIT,
            isolation_level=None,
            check_same_thread=False,
        )
        # A changed byte may be no UTF-8: it must be found by the check, not stop the reading.
        connection.text_factory = _text
        connection.execute(f"PRAGMA synchronous = {_SYNCHRONOUS}")
        return connection

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            missing = not self._path.exists()
            problem = "there is no ledger" if missing else f"SQLite failed ({error})"
            remedy = (
                "name the folder of a store, or check the path"
                if missing
                else "check free space, permissions, and what else holds the file"
            )
            raise LedgerError(self.place, problem, remedy) from None


def _with_tables(connection: sqlite3.Connection) -> sqlite3.Connection:
    triggers = [
        _APPEND_ONLY.format(table=table, action=action)
        for table in ("ledger_entries", "ledger_checkpoints")
        for action in ("UPDATE", "DELETE")
    ]
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript("BEGIN IMMEDIATE;" + _SCHEMA + "".join(triggers) + "COMMIT;")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
