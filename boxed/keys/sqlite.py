"""Keys in a SQLite file, in WAL mode: several processes of one machine may share it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from boxed.keys.errors import KeyStoreError
from boxed.keys.storage import SCHEMA, Transaction

__all__ = ["SqliteStorage"]

_WAIT = 10.0
"""Seconds that a writer waits for the others."""


class SqliteStorage:
    """The tables in the file `path`, which its owner alone may read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.place = str(path)

    def prepare(self) -> None:
        """See Storage; several processes may do so at the same time."""
        until = time.monotonic() + _WAIT
        while True:
            try:
                with self._told():
                    self._make()
                    return
            except KeyStoreError as error:
                # The switch to WAL does not wait for other processes as statements do.
                if "locked" not in error.problem or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def _make(self) -> None:
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript("BEGIN IMMEDIATE;" + SCHEMA + "COMMIT;")

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Generator[Transaction]:
        """See Storage."""
        # A connection for each: a file that was replaced or deleted meanwhile is noticed.
        with self._told(), closing(self._connect()) as connection:
            if not durable:
                connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            # The processes of one machine share the clock that never jumps, too.
            yield Transaction(connection.execute, time.monotonic)
            connection.execute("COMMIT")

    def close(self) -> None:
        """See Storage. Nothing is open between transactions."""

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=_WAIT,
            isolation_level=None,
        )
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if not self._path.parent.is_dir():
                problem, remedy = "its folder is missing", "make the folder, or name another file"
            elif not self._path.exists():
                problem, remedy = "the file is gone", "put it back, or make keys anew"
            else:
                problem = f"SQLite failed ({error})"
                remedy = "check free space, permissions, and whether it is a file of keys"
            raise KeyStoreError(self.place, problem, remedy) from None
