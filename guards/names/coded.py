"""Coded names: names behind a shifted alphabet, on the wrong keys, or in a word game.

    names = CodedNames([(0, "Stephen King")])
    list(names.scan("by Vwhskhq Nlqj.", "by vwhskhq nlqj."))   # [(0, 3, 15, "stephenking")]

The steps from each letter of a word to the next, modulo 26, are the same in all 26 shifts of the
alphabet, and their negatives in the alphabet reversed: one table of the steps of the names
(`coded_forms`) reads all shifts at once and is independent of their number. A text that ROT47 turns
into letters is read in the same table, where nothing may be shifted. The tables are built when the
first text is read, or before.

Only names of at least `LONG` Latin letters are looked for; of fewer than `_SURE` only where what
is written holds a pair of letters that is rare in words, for two words may well be shifts of each
other (cheer and jolly).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

from guards.names.coded_forms import LONG, CodedForms, Hit, ascii_letters, letters_of, steps_of
from guards.names.word_games import undone
from guards.reading.canonical import BLANK, PUNCTUATION, fold, is_boundary

__all__ = [
    "ACCENTED",
    "ROT47",
    "ROT47_SIGN",
    "CodedNames",
]

_MAX_GAP = 32  # as `guards.names.mentions.MAX_GAP`
_SURE, _BREAKABLE = 8, 9
_LATIN = re.compile("[a-z]")
ROT47 = str.maketrans(
    "".join(map(chr, range(33, 127))), "".join(chr(33 + (n + 14) % 94) for n in range(33, 127))
)
_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
# ROT47 writes a, e, i and o in these signs, and a name has two vowels in six letters.
ROT47_SIGN = re.compile("[2-9:;<=>?@]")
_ROT47_HINT = re.compile("[2-9:;<=>?@][!-~]{0,5} ?[!-~]{0,5}[2-9:;<=>?@]")
_ROT13_AY = re.compile("nl(?![a-z])")
ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
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


class _Reading(NamedTuple):
    """`letters` parallel to the folded text `plain`; only of kind "shift" may they be shifted."""

    kind: str
    letters: str
    plain: str


class CodedNames:
    """Every name of a book that is long enough, as it looks in code; offsets as `MentionIndex`."""

    def __init__(self, entries: Sequence[tuple[int, str]]) -> None:
        self._entries = tuple(entries)
        self._forms: CodedForms | None = None
        self._lock = Lock()

    @classmethod
    def made(cls, forms: CodedForms) -> "CodedNames":
        """Of what was made of the names before."""
        names = cls(())
        names._forms = forms
        return names

    def make(self) -> None:
        """Build what codes make of the names now, and not for the first text."""
        _ = self.forms

    @property
    def forms(self) -> CodedForms:
        """What codes make of the names; built once."""
        if self._forms is None:
            with self._lock:
                if self._forms is None:
                    self._forms = CodedForms(self._entries)
                    self._entries = ()
        return self._forms

    def scan(
        self, raw: str, folded: str, *, before: str = ""
    ) -> Iterator[tuple[int, int, int, str]]:
        """(policy, start, end, key) of every coded name, in offsets of `folded`."""
        forms = self.forms
        if not forms.steps.longest:
            return
        letters = letters_of(folded)
        shifted, played = forms.shifted(steps_of(letters).decode()), forms.played(letters.decode())
        yield from self._fitting(_Reading("shift", folded, folded), shifted, before)
        yield from self._fitting(_Reading("game", folded, folded), played, before)
        for reading in _other_readings(raw, folded):
            letters = letters_of(reading.letters)
            if reading.kind == "game":
                hits = forms.played(letters.decode())
            else:
                hits = forms.shifted(steps_of(letters).decode())
            yield from self._fitting(reading, hits, before)

    def may_cross(self, left: str, right: str) -> bool:
        """May a name behind a shift, or in a word game, run from one folded text into the other?"""
        forms = self.forms
        longest = max(forms.steps.longest + 1, forms.games.longest)
        if longest == 1:
            return False
        letters = letters_of(left)[-longest:] + letters_of(right)[:longest]
        return (
            next(forms.shifted(steps_of(letters).decode()), None) is not None
            or next(forms.played(letters.decode()), None) is not None
        )

    def may_be_played(self, raw: str, folded: str) -> bool:
        """May a text be read otherwise, with a game undone or on another table?"""
        return (
            bool(self.forms.steps.longest) and next(_other_readings(raw, folded), None) is not None
        )

    def _fitting(
        self, reading: _Reading, hits: Iterator[Hit], before: str
    ) -> Iterator[tuple[int, int, int, str]]:
        """What remains of such hits once borders, separators and shifts are looked at."""
        game, forms = reading.kind == "game", self.forms
        plain, places = reading.plain, None
        for behind, length, number, mirrored in hits:
            if places is None:
                places = [match.start() for match in _LATIN.finditer(reading.letters)]
            span = places[behind - length : behind + (not game)]
            start, end = span[0], span[-1] + 1
            if reading.kind == "undone":
                start, end = _with_dots(reading, start, end)
            if not is_boundary(plain[start - 1] if start else before, plain[start]):
                continue
            if end < len(plain) and not is_boundary(plain[end - 1], plain[end]):
                continue
            name = forms.name(number)
            if (game or _is_shift(reading, span, name.written[0], mirrored)) and (
                _separators_fit(reading.letters, span, name.breaks, exact=not game)
            ):
                yield forms.policies[number], start, end, name.key

    def spelled(self, letters: str) -> Iterator[tuple[int, int, int, str]]:
        """(policy, start, end, key) of every name that stands in `letters` as it is, in a row."""
        if len(letters) < LONG or not self.forms.steps.longest:
            return
        forms = self.forms
        for behind, length, number, mirrored in forms.shifted(_apart(letters)):
            start, end, name = behind - length, behind + 1, forms.name(number)
            unmoved = letters[start] == name.written[0] and not mirrored
            if unmoved and letters[start:end].isalpha():
                yield forms.policies[number], start, end, name.key

    def spelled_but_first(self, letters: str) -> Iterator[tuple[int, str, int, int, str]]:
        """(policy, first letter, start, end, key) of names of which `letters` hold all the rest."""
        if len(letters) < LONG or not self.forms.tails.longest:
            return
        forms = self.forms
        for behind, length, number, _ in forms.but_first(_apart(letters)):
            start, end, name = behind - length, behind + 1, forms.name(number)
            if letters[start] == name.written[1] and letters[start:end].isalpha():
                yield forms.policies[number], name.written[0], start, end, name.key


def _apart(letters: str) -> str:
    """The steps between these letters, of which some may not be Latin."""
    return steps_of(ascii_letters(letters)).decode()


def _is_shift(reading: _Reading, span: Sequence[int], first: str, mirrored: int) -> bool:
    """Is the name shifted by as much as this reading allows, and does it look like it?"""
    unmoved = reading.letters[span[0]] == first
    if reading.kind != "shift":
        if not unmoved or mirrored:
            return False
    elif unmoved and not mirrored:
        return False
    if reading.kind == "undone":
        return True
    return len(span) >= _SURE or _looks_coded("".join(reading.plain[at] for at in span))


def _with_dots(reading: _Reading, start: int, end: int) -> tuple[int, int]:
    """The span with the letters around it that were read as full stops."""
    letters, plain = reading.letters, reading.plain
    while start and letters[start - 1] != plain[start - 1]:
        start -= 1
    while end < len(plain) and letters[end] != plain[end]:
        end += 1
    return start, end


def _other_readings(raw: str, folded: str) -> Iterator[_Reading]:
    for letters in undone(folded):
        yield _Reading("undone", letters, folded)
    if _ROT47_HINT.search(raw):
        yield _Reading("table", fold(raw.translate(ROT47)).text, folded)
    if _ROT13_AY.search(folded):
        yield _Reading("game", folded.translate(_ROT13), folded)
    if not raw.isascii() and ACCENTED.search(raw):
        yield _Reading("shift", _ascii_only(raw), folded)


def _ascii_only(raw: str) -> str:
    """`raw` folded, with every letter that is not ASCII made a separator."""
    folded = fold(raw)
    return "".join(
        character if raw[folded.start(at)].isascii() or character == BLANK else PUNCTUATION
        for at, character in enumerate(folded.text)
    )


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
