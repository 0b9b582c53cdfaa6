"""Records on disk: one JSON line each, appended as they are made, never rewritten.

    with Journal(Path("runs/nano-forget10/box.jsonl")) as journal:
        journal.records        # key -> Record, of every run before
        journal.add(records)   # on the disk when this returns

A process that was killed leaves at most one line without an end, which the next run drops. Two
runs never write to one file: the second is told so.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from evals.records import Record, RecordError

__all__ = ["Journal", "JournalError"]


class JournalError(Exception):
    """A file of records that cannot be used: which line, what is wrong, what to do."""


class Journal:
    """One file of records, held by one process at a time."""

    def __init__(self, path: Path) -> None:
        """Nothing is read or written before ``with``."""
        self.path = path
        self.records: Mapping[str, Record] = {}
        self._file: BinaryIO | None = None

    def __enter__(self) -> Journal:
        """Open, lock and read; raises JournalError for a held file or a line that is no record."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.records = _read(self.path, file)
        except BlockingIOError:
            file.close()
            raise JournalError(
                f"{self.path} is being written by another run; wait for it, or use another --runs"
            ) from None
        except BaseException:
            file.close()
            raise
        self._file = file
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close, which also gives the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def add(self, records: Iterable[Record]) -> None:
        """Append records; they are on the disk when this returns."""
        if self._file is None:
            raise ValueError(f"{self.path} is not open; use the journal in a 'with' block")
        made = list(records)
        self._file.write("".join(f"{record.to_json()}\n" for record in made).encode())
        self._file.flush()
        os.fsync(self._file.fileno())
        self.records = {**self.records, **{record.key: record for record in made}}


def _read(path: Path, file: BinaryIO) -> dict[str, Record]:
    """Every whole line; what stands behind the last end of line is cut off the file."""
    file.seek(0)
    data = file.read()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        file.truncate(len(whole))
    found: dict[str, Record] = {}
    for number, line in enumerate(whole.split(b"\n")[:-1], 1):
        try:
            record = Record.from_json(line)
        except RecordError as error:
            raise JournalError(f"{path}:{number}: {error}") from None
        found[record.key] = record
    return found
