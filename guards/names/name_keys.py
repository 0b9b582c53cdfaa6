"""The keys of a book's names: as an automaton of few, by hashes and sorted of many.

    keys = name_keys([("stephenking", 0)], few=True)
    list(keys.hits("by stephen king.", anywhere=False))     # [(13, 11, 0)]: end, length, form
    keys.begin_with("steph")                                # True

An automaton is quicker; of a hundred thousand policies it would take four hundred megabytes.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Protocol

from guards.names.automaton import build_automaton
from guards.names.key_table import BeginningKeys
from guards.names.prefixes import Prefixes
from guards.parts import Part, Parts, joined, within
from guards.reading.canonical import squash

__all__ = ["ManyKeys", "NameKeys", "name_keys"]

# Within one of these no name begins: how `is_boundary` parts the words of ASCII.
_PIECES = re.compile("[^ .0-9]+|[0-9]+")


class NameKeys(Protocol):
    """Keys of names with the numbers of their forms."""

    longest: int
    """Characters of the longest key; 0 if there is none."""

    def hits(self, letters: str, *, anywhere: bool) -> Iterator[tuple[int, int, int]]:
        """(end, length, form) of each key in the folded `letters`, squashed.

        All that begin a word, and others perhaps; with `anywhere` all of them.
        """
        ...

    def begin_with(self, squashed: str) -> bool:
        """Does some key begin with this?"""
        ...


def name_keys(entries: Iterable[tuple[str, int]], *, few: bool) -> NameKeys:
    """File (key, form) pairs."""
    return _Few(entries) if few else ManyKeys(entries)


class _Few:
    def __init__(self, entries: Iterable[tuple[str, int]]) -> None:
        known: dict[str, tuple[int, ...]] = {}
        for key, form in entries:
            known[key] = (*known.get(key, ()), form)
        self._automaton = build_automaton(known)
        self._lengths = array("H", map(len, known))
        self._forms = tuple(known.values())
        self.longest = max(self._lengths, default=0)

    def hits(self, letters: str, *, anywhere: bool) -> Iterator[tuple[int, int, int]]:
        del anywhere
        if self._automaton is not None:
            for last, key in self._automaton.iter(squash(letters)):
                for form in self._forms[key]:
                    yield last + 1, self._lengths[key], form

    def begin_with(self, squashed: str) -> bool:
        return self._automaton is not None and self._automaton.match(squashed)


class ManyKeys:
    """By hashes and sorted."""

    def __init__(self, entries: Iterable[tuple[str, int]], kept: Parts | None = None) -> None:
        """`kept` are the parts of such keys, in place of entries."""
        if kept is None:
            known = set[str]()
            self._keys = BeginningKeys(_kept(entries, known))
            self._prefixes = Prefixes(known)
        else:
            self._keys = BeginningKeys((), within(kept, "keys"))
            self._prefixes = Prefixes.of_parts(within(kept, "prefixes"))
        self.longest = self._keys.longest

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        return joined(keys=self._keys.parts(), prefixes=self._prefixes.parts())

    def hits(self, letters: str, *, anywhere: bool) -> Iterator[tuple[int, int, int]]:
        """As `NameKeys` says."""
        if letters.isascii() and not anywhere:
            pieces = _PIECES.findall(letters)
            squashed = "".join(pieces)
            begins = [0, *accumulate(map(len, pieces))]
            begins.pop()
        else:
            squashed = squash(letters)
            begins = range(len(squashed))
        for hit in self._keys.find(squashed, begins):
            if self._prefixes.begin_with(squashed[hit[0] - hit[1] : hit[0]]):
                yield hit

    def begin_with(self, squashed: str) -> bool:
        """As `NameKeys` says."""
        return self._prefixes.begin_with(squashed)


def _kept(entries: Iterable[tuple[str, int]], known: set[str]) -> Iterator[tuple[str, int]]:
    """The entries, whose keys are put into `known` as well."""
    for key, form in entries:
        known.add(key)
        yield key, form
