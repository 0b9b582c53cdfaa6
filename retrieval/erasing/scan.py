r"""Whether any byte of erased records is left in a file, found in one pass over it.

    sought = PatternBuilder()
    sought.add("Jane Roe lived in Dunmore Street.".encode(), record=0)
    finder = Finder(sought.build())
    finder.find(b"... lived in Dunmo ...")     # one key for each of its windows of 12 bytes

What is sought is every window of 12 bytes of the erased texts, ids, metadata values and vectors,
and every value of 6 to 14 bytes whole, each as a salted 64-bit hash: so a job that was killed
leaves no content behind, and the cost of a pass does not grow with their number. A file's windows
are read at every fourth byte, so any run of 15 bytes is found wherever it stands. Shorter values
and windows of fewer than four different bytes say nothing and are not sought. What surviving
records hold as well must be taken out (`Patterns.without`) before a hit means anything.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeAlias
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.uint64]
WINDOW = 12
SHORTEST = 6
# Characters of a file's name in a receipt, and what stands there for a name that tells too much.
LONGEST_NAME = 300
WITHHELD = "name-withheld"
STEP = 4
_WHOLE = WINDOW + STEP - 1
_DISTINCT_BYTES = 4
_PIECE = 1 << 20
# Words hashed at once, and the size of the tables that most places fail in: what fits in the cache.
_BLOCK = 1 << 15
_TABLE_BITS = 22
_HEAD_BITS = 16
_NEXT = np.uint64(_TABLE_BITS)
_LOW = np.uint64(2**32 - 1)
_NONE: Keys = np.zeros(0, np.uint64)


@dataclass(frozen=True, slots=True)
class Salt:
    """Two odd factors of 64 bits that make the hashes of one job unlike those of any other."""

    first: int = field(default_factory=lambda: secrets.randbits(64) | 1)
    second: int = field(default_factory=lambda: secrets.randbits(64) | 1)

    def keys(self, head: NDArray[np.uint64], tail: NDArray[np.uint64], length: int) -> Keys:
        """The keys of strings of one length: their first 8 (or 4) and their last 4 bytes."""
        mixed = head * np.uint64(self.first)
        mixed ^= tail * np.uint64(self.second)
        if length != WINDOW:
            mixed ^= np.uint64(length * 0x9E3779B97F4A7C15 % 2**64)
        return mixed

    def heads(self, words: NDArray[np.uint32]) -> Keys:
        """The keys of four bytes each."""
        return words.astype(np.uint64) * np.uint64(self.first)


@dataclass(frozen=True)
class Patterns:
    """What is sought: sorted keys of windows, and of shorter values by their length.

    ``heads`` are keys of the first four bytes of each shorter value and of the four from its
    second. ``text`` is (n, 2): a key from a text, and the number of the record it is from.
    ``vague`` counts the values that were too short or too plain to be sought.
    """

    salt: Salt
    windows: Keys
    short: dict[int, Keys]
    heads: Keys
    text: NDArray[np.uint64]
    vague: int = 0

    @property
    def count(self) -> int:
        """How many different strings are sought."""
        return len(self.windows) + sum(len(keys) for keys in self.short.values())

    def without(self, found: Keys) -> Patterns:
        """The same without the keys, sorted, that surviving records hold as well."""
        left = {size: keys[~_among(keys, found)] for size, keys in self.short.items()}
        return Patterns(
            self.salt,
            self.windows[~_among(self.windows, found)],
            {size: keys for size, keys in left.items() if len(keys)},
            self.heads,
            self.text[~_among(self.text[:, 0], found)],
            self.vague,
        )

    def records(self) -> int:
        """How many records have text of their own among what is sought."""
        return len(_different(self.text[:, 1]))

    def save(self, file: IO[bytes]) -> None:
        """Write them; a salted hash for each window, and no content."""
        short = [(size, key) for size, keys in self.short.items() for key in keys]
        np.savez(
            file,
            salt=np.array([self.salt.first, self.salt.second], np.uint64),
            windows=self.windows,
            short=np.array(short, np.uint64).reshape(-1, 2),
            heads=self.heads,
            text=self.text,
            vague=np.array([self.vague]),
        )

    @classmethod
    def load(cls, path: Path) -> Patterns:
        """Read what `save` wrote. Raises OSError, ValueError or KeyError where that fails."""
        with np.load(path, allow_pickle=False) as kept:
            first, second = (int(factor) for factor in kept["salt"])
            short: NDArray[np.uint64] = kept["short"]
            return cls(
                Salt(first, second),
                kept["windows"],
                {int(size): short[short[:, 0] == size, 1] for size in np.unique(short[:, 0])},
                kept["heads"],
                kept["text"],
                int(kept["vague"][0]),
            )


class PatternBuilder:
    """Gathers what is sought; each `add` is one value of a record."""

    def __init__(self) -> None:
        """Nothing yet, under a salt of its own."""
        self._salt = Salt()
        self._windows: list[Keys] = []
        self._short: dict[int, list[Keys]] = {}
        self._heads: list[Keys] = []
        self._text: list[NDArray[np.uint64]] = []
        self._vague = 0

    def add(self, value: bytes, *, record: int | None = None, step: int = 1) -> None:
        """Seek a value: its windows at every ``step`` bytes; ``record`` numbers whose text it is.

        A vector (float32, little-endian) is added with a step of 4.
        """
        size = len(value) if len(value) < _WHOLE else WINDOW
        if size < SHORTEST:
            self._vague += bool(value)
            return
        data = np.frombuffer(value, np.uint8)
        rows = np.lib.stride_tricks.sliding_window_view(data, size)[::step]
        plain = (np.diff(np.sort(rows, axis=1), axis=1) > 0).sum(1) + 1 < _DISTINCT_BYTES
        keys = keys_of(rows[~plain], self._salt)
        if not len(keys):
            self._vague += 1
        elif len(value) >= _WHOLE:
            self._windows.append(keys)
        else:
            self._short.setdefault(size, []).append(keys)
            words = np.frombuffer(value[:4] + value[1:5], "<u4")
            self._heads.append(self._salt.heads(words))
        if record is not None and len(keys):
            self._text.append(np.stack([keys, np.full_like(keys, record)], axis=1))

    def build(self) -> Patterns:
        """Everything added so far."""
        return Patterns(
            self._salt,
            _different(np.concatenate([_NONE, *self._windows])),
            {size: _different(np.concatenate(keys)) for size, keys in self._short.items()},
            _different(np.concatenate([_NONE, *self._heads])),
            np.concatenate([np.zeros((0, 2), np.uint64), *self._text]),
            self._vague,
        )


def keys_of(rows: NDArray[np.uint8], salt: Salt) -> Keys:
    """The keys of equally long strings, uint8 (n, length) with a length of 6 to 14."""
    length = rows.shape[1]
    wide = 8 if length >= 8 else 4
    head = np.ascontiguousarray(rows[:, :wide]).view(f"<u{wide}")[:, 0].astype(np.uint64)
    tail = np.ascontiguousarray(rows[:, length - 4 :]).view("<u4")[:, 0].astype(np.uint64)
    return salt.keys(head, tail, length)


class Finder:
    """Finds patterns in bytes. One finder serves any number of files."""

    def __init__(self, patterns: Patterns, *, short: bool = True) -> None:
        """Make the look-up tables; without ``short`` only windows of long values are sought."""
        self._patterns = patterns
        # Two tables by different bits of the keys: what fails in neither is looked up.
        self._table = _table(patterns.windows, _TABLE_BITS)
        self._second = _table(patterns.windows << _NEXT, _TABLE_BITS)
        self._short = patterns.short if short else {}
        self._heads = _table(patterns.heads, _HEAD_BITS)

    def find(self, data: bytes) -> Keys:
        """The key of every place in ``data`` that holds a pattern, in no order."""
        return self._found(data, len(data), 1)

    def find_all(self, pieces: Iterable[bytes]) -> Keys:
        """The different keys found in values that lie apart, such as the rows of a table."""
        found = [_different(self.find(joined)) for joined in _joined(pieces)]
        return _different(np.concatenate([_NONE, *found]))

    def places(self, file: IO[bytes]) -> int:
        """How many places of an open file hold a pattern."""
        held, places = b"", 0
        while piece := file.read(_PIECE):
            data = held + piece
            # What starts in the last bytes is found with the next piece, which repeats them.
            starts = max(0, len(data) - _WHOLE + 1) // STEP * STEP
            places += len(self._found(data, starts, STEP))
            held = data[starts:]
        return places + len(self._found(held, len(held), STEP))

    def _found(self, data: bytes, starts: int, step: int) -> Keys:
        """The keys of the patterns that start in the first ``starts`` bytes; windows by steps."""
        found = [_NONE]
        if len(self._patterns.windows):
            found += self._windows(data, min(starts, len(data) - WINDOW + 1), step)
        if self._short:
            found += self._values(data, starts)
        return np.concatenate(found)

    def _windows(self, data: bytes, starts: int, step: int) -> Iterator[Keys]:
        for shift in range(0, min(8, max(0, starts)), step):
            rows = (starts - shift + 7) // 8
            # The last window's 12 bytes need a second word, which may end beyond the data.
            words = np.frombuffer(
                data[shift : shift + 8 * rows + 8].ljust(8 * rows + 8, b"\0"), "<u8"
            )
            for at in range(0, rows, _BLOCK):
                heads = words[at : min(at + _BLOCK, rows)]
                tails = words[at + 1 : at + 1 + len(heads)] & _LOW
                keys = self._patterns.salt.keys(heads, tails, WINDOW)
                near = keys[self._table[_slots(keys, _TABLE_BITS)]]
                near = near[self._second[_slots(near << _NEXT, _TABLE_BITS)]]
                yield _members(near, self._patterns.windows)

    def _values(self, data: bytes, starts: int) -> Iterator[Keys]:
        """Short values: places by four of their bytes, one of which is at an even place."""
        whole = np.frombuffer(data, np.uint8)
        for shift in (0, 2):
            words = np.frombuffer(data[shift : shift + (len(data) - shift) // 4 * 4], "<u4")
            for at in range(0, len(words), _BLOCK):
                heads = self._patterns.salt.heads(words[at : at + _BLOCK])
                places = (np.flatnonzero(self._heads[_slots(heads, _HEAD_BITS)]) + at) * 4 + shift
                places = np.concatenate([places, places[places > 0] - 1])
                for length, known in self._short.items() if len(places) else ():
                    if length > len(data):
                        continue
                    fit = places[places < min(starts, len(data) - length + 1)]
                    rows = np.lib.stride_tricks.sliding_window_view(whole, length)[fit]
                    yield _members(keys_of(rows, self._patterns.salt), known)


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """One file: its path below the folder in URL quoting, size, SHA-256, and places with a hit.

    Of a path that holds what is sought only the folders before it are told, and of one of more than
    `LONGEST_NAME` characters only both ends: receipts are kept for good, and are short.
    """

    file: str
    bytes: int
    sha256: str
    hits: int


def scan_file(path: Path, name: str, finder: Finder) -> ScannedFile:
    """Scan one file, its name included. Raises OSError."""
    with path.open("rb") as file:
        hits = finder.places(file) + len(finder.find(name.encode(errors="surrogateescape")))
        size = file.tell()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ScannedFile(_told(name, finder), size, digest, hits)


def files_below(folder: Path, *, skipped: Sequence[Path] = ()) -> Iterator[Path]:
    """Every file in a folder and the folders in it, sorted, but those at or below ``skipped``.

    Links are followed: a folder that was moved to another disk is still the folder's. Raises
    OSError where one cannot be listed, because what is in it would be passed over.
    """
    return _files_below(folder, skipped, frozenset())


def _files_below(folder: Path, skipped: Sequence[Path], above: frozenset[Path]) -> Iterator[Path]:
    here = folder.resolve()
    if here in above:
        return
    for path in sorted(folder.iterdir()):
        if any(path.is_relative_to(other) for other in skipped):
            continue
        if path.is_dir():
            yield from _files_below(path, skipped, above | {here})
        elif path.is_file():
            yield path


def _told(name: str, finder: Finder) -> str:
    parts = name.split("/")
    kept = list(parts)
    while kept and len(finder.find("/".join(kept).encode(errors="surrogateescape"))):
        kept.pop()
    told = quote("/".join(kept if kept == parts else [*kept, WITHHELD]), errors="surrogateescape")
    half = (LONGEST_NAME - 3) // 2
    return told if len(told) <= LONGEST_NAME else f"{told[:half]}...{told[-half:]}"


def _table(keys: Keys, bits: int) -> NDArray[np.bool_]:
    table = np.zeros(1 << bits, np.bool_)
    table[_slots(keys, bits)] = True
    return table


def _slots(keys: Keys, bits: int) -> NDArray[np.int64]:
    # numpy looks up signed indices several times as fast as unsigned ones.
    return (keys >> np.uint64(64 - bits)).view(np.int64)


def _different(keys: Keys) -> Keys:
    """Sorted, each once: faster than numpy's own, which hashes."""
    keys = np.sort(keys)
    return keys[np.concatenate([keys[:1] == keys[:1], keys[1:] != keys[:-1]])]


def _members(keys: Keys, known: Keys) -> Keys:
    return keys[_among(keys, known)]


def _among(keys: Keys, known: Keys) -> NDArray[np.bool_]:
    """Which of the keys are among the known ones, which are sorted."""
    if not len(known) or not len(keys):
        return np.zeros(len(keys), np.bool_)
    at = np.searchsorted(known, keys)
    at[at == len(known)] = 0
    return known[at] == keys


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces in a row, a zero byte between them, about a megabyte at a time."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece) + 1
        if size >= _PIECE:
            yield b"\0".join(held)
            held, size = [], 0
    if held:
        yield b"\0".join(held)
