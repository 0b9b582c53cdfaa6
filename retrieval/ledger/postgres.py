"""A ledger in PostgreSQL, for several processes or machines that share one.

    postgresql://writer@db.example.com/ledger

Writers queue on an advisory lock, so a role with SELECT and INSERT alone can append. Several
ledgers may share one database, each in a schema of its own (`?options=-csearch_path%3DNAME`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict

from retrieval.ledger.errors import LedgerError
from retrieval.ledger.storage import Transaction

SCHEMES = ("postgresql://", "postgres://")
_LOCK = "SELECT pg_advisory_xact_lock(26998, hashtext(current_schema()))"
_SCHEMA = """
CREATE TABLE ledger_entries (
    idx BIGINT PRIMARY KEY, kind TEXT NOT NULL, once TEXT NOT NULL, record TEXT NOT NULL,
    previous TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE, signature TEXT NOT NULL
);
CREATE INDEX ledger_kind ON ledger_entries (kind);
CREATE UNIQUE INDEX ledger_once ON ledger_entries (kind, once) WHERE once <> '';
CREATE TABLE ledger_checkpoints (size BIGINT PRIMARY KEY, record TEXT NOT NULL);
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
CREATE TRIGGER ledger_entries_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_checkpoints_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
"""


class PostgresStorage:
    """The two tables in the database at `url`. Raises LedgerError for a URL that is none."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.place = _place(url)

    def prepare(self) -> None:
        """See Storage."""
        with self._told(), self._connect() as connection:
            connection.execute(_LOCK)
            found = connection.execute("SELECT to_regclass('ledger_entries')").fetchone()
            if found is None or found[0] is None:
                connection.execute(_SCHEMA)

    @contextmanager
    def writing(self) -> Generator[Transaction]:
        """See Storage."""
        with self._told(), self._connect() as connection:
            connection.execute("SET LOCAL synchronous_commit = on")
            connection.execute(_LOCK)
            yield Transaction(_runner(connection))

    @contextmanager
    def reading(self) -> Generator[Transaction]:
        """See Storage."""
        with self._told(), self._connect() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield Transaction(_runner(connection))

    def close(self) -> None:
        """See Storage. Nothing is open between transactions."""

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection that commits when its block ends, and rolls back on an exception."""
        return psycopg.connect(
            self._url,
            connect_timeout=10,
            client_encoding="utf8",
            application_name="boxed-ledger",
        )

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except psycopg.errors.UndefinedTable:
            raise LedgerError(self.place, "there is no ledger", "check the URL") from None
        except psycopg.Error as error:
            said = (str(error).strip() or type(error).__name__).splitlines()[0]
            remedy = "check that the server runs and that the role may read and insert"
            raise LedgerError(self.place, f"PostgreSQL failed ({said})", remedy) from None


def _runner(connection: psycopg.Connection[tuple[Any, ...]]) -> Any:
    def run(statement: LiteralString, values: tuple[str | int, ...]) -> Iterable[tuple[Any, ...]]:
        cursor = connection.execute(statement.replace("?", "%s"), values)
        return cursor if cursor.description else ()

    return run


def _place(url: str) -> str:
    """The URL as errors may show it: without password and options."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        remedy = "write postgresql://USER@HOST:PORT/DATABASE"
        raise LedgerError("the ledger's URL", "cannot be read", remedy) from None
    host, port, name = parts.get("host", ""), parts.get("port"), parts.get("dbname", "")
    return f"postgresql://{host}{f':{port}' if port else ''}/{name}"
