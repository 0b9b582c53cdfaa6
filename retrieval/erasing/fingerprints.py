"""The guard at ingest: what was erased is known again, by keyed fingerprints alone.

    with Fingerprints(place.fingerprints, bytes.fromhex(keys.commit("fingerprints", 1))) as guard:
        marks = guard.marks(lost_texts)            # before the erasure; hold no text
        guard.record("R-000001", marks)            # once the receipt is issued
        guard.refusal(document_text, chunks)       # "R-000001", or None

A document is known by its pairs of content words that stand next to each other or with one between.
A fifth of the words changed leaves seven words in ten in such a pair; unrelated text of the same
topic has some in common with any one document. Each pair is kept as 64 bits of an HMAC-SHA256, so
without the key nobody can test a guess.
"""

from __future__ import annotations

import hmac
import os
import sqlite3
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from guards.reading.wording import STOPWORDS
from retrieval.records import Chunk
from retrieval.words import words

__all__ = ["FingerprintError", "Fingerprints", "Marks"]

# The longest stretch, in content words, that must be alike; fewer pairs than this tell nothing.
WINDOW = 100
FEWEST = 7
# Share of a stretch's words that stand in a pair of one erased document: more where there are few.
_ALIKE = 0.4
_ALLOWANCE = 3.0
# Of a long text the pairs of every fourth word are looked up first.
_STEP = 4
_LONG = 64
_SAMPLED = 2

_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS units (
    unit INTEGER PRIMARY KEY, receipt TEXT NOT NULL, digest BLOB NOT NULL, pairs INTEGER NOT NULL,
    UNIQUE (receipt, digest));
CREATE TABLE IF NOT EXISTS marks (
    mark INTEGER NOT NULL, unit INTEGER NOT NULL, PRIMARY KEY (mark, unit)) WITHOUT ROWID;
