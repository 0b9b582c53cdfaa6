"""Keys filed by their hashes in one sorted array: a million entries take twelve megabytes.

    table = Hashed([("king", 0), ("kng", 0)])
    table.find(["kng", "kin"])      ->  {0}

Hashes may collide, so whoever asks must verify what is found.
"""

from array import array
from collections.abc import Iterable

import numpy as np

__all__ = ["Hashed"]


class Hashed:
    """(key, number) pairs; immutable once built."""

    def __init__(self, entries: Iterable[tuple[str, int]]) -> None:
        hashes, numbers = array("q"), array("i")
        for key, number in entries:
            hashes.append(hash(key))
            numbers.append(number)
        keys = np.frombuffer(hashes, dtype=np.int64) if hashes else np.zeros(0, dtype=np.int64)
        order = np.argsort(keys, kind="stable")
        self._hashes = keys[order]
        self._numbers = np.array(numbers, dtype=np.int32)[order]

    def __bool__(self) -> bool:
        return bool(len(self._hashes))

    def find(self, keys: Iterable[str]) -> set[int]:
        """The numbers that any of `keys` may be filed with."""
        wanted = np.array(list(map(hash, keys)), dtype=np.int64)
        first = np.searchsorted(self._hashes, wanted, "left")
        last = np.searchsorted(self._hashes, wanted, "right")
        return {
            number
            for start, end in zip(first.tolist(), last.tolist(), strict=True)
            if start < end
            for number in self._numbers[start:end].tolist()
        }
