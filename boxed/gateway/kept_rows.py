"""Where rows of conversations lie: in memory, in a SQLite file, or in PostgreSQL for replicas.

The statements are the same for each, with ``?`` where a value goes.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, LiteralString, Protocol

import psycopg

from boxed.database import Database, said

__all__ = ["PostgresRows", "Rows", "RowsError", "Run", "SqliteRows"]

Run = Callable[[LiteralString, Sequence[Any]], list[tuple[Any, ...]]]
"""Runs one statement and gives the rows that it returns."""


class RowsError(Exception):
    """The database fails; the text says how, and holds nothing of what is kept."""


class Rows(Protocol):
    """The table ``gateway_kept`` of place, time and sealed bytes."""

    def transaction(self) -> AbstractContextManager[Run]:
        """A transaction: kept at its end, undone by an exception. Raises RowsError."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class SqliteRows:
    """Rows behind one connection, used in turns; in a file several processes may share them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Raises RowsError."""
        self._connection = connection
        self._lock = threading.Lock()
        with self.transaction() as run:
            run("PRAGMA secure_delete = ON", ())
            run(
                "CREATE TABLE IF NOT EXISTS gateway_kept (place BLOB PRIMARY KEY, "
                "made REAL NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID",
                (),
            )

    @contextmanager
    def transaction(self) -> Generator[Run]:
        """See Rows."""

        def run(statement: LiteralString, values: Sequence[Any]) -> list[tuple[Any, ...]]:
            return self._connection.execute(statement, values).fetchall()

        try:
            with self._lock, self._connection:
                yield run
        except sqlite3.Error as error:
            raise RowsError(f"SQLite failed ({error})") from None

    def close(self) -> None:
        """See Rows."""
        with self._lock:
            self._connection.close()


class PostgresRows:
    """Rows in a PostgreSQL database, for gateways on several machines."""

    def __init__(self, url: str) -> None:
        """Raises RowsError."""
        try:
            self._database = Database(url, "boxed-conversations")
        except ValueError:
            raise RowsError("the URL cannot be read") from None
        with self.transaction() as run:
            run("SELECT pg_advisory_xact_lock(26998, hashtext(current_schema()))", ())
            run(
                "CREATE TABLE IF NOT EXISTS gateway_kept (place BYTEA PRIMARY KEY, "
                "made DOUBLE PRECISION NOT NULL, sealed BYTEA NOT NULL)",
                (),
            )

    @contextmanager
    def transaction(self) -> Generator[Run]:
        """See Rows."""
        try:
            with self._database.transaction() as connection:

                def run(statement: LiteralString, values: Sequence[Any]) -> list[tuple[Any, ...]]:
                    cursor = connection.execute(statement.replace("?", "%s"), values)
                    return cursor.fetchall() if cursor.description else []

                yield run
        except psycopg.Error as error:
            raise RowsError(f"PostgreSQL failed ({said(error)})") from None

    def close(self) -> None:
        """See Rows."""
        self._database.close()
