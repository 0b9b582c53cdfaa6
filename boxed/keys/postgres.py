"""Keys in PostgreSQL, for gateways on several machines that share them and their budgets.

    postgresql://gateway@db.example.com/boxed

Several sets may share one database, each in a schema of its own
(`?options=-csearch_path%3DNAME`), and so may the ledger.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from functools import partial
from typing import Any, LiteralString

import psycopg

from boxed.database import SCHEMES, Connection, Database, said
from boxed.keys.errors import KeyStoreError
from boxed.keys.storage import SCHEMA, Transaction

__all__ = ["SCHEMES", "PostgresStorage"]

_LOCK = "SELECT pg_advisory_xact_lock(26999, hashtext(current_schema()))"


class PostgresStorage:
    """The tables in the database at `url`. Raises KeyStoreError for a URL that is none."""

    def __init__(self, url: str) -> None:
        try:
            self._database = Database(url, "boxed-keys")
        except ValueError:
            remedy = "write postgresql://USER@HOST:PORT/DATABASE"
            raise KeyStoreError("the URL of the keys", "cannot be read", remedy) from None
        self.place = self._database.place

    def prepare(self) -> None:
        """See Storage."""
        with self._told(), self._database.transaction() as connection:
            connection.execute(_LOCK)
            found = connection.execute("SELECT to_regclass('gateway_minutes')").fetchone()
            if found is None or found[0] is None:
                connection.execute(SCHEMA)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Generator[Transaction]:
        """See Storage."""
        with self._told(), self._database.transaction() as connection:
            if not durable:
                connection.execute("SET LOCAL synchronous_commit = off")
            yield Transaction(_runner(connection), partial(_seconds, connection))

    def close(self) -> None:
        """See Storage."""
        self._database.close()

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except psycopg.Error as error:
            remedy = "check that the server runs and that the role may create, read and write"
            problem = f"PostgreSQL failed ({said(error)})"
            raise KeyStoreError(self.place, problem, remedy) from None


def _seconds(connection: Connection) -> float:
    """The server's clock: those of the machines that share it may differ."""
    found = connection.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())").fetchone()
    return float(found[0]) if found else 0.0


def _runner(connection: Connection) -> Any:
    def run(
        statement: LiteralString, values: tuple[str | int | float | None, ...]
    ) -> Iterable[tuple[Any, ...]]:
        cursor = connection.execute(statement.replace("?", "%s"), values)
        return cursor.fetchall() if cursor.description else ()

    return run
