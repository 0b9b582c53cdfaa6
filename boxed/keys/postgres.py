"""Keys in PostgreSQL, for gateways on several machines that share them and their budgets.

    postgresql://gateway@db.example.com/boxed

Several sets may share one database, each in a schema of its own
(`?options=-csearch_path%3DNAME`), and so may the ledger.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from functools import partial
from typing import Any, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict

from boxed.keys.errors import KeyStoreError
from boxed.keys.storage import SCHEMA, Transaction

__all__ = ["SCHEMES", "PostgresStorage"]

SCHEMES = ("postgresql://", "postgres://")
_LOCK = "SELECT pg_advisory_xact_lock(26999, hashtext(current_schema()))"
_PATIENCE = 5  # seconds for a connection, for a statement, and for an answer of the network


class PostgresStorage:
    """The tables in the database at `url`. Raises KeyStoreError for a URL that is none."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.place = _place(url)
        self._lock = threading.Lock()
        self._open: psycopg.Connection[tuple[Any, ...]] | None = None

    def prepare(self) -> None:
        """See Storage."""
        with self._transaction() as connection:
            connection.execute(_LOCK)
            found = connection.execute("SELECT to_regclass('gateway_minutes')").fetchone()
            if found is None or found[0] is None:
                connection.execute(SCHEMA)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Generator[Transaction]:
        """See Storage."""
        with self._transaction() as connection:
            if not durable:
                connection.execute("SET LOCAL synchronous_commit = off")
            yield Transaction(_runner(connection), partial(_seconds, connection))

    def close(self) -> None:
        """See Storage."""
        with self._lock:
            self._drop()

    @contextmanager
    def _transaction(self) -> Generator[psycopg.Connection[tuple[Any, ...]]]:
        """On the one connection, which is made anew after any failure."""
        with self._lock, self._told():
            if self._open is None or self._open.closed:
                self._open = self._connect()
            try:
                with self._open.transaction():
                    yield self._open
            except psycopg.Error:
                self._drop()
                raise

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        connection = psycopg.connect(
            self._url,
            connect_timeout=_PATIENCE,
            tcp_user_timeout=_PATIENCE * 1000,
            client_encoding="utf8",
            application_name="boxed-keys",
            autocommit=True,
        )
        connection.execute("SELECT set_config('statement_timeout', %s, false)", (f"{_PATIENCE}s",))
        return connection

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except psycopg.Error as error:
            said = (str(error).strip() or type(error).__name__).splitlines()[0]
            remedy = "check that the server runs and that the role may create, read and write"
            raise KeyStoreError(self.place, f"PostgreSQL failed ({said})", remedy) from None


def _seconds(connection: psycopg.Connection[tuple[Any, ...]]) -> float:
    """The server's clock: those of the machines that share it may differ."""
    found = connection.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())").fetchone()
    return float(found[0]) if found else 0.0


def _runner(connection: psycopg.Connection[tuple[Any, ...]]) -> Any:
    def run(
        statement: LiteralString, values: tuple[str | int | float | None, ...]
    ) -> Iterable[tuple[Any, ...]]:
        cursor = connection.execute(statement.replace("?", "%s"), values)
        return cursor.fetchall() if cursor.description else ()

    return run


def _place(url: str) -> str:
    """The URL as errors may show it: without password and options."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        remedy = "write postgresql://USER@HOST:PORT/DATABASE"
        raise KeyStoreError("the URL of the keys", "cannot be read", remedy) from None
    host, port, name = parts.get("host", ""), parts.get("port"), parts.get("dbname", "")
    return f"postgresql://{host}{f':{port}' if port else ''}/{name}"
