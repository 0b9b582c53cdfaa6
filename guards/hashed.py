"""Keys filed by their hashes in one sorted array: a million entries take twelve megabytes.

    table = Hashed([("king", 0), ("kng", 0)])
    table.find(["kng", "kin"])      ->  {0}
    table.among(["a", "king"])      ->  [(1, 0)]: place, number

Hashes are of 64 bits and the same in every process, so that tables can be kept. They may collide,
so whoever asks must verify what is found. `Filed` is the same with numbers for keys, which are
exact.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from guards.parts import Part, Parts, joined, numbers, within

__all__ = ["Filed", "Hashed", "WordNumbers", "key_of"]

_AT_ONCE = 8192  # entries
_UTF8 = ("utf-8", "surrogatepass")
_Number = TypeVar("_Number", bound=np.generic)


def key_of(word: str) -> int:
    """Its hash, to file it under: no two of a million are the same but by a rare chance."""
    return xxh3_64_intdigest(word.encode(*_UTF8))


class Hashed:
    """(key, number) pairs; immutable once built."""

    def __init__(self, entries: Iterable[tuple[str, int]]) -> None:
        hashes, filed = array("Q"), array("i")
        rest = iter(entries)
        while some := list(islice(rest, _AT_ONCE)):
            hashes.extend(map(xxh3_64_intdigest, (key.encode(*_UTF8) for key, _ in some)))
            filed.extend(map(itemgetter(1), some))
        order, self._hashes = _sorted(np.array(hashes, dtype=np.uint64))
        self._numbers = np.array(filed, dtype=np.int32)[order]

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        return {"hashes": self._hashes, "numbers": self._numbers}

    @classmethod
    def of_parts(cls, parts: Parts) -> "Hashed":
        """From what ``parts`` gave."""
        made = cls(())
        made._hashes, made._numbers = parts["hashes"], parts["numbers"]
        return made

    def __bool__(self) -> bool:
        return bool(len(self._hashes))

    def find(self, keys: Iterable[str]) -> set[int]:
        """The numbers that any of `keys` may be filed with."""
        return {number for _, number in self.among(list(keys))}

    def among(self, keys: Sequence[str]) -> Iterator[tuple[int, int]]:
        """(place in `keys`, number) of all that are filed, by place and in the order of filing."""
        wanted = np.array(list(map(key_of, keys)), dtype=np.uint64)
        first = np.searchsorted(self._hashes, wanted, "left")
        last = np.searchsorted(self._hashes, wanted, "right")
        for place in np.flatnonzero(first < last).tolist():
            for number in self._numbers[first[place] : last[place]].tolist():
                yield place, number


class Filed:
    """Numbers filed under numbers of 64 bits; immutable once built."""

    def __init__(self, entries: Iterable[int] = ()) -> None:
        """`entries` are a key, its number, the next key, its number, and so on."""
        both = np.array(array("Q", entries), dtype=np.uint64).reshape(-1, 2)
        order, keys = _sorted(both[:, 0])
        self._keys, self._numbers = numbers(keys), numbers(both[:, 1][order].astype(np.uint32))

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        return {"keys": np.asarray(self._keys), "numbers": np.asarray(self._numbers)}

    @classmethod
    def of_parts(cls, parts: Parts) -> "Filed":
        """From what ``parts`` gave."""
        made = cls()
        made._keys, made._numbers = numbers(parts["keys"]), numbers(parts["numbers"])
        return made

    def __bool__(self) -> bool:
        return len(self._keys) > 0

    def __iter__(self) -> Iterator[int]:
        """Every key, once for each number."""
        return iter(self._keys)

    def __contains__(self, key: int) -> bool:
        at = bisect_left(self._keys, key)
        return at < len(self._keys) and self._keys[at] == key

    def get(self, key: int) -> Sequence[int]:
        """What is filed under `key`, in the order of filing."""
        keys = self._keys
        first = last = bisect_left(keys, key)
        while last < len(keys) and keys[last] == key:
            last += 1
        return self._numbers[first:last]


class WordNumbers:
    """The number of each of `words`, as a mapping has it."""

    def __init__(self, words: Sequence[str], filed: Filed | None = None) -> None:
        self._words = words
        self._filed = filed or Filed(
            part for number, word in enumerate(words) for part in (key_of(word), number)
        )

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says, without the words."""
        return joined(filed=self._filed.parts())

    @classmethod
    def of_parts(cls, words: Sequence[str], parts: Parts) -> "WordNumbers":
        """From what ``parts`` gave, with the same words."""
        return cls(words, Filed.of_parts(within(parts, "filed")))

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def __getitem__(self, word: str) -> int:
        number = self.get(word)
        if number is None:
            raise KeyError("the word is none of these")
        return number

    def get(self, word: str) -> int | None:
        """Its number, None if it has none."""
        for number in self._filed.get(key_of(word)):
            if self._words[number] == word:
                return number
        return None


def _sorted(
    keys: npt.NDArray[_Number],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[_Number]]:
    order = np.argsort(keys, kind="stable")
    return order, keys[order]
