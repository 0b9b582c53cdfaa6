"""What a ledger asks of a database: two tables, and transactions over them.

The statements are the same for every database; an adapter brings the connection, the lock that
keeps writers apart, and its own errors as LedgerError. A connection is used for one
transaction, so threads, restarts of a server and killed processes need no care here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, LiteralString, Protocol

from retrieval.ledger.chain import Row

_BATCH = 1000
_COLUMNS: LiteralString = "idx, kind, once, record, previous, hash, signature"

Run = Callable[[LiteralString, tuple[str | int, ...]], Iterable[tuple[Any, ...]]]


class Transaction:
    """The statements of one transaction; `run` executes one, with `?` where a value goes."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def rows(self, after: int = 0) -> Iterator[Row]:
        """The entries after index `after`, in their order, read in batches."""
        statement: LiteralString = (
            f"SELECT {_COLUMNS} FROM ledger_entries WHERE idx > ? ORDER BY idx LIMIT ?"  # noqa: S608
        )
        while batch := [_row(found) for found in self._run(statement, (after, _BATCH))]:
            yield from batch
            after = batch[-1].index

    def last(self) -> Row | None:
        """The newest entry."""
        return self._one(f"SELECT {_COLUMNS} FROM ledger_entries ORDER BY idx DESC LIMIT 1")  # noqa: S608

    def find(self, kind: str, once: str) -> Row | None:
        """The entry of this kind with this key against doing it twice."""
        return self._one(
            f"SELECT {_COLUMNS} FROM ledger_entries WHERE kind = ? AND once = ?",  # noqa: S608
            (kind, once),
        )

    def count(self, kind: str) -> int:
        """How many entries of this kind there are."""
        statement: LiteralString = "SELECT count(*) FROM ledger_entries WHERE kind = ?"
        return next(iter(self._run(statement, (kind,))))[0]

    def insert(self, row: Row) -> None:
        """Store one entry."""
        values = (row.index, row.kind, row.once, row.record, row.previous, row.hash, row.signature)
        statement: LiteralString = (
            f"INSERT INTO ledger_entries ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
        )
        self._run(statement, values)

    def checkpoints(self) -> Iterator[str]:
        """The stored checkpoints as JSON, smallest first."""
        for (record,) in self._run("SELECT record FROM ledger_checkpoints ORDER BY size", ()):
            yield str(record)

    def last_checkpoint(self) -> str | None:
        """The largest stored checkpoint as JSON."""
        statement: LiteralString = (
            "SELECT record FROM ledger_checkpoints ORDER BY size DESC LIMIT 1"
        )
        return next((str(record) for (record,) in self._run(statement, ())), None)

    def insert_checkpoint(self, size: int, record: str) -> None:
        """Store one checkpoint."""
        self._run("INSERT INTO ledger_checkpoints (size, record) VALUES (?, ?)", (size, record))

    def _one(self, statement: LiteralString, values: tuple[str | int, ...] = ()) -> Row | None:
        return next((_row(found) for found in self._run(statement, values)), None)


class Storage(Protocol):
    """Where a ledger's two tables are. Errors of the database are raised as LedgerError."""

    place: str
    """How errors name it; holds no password."""

    def prepare(self) -> None:
        """Make the tables where they are missing."""
        ...

    def writing(self) -> AbstractContextManager[Transaction]:
        """The only writing transaction at its time: durable at the end, undone by an exception."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction that sees one moment of the ledger, whatever is written meanwhile."""
        ...

    def close(self) -> None:
        """Let go of what was kept open between transactions."""
        ...


def _row(found: tuple[Any, ...]) -> Row:
    index, *texts = found
    return Row(int(index), *(str(text) for text in texts))
