"""Coded names: names behind a shifted alphabet, on the wrong keys, or in a word game.

    names = CodedNames([(0, "Stephen King")])
    list(names.scan("by Vwhskhq Nlqj.", "by vwhskhq nlqj."))   # [(0, 3, 15, "stephenking")]

The steps from each letter of a word to the next, modulo 26, are the same in all 26 shifts of the
alphabet, and their negatives in the alphabet reversed: one automaton over the steps of the names
reads all shifts at once and is independent of their number. A text that another table turns into
letters (ROT47, a keyboard's row) is read in the same automaton, where nothing may be shifted.

Only names of at least `_LONG` Latin letters are looked for; of fewer than `_SURE` only where what
is written holds a pair of letters that is rare in words, for two words may well be shifts of each
other (cheer and jolly).
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

import numpy as np

from guards.names.automaton import Automaton, build_automaton
from guards.names.word_games import pig_latin, played, spelled_otherwise
from guards.reading.canonical import BLANK, PUNCTUATION, fold, is_boundary, squash

__all__ = ["MOST_PLAYED", "CodedNames"]

MOST_PLAYED = 2000
"""Names in one book up to which word games beyond pig Latin are read: their forms take memory."""

_MAX_GAP = 32  # as `guards.names.mentions.MAX_GAP`
_LONG, _SURE, _BREAKABLE = 6, 8, 9
_LATIN = re.compile("[a-z]")
_WORD = re.compile("[^ .]+")
_OF_LATIN = re.compile("[a-z]+")
# No coded name runs over these.
_UNBRIDGED = re.compile(rf"[ .]{{{_MAX_GAP + 1},}}|[^ .a-z]+")
_NO_ASCII = re.compile(r"[^\x00-\x7f]")
_ROT47 = str.maketrans(
    "".join(map(chr, range(33, 127))), "".join(chr(33 + (n + 14) % 94) for n in range(33, 127))
)
_NEGATIVE = {97 + step: 97 + (26 - step) % 26 for step in range(26)}
_FEW = 60  # letters up to which a loop is faster than numpy
_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
_ROWS = ("qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
_TO_THE_LEFT = str.maketrans({
    row[at]: row[at - 1] for row in _ROWS for at in range(1, len(row))
} | {row[at].upper(): row[at - 1] for row in _ROWS for at in range(1, len(row))})  # fmt: skip
_TO_THE_RIGHT = str.maketrans({
    row[at]: row[at + 1] for row in _ROWS for at in range(len(row) - 1)
} | {row[at].upper(): row[at + 1] for row in _ROWS for at in range(len(row) - 1)})  # fmt: skip
# The 299 pairs of letters that make up 99 in a hundred pairs of English words: of ordinary words
# one in fourteen has another, of words behind a shift 98 in a hundred.
_USUAL_PAIRS = frozenset(
    first + second
    for first, seconds in {
        "a": "bcdfghiklmnprstuvwxy",
        "b": "aeilorsu",
        "c": "acehiklorstuy",
        "d": "adegilorsuvy",
        "e": "abcdefghiklmnopqrstuvwxy",
        "f": "aefilortu",
        "g": "aeghilnorsuy",
        "h": "aeiortuy",
        "i": "abcdefgklmnoprstvz",
        "j": "aeou",
        "k": "aeins",
        "l": "adefilostuvy",
        "m": "abeimopsuy",
        "n": "acdefgijklmnostuvy",
        "o": "abcdefghiklmnoprstuvwxy",
        "p": "aehiloprstu",
        "q": "u",
        "r": "abcdefgiklmnoprstuvy",
        "s": "acehiklmopstuy",
        "t": "acehilmorstuwy",
        "u": "abcdegilmnprst",
        "v": "aeio",
        "w": "aehinors",
        "x": "aceipt",
        "y": "aceimopst",
        "z": "ae",
    }.items()
    for second in seconds
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """`letters` parallel to the folded text `plain`; only of kind "shift" may they be shifted."""

    kind: str
    letters: str
    plain: str
    mirrored: bool = False


class _Keys:
    """Keys of an automaton and the names that each stands for."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.owners: list[list[int]] = []

    def add(self, key: str, owner: int) -> None:
        """Let `key` stand for the name number `owner` as well."""
        number = self.numbers.setdefault(key, len(self.numbers))
        if number == len(self.owners):
            self.owners.append([])
        if owner not in self.owners[number]:
            self.owners[number].append(owner)