"""


class FingerprintError(Exception):
    """The file of fingerprints cannot be used; the text names it, what happened and the remedy."""

    def __init__(self, path: Path, happened: str, remedy: str) -> None:
        """Say what happened to the file at ``path``, and what to do about it."""
        super().__init__(f"{path}: {happened}; {remedy}")


@dataclass(frozen=True, slots=True)
class Marks:
    """One erased text as keyed numbers: all of it, and its pairs of words. No text follows."""

    digest: bytes
    pairs: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Index:
    """Everything recorded, in memory: ``marks`` ascending, ``units`` parallel to them."""

    marks: NDArray[np.int64]
    units: NDArray[np.int64]
    sizes: dict[int, int]
    receipts: dict[int, str]
    digests: dict[bytes, int]


class Fingerprints:
    """The fingerprints of one store's erasures in an SQLite file: the guard of `ingest`."""

    def __init__(self, path: str | Path, key: bytes) -> None:
        """Open or make the file; ``key`` is the store's HMAC key (at least 16 bytes).

        Raises FingerprintError for another key than the file was made with, and for a file that
        is none of ours.
        """
        if len(key) < 16:
            raise ValueError(f"the key has {len(key)} bytes; give at least 16")
        self._path = Path(path)
        self._key = hmac.digest(key, b"boxed fingerprints 1", "sha256")
        self._index: _Index | None = None
        self._seen = -1
        try:
            # SQLite would make the file readable to others.
            os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise FingerprintError(
                self._path, f"cannot be opened ({error.strerror})", "check the folder and its owner"
            ) from error
        self._database = sqlite3.connect(self._path, timeout=30, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self._database.close()
            raise

    def marks(self, texts: Iterable[str]) -> tuple[Marks, ...]:
        """The fingerprints of erased texts: give what was lost of each document as one text.

        Texts without a word leave none.
        """
        return tuple(self._marks(own) for own in map(words, texts) if own)

    def record(self, receipt: str, marks: Sequence[Marks]) -> None:
        """Refuse these texts from now on, with the receipt's number; saying it twice is once."""
        with self._told() as database:
            for one in marks:
                row = database.execute(
                    "INSERT INTO units (receipt, digest, pairs) VALUES (?, ?, ?) "
                    "ON CONFLICT DO NOTHING RETURNING unit",
                    (receipt, one.digest, len(one.pairs)),
                ).fetchone()
                if row is not None:
                    database.executemany(
                        "INSERT INTO marks VALUES (?, ?)", ((mark, row[0]) for mark in one.pairs)
                    )
        self._index = None

    def lift(self, receipt: str) -> int:
        """Let the texts of a receipt in again, as far as no other names them; how many they are."""
        with self._told() as database:
            database.execute(
                "DELETE FROM marks WHERE unit IN (SELECT unit FROM units WHERE receipt = ?)",
                (receipt,),
            )
            lifted = database.execute("DELETE FROM units WHERE receipt = ?", (receipt,)).rowcount
        self._index = None
        return lifted

    def refusal(self, document_text: str, chunks: Sequence[Chunk] = ()) -> str | None:
        """The number of the receipt under which this document, or a piece of it, was erased."""
        index = self._current()
        if not index.sizes:
            return None
        unit = self._known_whole(index, document_text, chunks)
        if unit is None:
            unit = self._known_in_part(index, document_text)
        return None if unit is None else index.receipts[unit]

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _prepare(self) -> None:
        proof = hmac.digest(self._key, b"proof", "sha256")
        with self._told() as database:
            database.executescript("PRAGMA secure_delete = ON;" + _SCHEMA)
            database.execute("INSERT OR IGNORE INTO about VALUES ('key', ?)", (proof,))
            held = database.execute("SELECT value FROM about WHERE name = 'key'").fetchone()[0]
        if not hmac.compare_digest(held, proof):
            raise FingerprintError(
                self._path, "was made with another key", "put the store's own key folder back"
            )

    @contextmanager
    def _told(self) -> Generator[sqlite3.Connection]:
        """The database within one transaction; its faults become `FingerprintError`."""
        try:
            with self._database as database:
                yield database
        except sqlite3.OperationalError as error:
            raise FingerprintError(
                self._path, f"cannot be read or written ({error})", "see that the disk has room"
            ) from error
        except sqlite3.DatabaseError as error:
            raise FingerprintError(
                self._path, f"cannot be read ({error})", "restore it from a backup"
            ) from error

    def _marks(self, own: list[str]) -> Marks:
        pairs = sorted(map(self._mark, _pairs(_content(own))))
        return Marks(self._digest(own), tuple(pairs) if len(pairs) >= FEWEST else ())

    def _mark(self, pair: bytes) -> int:
        keyed = hmac.digest(self._key, pair, "sha256")
        return int.from_bytes(keyed[:8], "big", signed=True)

    def _digest(self, own: Sequence[str]) -> bytes:
        return hmac.digest(self._key, b"whole\0" + " ".join(own).encode(), "sha256")

    def _current(self) -> _Index:
        """What is on disk, read again when another process has added to it."""
        with self._told() as database:
            version = int(database.execute("PRAGMA data_version").fetchone()[0])
        if self._index is None or version != self._seen:
            self._index, self._seen = self._load(), version
        return self._index

    def _load(self) -> _Index:
        with self._told() as database:
            rows = database.execute("SELECT mark, unit FROM marks ORDER BY mark")
            flat = np.fromiter((number for row in rows for number in row), np.int64)
            units = database.execute("SELECT unit, receipt, digest, pairs FROM units").fetchall()
        return _Index(
            marks=flat[::2],
            units=flat[1::2],
            # Of n different words follow 2 n - 3 pairs.
            sizes={unit: (pairs + 3) // 2 for unit, _, _, pairs in units},
            receipts={unit: receipt for unit, receipt, _, _ in units},
            digests={digest: unit for unit, _, digest, _ in units},
        )

    def _known_whole(self, index: _Index, text: str, chunks: Sequence[Chunk]) -> int | None:
        """Also finds what is too short to be known by its pairs, among the chunks too."""
        for one in (text, *(chunk.text for chunk in chunks)):
            unit = index.digests.get(self._digest(words(one)))
            if unit is not None:
                return unit
        return None

    def _known_in_part(self, index: _Index, text: str) -> int | None:
        content = _content(words(text))
        pairs = _pairs(content)
        if len(pairs) < FEWEST:
            return None
        if len(content) > _LONG:
            sample = {pair: at for pair, at in pairs.items() if at[0] % _STEP == 0}
            if max(map(len, self._places(index, sample).values()), default=0) < _SAMPLED:
                return None
        best: tuple[float, int] | None = None
        for unit, places in self._places(index, pairs).items():
            window = min(len(content), max(index.sizes[unit], 1), WINDOW)
            share = densest(sorted(places), window) / window
            enough = min(1.0, _ALIKE + _ALLOWANCE / window)
            if share >= enough and (best is None or share - enough > best[0]):
                best = share - enough, unit
        return None if best is None else best[1]

    def _places(self, index: _Index, pairs: Mapping[bytes, tuple[int, int]]) -> dict[int, set[int]]:
        """Unit -> the places of the words that stand in one of its pairs."""
        marks = np.fromiter(map(self._mark, pairs), np.int64, len(pairs))
        starts = np.searchsorted(index.marks, marks, side="left")
        ends = np.searchsorted(index.marks, marks, side="right")
        where = list(pairs.values())
        found: dict[int, set[int]] = {}
        for at in np.flatnonzero(starts < ends).tolist():
            for unit in index.units[starts[at] : ends[at]].tolist():
                found.setdefault(unit, set()).update(where[at])
        return found


def densest(places: Sequence[int], window: int) -> int:
    """The most of the ascending ``places`` that lie within ``window`` of each other."""
    best = first = 0
    for last, place in enumerate(places):
        while place - places[first] >= window:
            first += 1
        best = max(best, last - first + 1)
    return best


def _content(own: Sequence[str]) -> list[str]:
    return [word for word in own if word not in STOPWORDS]


def _pairs(content: Sequence[str]) -> dict[bytes, tuple[int, int]]:
    """Pairs of words up to two apart, each with the places where it first stands."""
    found: dict[bytes, tuple[int, int]] = {}
    for gap in (1, 2):
        for at, (one, other) in enumerate(zip(content, content[gap:], strict=False)):
            found.setdefault(f"{one} {other}".encode(), (at, at + gap))
    return found
