"""What codes make of the names of a book: steps between letters, and word games.

    forms = CodedForms([(0, "Stephen King")])
    list(forms.shifted(steps_of(b"vwhskhqnlqj").decode()))     # [(10, 10, 0, 0)]

Of a hundred thousand names nothing is kept but hashes: what is found is compared with the name
itself, which is read again then.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from guards.names.key_table import EndingKeys, FewKeys, Keys
from guards.names.word_games import played
from guards.parts import Part, Parts, Texts, joined, numbers, text_parts, within
from guards.reading.canonical import fold, squash

__all__ = ["LONG", "CodedForms", "CodedName", "ascii_letters", "letters_of", "steps_of"]

LONG = 6
"""Latin letters of a name that is looked for in codes."""
_TOO_LONG = 200
_FEW = 2_000  # names that automata hold in some ten megabytes
_REMEMBERED = 4096
_WORD = re.compile("[^ .]+")
_OF_LATIN = re.compile("[a-z]+")
_NO_ASCII = re.compile(r"[^\x00-\x7f]")
# From the difference of two letters, as a byte, to the step between them, written as a letter.
_STEP = bytes(97 + (byte - 256 * (byte > 127)) % 26 for byte in range(256))
_NEGATIVE = bytes(97 + (123 - byte) % 26 for byte in range(256))
_NO_LETTERS = bytes(byte for byte in range(256) if not 97 <= byte <= 122)
_SHORT = 24  # letters up to which a loop is faster than numpy

Hit = tuple[int, int, int, int]
"""Where a key ends in what was read, its length, the name's number, 1 if it is mirrored."""


class CodedName(NamedTuple):
    """A name's `key`, the Latin letters that it is `written` in, and where in them words begin."""

    key: str
    written: str
    breaks: frozenset[int]


class CodedForms:
    """Built with (policy number, name) pairs. Immutable but for what it remembers of hits."""

    def __init__(self, entries: Sequence[tuple[int, str]]) -> None:
        policies, ways = array("I"), bytearray()  # ways are 1 without what is not ASCII
        terms: list[str] = []
        self._terms: Sequence[str] = terms
        letters, sizes = bytearray(), array("H")
        for policy, term in entries:
            for way, words in _ways(term):
                written = "".join(words).encode()
                policies.append(policy)
                terms.append(term)
                ways.append(way)
                letters += written
                sizes.append(len(written))
        self.policies, self._ways = numbers(policies), numbers(ways)
        self._remember()
        forward = steps_of(bytes(letters))
        keys = FewKeys if len(entries) <= _FEW else EndingKeys
        self.steps: Keys = keys(_steps(forward, sizes))
        self.tails: Keys = keys(_tails(forward, sizes))
        self.games: Keys = keys(self._games())

    def _remember(self) -> None:
        self._name = lru_cache(_REMEMBERED)(self._read)
        self._played = lru_cache(_REMEMBERED)(self._read_games)

    def parts(self) -> dict[str, Part] | None:
        """As `guards.parts` says; None where automata hold so few names."""
        tables = {"steps": self.steps, "tails": self.tails, "games": self.games}
        kept = {n: keys.parts() for n, keys in tables.items() if isinstance(keys, EndingKeys)}
        if len(kept) < len(tables):
            return None
        flat = {"policies": np.asarray(self.policies), "ways": np.asarray(self._ways)}
        return {**flat, **joined(terms=text_parts(self._terms), **kept)}

    @classmethod
    def of_parts(cls, parts: Parts) -> "CodedForms":
        """From what ``parts`` gave."""
        made = cls.__new__(cls)
        made.policies, made._ways = numbers(parts["policies"]), numbers(parts["ways"])
        made._terms = Texts(within(parts, "terms"))
        made._remember()
        made.steps, made.tails, made.games = (
            EndingKeys((), within(parts, name)) for name in ("steps", "tails", "games")
        )
        return made

    def _games(self) -> Iterator[tuple[str, int]]:
        for number in range(len(self._terms)):
            for form in self._read_games(number):
                yield form, 2 * number

    def name(self, number: int) -> CodedName:
        """Name number `number`."""
        return self._name(number)

    def shifted(self, steps: str) -> Iterator[Hit]:
        """Every name whose letters, shifted or mirrored, are these `steps` apart."""
        for end, length, number in self.steps.find(steps):
            name, mirrored = divmod(number, 2)
            own = steps_of(self.name(name).written.encode())
            if (own.translate(_NEGATIVE) if mirrored else own).decode() == steps[
                end - length : end
            ]:
                yield end, length, name, mirrored

    def played(self, letters: str) -> Iterator[Hit]:
        """Every name in a word game in these `letters`."""
        for end, length, number in self.games.find(letters):
            if letters[end - length : end] in self._played(number // 2):
                yield end, length, number // 2, 0

    def but_first(self, steps: str) -> Iterator[Hit]:
        """Every name of which all letters but the first are these `steps` apart."""
        for end, length, name in self.tails.find(steps):
            if steps_of(self.name(name).written[1:].encode()).decode() == steps[end - length : end]:
                yield end, length, name, 0

    def _words(self, number: int) -> tuple[str, ...]:
        term = self._terms[number]
        return _words(_NO_ASCII.sub("-", term) if self._ways[number] else term)

    def _read(self, number: int) -> CodedName:
        words = self._words(number)
        breaks = frozenset(accumulate(map(len, words[:-1])))
        return CodedName(squash(fold(self._terms[number]).text), "".join(words), breaks)

    def _read_games(self, number: int) -> set[str]:
        """With each hyphen between words or in one, and letters with accents as they are."""
        small = self._terms[number].lower()
        words = self._words(number)
        ways = {words, tuple(small.split()), tuple(small.replace("-", "").split())}
        return {form for said in ways for form in played(said)}


def _words(term: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(term).text))


