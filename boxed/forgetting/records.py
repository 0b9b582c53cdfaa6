"""What is kept of each forget request: its policy's file and its receipts, never what it said.

    {"id": "4f21a0b3c9d8", "run": 1, "open": false, "policies": ["/.../forgotten-4f21a0b3c9d8.md"],
     "receipts": ["R-000001"], "token": "", "marks": []}

The id is a keyed digest of the request, so the same request made again is the same record: it uses
the policy that is there, and finishes what was cut short.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.ledger.errors import LedgerError
from retrieval.store import LocalStore
from retrieval.whole_file import write_whole

__all__ = ["Marked", "Record", "Records"]

Marked = tuple[str, tuple[int, ...]]


class Record(BaseModel):
    """One request; ``open`` from before its policy is written until its receipt is.

    ``policies`` are the files that are in force for it. ``marks`` are keyed fingerprints (digest in
    hex, pairs) of what is being erased, ``token`` is the commitment to one record of it, by which
    its receipt is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    run: int = 1
    open: bool = True
    policies: tuple[str, ...] = ()
    receipts: tuple[str, ...] = ()
    token: str = ""
    marks: tuple[Marked, ...] = ()


class Records:
    """The folder of requests beside a store's ledger; every change of a record is durable."""

    def __init__(self, place: LocalStore) -> None:
        """``place`` is where the store's ledger is."""
        self._folder = place.path / "requests"
        self._receipts = place.path / "receipts"

    def get(self, id: str) -> Record | None:
        """The record of a request, if there is one. Raises LedgerError for a damaged one."""
        path = self._path(id)
        return self._read(path) if path.exists() else None

    def all(self) -> Iterator[Record]:
        """Every record, by id."""
        for path in sorted(self._folder.glob("*.json")):
            yield self._read(path)

    def put(self, record: Record) -> None:
        """Keep the record in place of the one with its id. Raises OSError."""
        write_whole(self._path(record.id), record.model_dump_json().encode())

    def keep_receipt(self, number: str, data: bytes) -> Path:
        """Write a receipt's file; its path."""
        path = self.receipt_file(number)
        write_whole(path, data)
        return path

    def receipt_file(self, number: str) -> Path:
        """Where a receipt's file is."""
        return self._receipts / f"{number}.json"

    def _path(self, id: str) -> Path:
        return self._folder / f"{id}.json"

    def _read(self, path: Path) -> Record:
        try:
            return Record.model_validate(json.loads(path.read_bytes()))
        except (ValidationError, ValueError):
            raise LedgerError(
                str(path), "is no record of a forget request", "restore it from a backup"
            ) from None
