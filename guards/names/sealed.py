"""Sealed names: mentions of names that are known by keyed fingerprints alone (see `seal`).

    index = SealedIndex([(0, fingerprints("Jane Roe", key))], key)
    list(index.scan("by JANE-ROE.", fold("by JANE-ROE.").text))   # [(0, 3, 11, "janeroe")]

A text is searched by the HMAC of every stretch of whole words that has as many letters as some
name. That costs the same for a thousand names and for a hundred thousand; it grows with the number
of different lengths that they have.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from guards.names.letter_readings import ROT13, readings
from guards.names.mentions import MAX_GAP
from guards.names.seal import SealKey, spelling
from guards.reading.canonical import is_boundary, squash

__all__ = ["SealedIndex"]

_REMEMBERED = 8192  # stretches whose HMAC is kept: a stream reads its held text many times
# Readings of so many texts of so few characters are kept: a stream asks for leaks, then for what
# to hold.
_READ, _SHORT = 16, 1024
_ASCII_WORD = re.compile(r"[a-z]+|[0-9]+")
_WORD = re.compile(r"[^ .]+")


@dataclass(frozen=True, slots=True)
class _Words:
    """One reading of a folded text, cut into spans that no name begins or ends within.

    `begins` says of each span whether a name may begin there. `odd` are the positions at which
    the reading differs from the text as it stands, None for the plain reading.
    """

    letters: str
    spans: Sequence[tuple[int, int]]
    begins: Sequence[bool]
    odd: Sequence[int] | None = None


class SealedIndex:
    """All sealed names of a compiled book; immutable. Offsets and arguments as in `MentionIndex`.

    The `key` of what it finds is the name as the text at hand spells it, squashed.
    """

    def __init__(self, entries: Iterable[tuple[int, Sequence[str]]], key: SealKey) -> None:
        """Index (policy number, fingerprints) pairs; raises ValueError for a malformed one."""
        owners: dict[bytes, tuple[int, ...]] = {}
        lengths: set[int] = set()
        for policy, sealed in entries:
            own = (policy,)
            for fingerprint in sealed:
                letters, _, digest = fingerprint.partition(":")
                lengths.add(int(letters))
                known = owners.get(code := bytes.fromhex(digest), ())
                if policy not in known:
                    owners[code] = (*known, policy) if known else own
        self.longest = max(lengths, default=0)
        self._key = key
        self._owners = owners
        # By length: is it some name's, and so may a plural be one letter longer?
        self._exact = bytes(length in lengths for length in range(self.longest + 2))
        self._plural = bytes(length - 1 in lengths for length in range(self.longest + 2))
        self._policies = lru_cache(_REMEMBERED)(self._look_up)

    def _look_up(self, stretch: str, length: int, leet: bool) -> tuple[int, ...]:
        """The policies that this stretch of `length` letters is a name of."""
        digest = self._key.digest(spelling(stretch, length), leet=leet)
        return self._owners.get(digest, ())

    def scan(
        self, raw: str, folded: str, *, before: str = "", before_leet: str = "", closed: bool = True
    ) -> Iterator[tuple[int, int, int, str]]:
        """(policy, start, end, key) of every name."""
        for words in _readings(raw, folded, before, before_leet):
            yield from self._scan(words, closed)

    def _scan(self, words: _Words, closed: bool) -> Iterator[tuple[int, int, int, str]]:
        letters, spans, odd = words.letters, words.spans, words.odd
        exact, plural, limit = self._exact, self._plural, self.longest + 1
        policies, leet = self._policies, odd is not None
        whole = len(spans)
        if whole and spans[-1][1] == len(letters) and not closed:
            whole -= 1
        for first in range(whole):
            if not words.begins[first]:
                continue
            start = edge = spans[first][0]
            length = 0
            for last in range(first, whole):
                left, right = spans[last]
                length += right - left
                if left - edge > MAX_GAP or length > limit:
                    break
                edge = right
                if exact[length] and (odd is None or _fits_leet(odd, start, right, length)):
                    stretch = letters[start:right]
                    for policy in policies(stretch, length, leet):
                        yield policy, start, right, squash(stretch)
                if plural[length] and right - left > 1 and letters[right - 1] in "sf":
                    yield from self._plural_found(words, start, right, length)

    def _plural_found(
        self, words: _Words, start: int, end: int, length: int
    ) -> Iterator[tuple[int, int, int, str]]:
        """As in "the Jane Roes", whose last letter is an f in ROT13."""
        stretch = words.letters[start : end - 1]
        if words.letters[end - 1] == "f":
            if words.odd is not None:
                return
            stretch = stretch.translate(ROT13)
        elif words.odd is not None and not _fits_leet(words.odd, start, end - 1, length - 1):
            return
        for policy in self._policies(stretch, length - 1, words.odd is not None):
            yield policy, start, end, squash(stretch)

    def joins(self, first: str, second: str) -> bool:
        """Are the folded words `first` and `second`, one behind the other, a name?"""
        length = len(first) + len(second)
        if length > self.longest or not self._exact[length]:
            return False
        return bool(self._policies(f"{first} {second}", length, False))

    def hold(self, raw: str, folded: str, *, before: str = "", before_leet: str = "") -> int | None:
        """Where in `folded` the first name begins that what follows may still complete."""
        found = [
            at
            for words in _readings(raw, folded, before, before_leet)
            if (at := self._hold(words)) is not None
        ]
        return min(found, default=None)

    def _hold(self, words: _Words) -> int | None:
        """The first beginning with fewer letters behind it than the longest name has.

        All the letters of the longest name count as long as the last word may go on, and one
        letter more where that may be a plural's.
        """
        letters, spans = words.letters, words.spans
        if not spans:
            return None
        edge = len(letters)
        left, right = spans[-1]
        most = self.longest - 1
        if right == edge:
            most += 1 + (right - left > 1 and letters[-1] in "sf")
        at, length = None, 0
        for number in range(len(spans) - 1, -1, -1):
            left, right = spans[number]
            length += right - left
            if edge - right > MAX_GAP or length > most:
                break
            edge = left
            if words.begins[number]:
                at = left
        return at


def _readings(raw: str, folded: str, before: str, before_leet: str) -> tuple[_Words, ...]:
    read = _read_again if len(raw) <= _SHORT else _read
    return read(raw, folded, before, before_leet)


def _read(raw: str, folded: str, before: str, before_leet: str) -> tuple[_Words, ...]:
    found: list[_Words] = []
    for reading in readings(raw, folded):
        if reading.kind == "plain":
            spans = _spans(folded)
            found.append(_Words(folded, spans, _begins(folded, spans, before)))
        elif reading.kind == "leet":
            letters = reading.letters
            odd = [
                at
                for at, (read, plain) in enumerate(zip(letters, folded, strict=True))
                if read != plain and plain != "i"
            ]
            spans, oddly = _spans(letters), frozenset(odd)
            begins = [
                leet and (at in oddly or is_boundary(folded[at - 1] if at else before, folded[at]))
                for (at, _), leet in zip(spans, _begins(letters, spans, before_leet), strict=True)
            ]
            # A stream has held a word from its start only where it begins plainly or oddly.
            found.append(_Words(letters, spans, begins, odd))
    return tuple(found)


_read_again = lru_cache(_READ)(_read)


def _spans(letters: str) -> list[tuple[int, int]]:
    """The stretches of a folded text without a boundary in them."""
    if letters.isascii():
        return [match.span() for match in _ASCII_WORD.finditer(letters)]
    spans: list[tuple[int, int]] = []
    for run in _WORD.finditer(letters):
        start, end = run.span()
        for at in range(start + 1, end):
            if is_boundary(letters[at - 1], letters[at]):
                spans.append((start, at))
                start = at
        spans.append((start, end))
    return spans


def _begins(letters: str, spans: Sequence[tuple[int, int]], before: str) -> list[bool]:
    """Say of each span whether a word begins there; `before` stands in front of the text."""
    begins = [True] * len(spans)
    if spans and spans[0][0] == 0:
        begins[0] = is_boundary(before, letters[0])
    return begins


def _fits_leet(odd: Sequence[int], start: int, end: int, length: int) -> bool:
    """Is something read as leetspeak in it, and at least half of it written in letters?"""
    count = bisect_left(odd, end) - bisect_left(odd, start)
    return count > 0 and 2 * count <= length