def _ways(term: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The words of a name that is long enough and in Latin letters.

    Most programs shift the letters of ASCII alone and leave an e with an accent as it is, or drop
    it.
    """
    plain = _words(term)
    ways = [plain] if term.isascii() else [plain, _words(_NO_ASCII.sub("-", term))]
    for way, words in enumerate(ways):
        written = "".join(words)
        if way and words == plain:
            continue
        if LONG <= len(written) < _TOO_LONG and _OF_LATIN.fullmatch(written):
            yield way, words


def _steps(forward: bytes, sizes: Iterable[int]) -> Iterator[tuple[str, int]]:
    """The steps of each name, and those of its mirror image, by twice its number."""
    both = forward.decode(), forward.translate(_NEGATIVE).decode()
    for name, (start, end) in enumerate(pairwise(accumulate(sizes, initial=0))):
        for mirrored, steps in enumerate(both):
            yield steps[start : end - 1], 2 * name + mirrored


def _tails(forward: bytes, sizes: Iterable[int]) -> Iterator[tuple[str, int]]:
    """The steps of each name but the first one."""
    steps = forward.decode()
    for name, (start, end) in enumerate(pairwise(accumulate(sizes, initial=0))):
        yield steps[start + 1 : end - 1], name


def letters_of(folded: str) -> bytes:
    """The Latin letters of a folded text alone."""
    return folded.encode("ascii", "ignore").translate(None, _NO_LETTERS)


def ascii_letters(letters: str) -> bytes:
    """`letters` with a question mark for each that is not Latin."""
    return letters.encode("ascii", "replace")


def steps_of(letters: bytes) -> bytes:
    """From each letter to the next, modulo 26 and written as a letter."""
    if len(letters) < _SHORT:
        return bytes([97 + (b - a) % 26 for a, b in pairwise(letters)])
    codes = np.frombuffer(letters, dtype=np.uint8)
    return (codes[1:] - codes[:-1]).tobytes().translate(_STEP)
