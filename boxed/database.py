"""One connection to a PostgreSQL database, used in turns and made anew after any failure.

database = Database("postgresql://gateway@db.example.com/boxed", "boxed-keys")
with database.transaction() as connection:
connection.execute("SELECT 1")
database.place           # postgresql://db.example.com/boxed: no password
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

__all__ = ["SCHEMES", "Connection", "Database", "said"]

SCHEMES = ("postgresql://", "postgres://")
Connection = psycopg.Connection[tuple[Any, ...]]
_PATIENCE = 5  # seconds for a connection, for a statement, and for an answer of the network


class Database:
    """Raises ValueError for a URL that is none, and psycopg.Error from transactions."""

    def __init__(self, url: str, name: str) -> None:
        """``name`` is what the server's own lists call the connection."""
        self.place = _place(url)
        self._url, self._name = url, name
        self._lock = threading.Lock()
        self._open: Connection | None = None

    @contextmanager
    def transaction(self) -> Generator[Connection]:
        """A transaction: durable at its end, undone by an exception. Blocks, from any thread."""
        with self._lock:
            if self._open is None or self._open.closed:
                self._open = self._connect()
            try:
                with self._open.transaction():
                    yield self._open
            except psycopg.Error:
                self._drop()
                raise

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connect(self) -> Connection:
        connection = psycopg.connect(
            self._url,
            connect_timeout=_PATIENCE,
            tcp_user_timeout=_PATIENCE * 1000,
            client_encoding="utf8",
            application_name=self._name,
            autocommit=True,
        )
        connection.execute("SELECT set_config('statement_timeout', %s, false)", (f"{_PATIENCE}s",))
        return connection


def said(error: psycopg.Error) -> str:
    """The first line of what the server or the network said."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _place(url: str) -> str:
    """The URL as errors may show it: without password and options."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise ValueError("the URL cannot be read") from None
    host, port, name = parts.get("host", ""), parts.get("port"), parts.get("dbname", "")
    return f"postgresql://{host}{f':{port}' if port else ''}/{name}"