class CodedNames:
    """Every name of a book that is long enough, as it looks in code; offsets as `MentionIndex`."""

    def __init__(self, entries: Sequence[tuple[int, str]]) -> None:
        self._policies = array("I")
        self._names: list[str] = []
        self._first: list[str] = []  # the letter that each begins with
        self._breaks: list[frozenset[int]] = []
        steps, games = _Keys(), _Keys()
        for policy, term in entries:
            self._add(steps, games, policy, term, len(entries) <= MOST_PLAYED)
        self._steps, self._step_owners = build_automaton(steps.numbers), steps.owners
        self._games, self._game_owners = build_automaton(games.numbers), games.owners
        self._step_lengths = array("H", map(len, steps.numbers))
        self._game_lengths = array("H", map(len, games.numbers))
        self.longest = max((*self._game_lengths, *(n + 1 for n in self._step_lengths)), default=0)

    def _add(self, steps: _Keys, games: _Keys, policy: int, term: str, play: bool) -> None:
        key = squash(fold(term).text)
        # Most programs shift the letters of ASCII alone and leave an é as it is, or drop it.
        for folded in dict.fromkeys((fold(term).text, fold(_NO_ASCII.sub("-", term)).text)):
            words = tuple(_WORD.findall(folded))
            written = "".join(words)
            if not _LONG <= len(written) < 200 or not _OF_LATIN.fullmatch(written):
                continue
            owner = len(self._policies)
            self._policies.append(policy)
            self._names.append(key)
            self._first.append(written[0])
            self._breaks.append(_breaks(words))
            steps.add(_steps(written), owner)
            self._add_games(games, owner, term, words, play)

    def _add_games(
        self, games: _Keys, owner: int, term: str, words: tuple[str, ...], play: bool
    ) -> None:
        """With each hyphen between words or in one, and letters with accents as they are."""
        small = term.lower()
        ways = (words, *(tuple(text.split()) for text in (small, small.replace("-", ""))))
        for said in dict.fromkeys(ways):
            forms = pig_latin(said) | spelled_otherwise(said)
            for form in forms | played(said) if play else forms:
                letters = squash(fold(form).text)
                if _OF_LATIN.fullmatch(letters):
                    games.add(letters, owner)

    def scan(
        self, raw: str, folded: str, *, before: str = "", closed: bool = True
    ) -> Iterator[tuple[int, int, int, str]]:
        """(policy, start, end, key) of every coded name, in offsets of `folded`."""
        if self._steps is None or self._games is None:
            return
        for reading in _readings(raw, folded):
            letters = _latin(reading.letters)
            hits = self._steps.iter(_steps(letters, reading.mirrored))
            yield from self._fitting(reading, hits, before, closed)
        for reading in _games(folded):
            hits = self._games.iter(_latin(reading.letters))
            yield from self._fitting(reading, hits, before, closed)

    def _fitting(
        self, reading: _Reading, hits: Iterator[tuple[int, int]], before: str, closed: bool
    ) -> Iterator[tuple[int, int, int, str]]:
        """What remains of an automaton's hits once borders, separators and shifts are looked at."""
        game = reading.kind == "game"
        plain, places = reading.plain, None
        for last, number in hits:
            if places is None:
                places = _places(reading.letters)
            if game:
                span = places[last + 1 - self._game_lengths[number] : last + 1]
            else:
                span = places[last + 1 - self._step_lengths[number] : last + 2]
            start, end = span[0], span[-1] + 1
            if end == len(plain) and not closed:
                continue
            if not is_boundary(plain[start - 1] if start else before, plain[start]):
                continue
            if end < len(plain) and not is_boundary(plain[end - 1], plain[end]):
                continue
            for owner in (self._game_owners if game else self._step_owners)[number]:
                if game or self._is_shift(reading, span, owner):
                    breaks = self._breaks[owner]
                    if _separators_fit(reading.letters, span, breaks, exact=not game):
                        yield self._policies[owner], start, end, self._names[owner]

    def _is_shift(self, reading: _Reading, span: Sequence[int], owner: int) -> bool:
        """Is the name shifted by as much as this reading allows, and does it look like it?"""
        unmoved = reading.letters[span[0]] == self._first[owner]
        if reading.kind != "shift":
            if not unmoved:
                return False
        elif unmoved and not reading.mirrored:
            return False
        return len(span) >= _SURE or _looks_coded("".join(reading.plain[at] for at in span))

    def spelled(self, letters: str) -> Iterator[tuple[int, int, int, str]]:
        """(policy, start, end, key) of every name that stands in `letters` as it is, in a row."""
        if self._steps is None or len(letters) < _LONG:
            return
        for last, number in self._steps.iter(_steps(letters)):
            start = last + 1 - self._step_lengths[number]
            for owner in self._step_owners[number]:
                if letters[start] == self._first[owner] and letters[start : last + 2].isalpha():
                    yield self._policies[owner], start, last + 2, self._names[owner]

    def hold(self, raw: str, folded: str, *, before: str = "") -> int | None:
        """Where the first coded name begins that what follows may still complete."""
        if self._steps is None or self._games is None:
            return None
        found = [
            _held(reading, self._steps, self.longest, before) for reading in _readings(raw, folded)
        ]
        found += [_held(reading, self._games, self.longest, before) for reading in _games(folded)]
        return min((at for at in found if at is not None), default=None)


def _readings(raw: str, folded: str) -> Iterator[_Reading]:
    yield _Reading("shift", folded, folded)
    yield _Reading("shift", folded, folded, mirrored=True)
    for table in (_ROT47, _TO_THE_LEFT, _TO_THE_RIGHT):
        yield _Reading("table", fold(raw.translate(table)).text, folded)
    if not raw.isascii():
        letters = _ascii_only(raw)
        yield _Reading("shift", letters, folded)
        yield _Reading("shift", letters, folded, mirrored=True)


def _games(folded: str) -> Iterator[_Reading]:
    yield _Reading("game", folded, folded)
    yield _Reading("game", folded.translate(_ROT13), folded)


def _ascii_only(raw: str) -> str:
    """`raw` folded, with every letter that is not ASCII made a separator."""
    folded = fold(raw)
    return "".join(
        character if raw[folded.start(at)].isascii() or character == BLANK else PUNCTUATION
        for at, character in enumerate(folded.text)
    )


@lru_cache(16)
def _latin(letters: str) -> str:
    """The Latin letters alone; of one text they are asked for several times."""
    together = squash(letters)
    if together.isascii() and together.isalpha():
        return together
    return "".join(_OF_LATIN.findall(letters))


def _places(letters: str) -> list[int]:
    return [match.start() for match in _LATIN.finditer(letters)]


def _steps(letters: str, mirrored: bool = False) -> str:
    """From each letter to the next, modulo 26 and written as a letter; backwards if `mirrored`."""
    if len(letters) < _FEW:
        raw = letters.encode("ascii", "replace")
        steps = bytes([97 + (b - a) % 26 for a, b in pairwise(raw)]).decode()
    else:
        codes = np.frombuffer(letters.encode("ascii", "replace"), dtype=np.uint8).astype(np.int16)
        steps = ((codes[1:] - codes[:-1]) % 26 + 97).astype(np.uint8).tobytes().decode()
    return steps.translate(_NEGATIVE) if mirrored else steps


def _breaks(words: Sequence[str]) -> frozenset[int]:
    """The places in a name of these words, run together, at which a word begins."""
    return frozenset(accumulate(map(len, words[:-1])))


def _separators_fit(
    letters: str, span: Sequence[int], breaks: frozenset[int], *, exact: bool
) -> bool:
    """As for a plain name; what a game makes of one has its breaks elsewhere, but no more."""
    if span[-1] - span[0] + 1 == len(span):
        return True
    blanks: set[int] = set()
    spaced_out = True
    for index in range(1, len(span)):
        gap = letters[span[index - 1] + 1 : span[index]]
        if len(gap) > _MAX_GAP or gap.strip(" ."):
            return False
        spaced_out = spaced_out and bool(gap)
        if BLANK in gap:
            blanks.add(index)
    if spaced_out or len(span) >= _BREAKABLE:
        return True
    return blanks <= breaks if exact else len(blanks) <= len(breaks)


def _looks_coded(written: str) -> bool:
    return any(a + b not in _USUAL_PAIRS for a, b in pairwise(written))


def _held(reading: _Reading, automaton: Automaton, longest: int, before: str) -> int | None:
    letters, plain = reading.letters, reading.plain
    floor = 0
    for gap in _UNBRIDGED.finditer(letters):
        floor = gap.end()
    places = [at + floor for at in _places(letters[floor:])][-longest:]
    if not places:
        return None
    text = "".join(letters[at] for at in places)
    if reading.kind != "game":
        text = _steps(text, reading.mirrored)
    for number, at in enumerate(places):
        if is_boundary(plain[at - 1] if at else before, plain[at]):
            rest = text[number:]
            if not rest or automaton.match(rest):
                return at
    return None
