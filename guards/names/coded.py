"""Coded names: names behind a shifted alphabet, on the wrong keys, or in a word game.

    names = CodedNames([(0, "Stephen King")])
    list(names.scan("by Vwhskhq Nlqj.", "by vwhskhq nlqj."))   # [(0, 3, 15, "stephenking")]

The steps from each letter of a word to the next, modulo 26, are the same in all 26 shifts of the
alphabet, and their negatives in the alphabet reversed: one automaton over the steps of the names
reads all shifts at once and is independent of their number. A text that ROT47 turns into letters
is read in the same automaton, where nothing may be shifted. The automata are built when the first
text is read.

Only names of at least `_LONG` Latin letters are looked for; of fewer than `_SURE` only where what
is written holds a pair of letters that is rare in words, for two words may well be shifts of each
other (cheer and jolly).
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from threading import Lock

import numpy as np

from guards.names.automaton import Automaton, build_automaton
from guards.names.word_games import pig_latin, spelled_otherwise, undone
from guards.reading.canonical import BLANK, PUNCTUATION, fold, is_boundary, squash

__all__ = [
    "ACCENTED",
    "ROT47",
    "ROT47_SIGN",
    "CodedForms",
    "CodedNames",
    "ascii_letters",
    "letters_of",
    "steps_of",
]

_MAX_GAP = 32  # as `guards.names.mentions.MAX_GAP`
_LONG, _SURE, _BREAKABLE = 6, 8, 9
_LATIN = re.compile("[a-z]")
_WORD = re.compile("[^ .]+")
_OF_LATIN = re.compile("[a-z]+")
_NO_ASCII = re.compile(r"[^\x00-\x7f]")
ROT47 = str.maketrans(
    "".join(map(chr, range(33, 127))), "".join(chr(33 + (n + 14) % 94) for n in range(33, 127))
)
# From the difference of two letters, as a byte, to the step between them, written as a letter.
_STEP = bytes(97 + (byte - 256 * (byte > 127)) % 26 for byte in range(256))
_NEGATIVE = bytes(97 + (123 - byte) % 26 for byte in range(256))
_NO_LETTERS = bytes(byte for byte in range(256) if not 97 <= byte <= 122)
_FEW = 24  # letters up to which a loop is faster than numpy
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


@dataclass(frozen=True, slots=True)
class _Reading:
    """`letters` parallel to the folded text `plain`; only of kind "shift" may they be shifted."""

    kind: str
    letters: str
    plain: str


@dataclass(slots=True)
class _Keys:
    """Keys of an automaton and the names that each stands for: twice the number, 1 if mirrored."""

    numbers: dict[str, int] = field(default_factory=dict[str, int])
    owners: list[tuple[int, ...]] = field(default_factory=list[tuple[int, ...]])

    def add(self, key: str, owner: int) -> None:
        """Let `key` stand for `owner` as well."""
        number = self.numbers.setdefault(key, len(self.numbers))
        if number == len(self.owners):
            self.owners.append((owner,))
        elif owner not in self.owners[number]:
            self.owners[number] += (owner,)


class _Table:
    """An automaton over such keys, with their lengths."""

    def __init__(self, keys: _Keys) -> None:
        self.automaton: Automaton | None = build_automaton(keys.numbers)
        self.owners = keys.owners
        self.lengths = array("H", map(len, keys.numbers))


class CodedForms:
    """The names of a book and the automata over what codes make of them. Immutable."""

    def __init__(self, entries: Sequence[tuple[int, str]]) -> None:
        self.policies = array("I")
        self.names: list[str] = []
        self.first: list[str] = []  # the letter that each begins with
        self.seconds: list[str] = []
        self.breaks: list[frozenset[int]] = []
        steps, games, tails = _Keys(), _Keys(), _Keys()
        for policy, term in entries:
            self._add(steps, games, tails, policy, term)
        self.steps, self.games, self.tails = _Table(steps), _Table(games), _Table(tails)

    def _add(self, steps: _Keys, games: _Keys, tails: _Keys, policy: int, term: str) -> None:
        plain = fold(term).text
        key = squash(plain)
        # Most programs shift the letters of ASCII alone and leave an é as it is, or drop it.
        ways = (plain,) if term.isascii() else (plain, fold(_NO_ASCII.sub("-", term)).text)
        for folded in dict.fromkeys(ways):
            words = tuple(_WORD.findall(folded))
            written = "".join(words)
            if not _LONG <= len(written) < 200 or not _OF_LATIN.fullmatch(written):
                continue
            owner = len(self.policies)
            self.policies.append(policy)
            self.names.append(key)
            self.first.append(written[0])
            self.seconds.append(written[1])
            self.breaks.append(_breaks(words))
            forward = steps_of(written.encode())
            steps.add(forward.decode(), 2 * owner)
            steps.add(forward.translate(_NEGATIVE).decode(), 2 * owner + 1)
            tails.add(forward[1:].decode(), owner)
            _add_games(games, 2 * owner, term, words)


def _add_games(games: _Keys, owner: int, term: str, words: tuple[str, ...]) -> None:
    """With each hyphen between words or in one, and letters with accents as they are."""
    small = term.lower()
    ways = (words, *(tuple(text.split()) for text in (small, small.replace("-", ""))))
    for said in dict.fromkeys(ways):
        for form in pig_latin(said) | spelled_otherwise(said):
            plain = form.isascii() and form.isalpha()
            letters = form if plain else squash(fold(form).text)
            if plain or _OF_LATIN.fullmatch(letters):
                games.add(letters, owner)


class CodedNames:
    """Every name of a book that is long enough, as it looks in code; offsets as `MentionIndex`."""

    def __init__(self, entries: Sequence[tuple[int, str]]) -> None:
        self._entries = tuple(entries)
        self._forms: CodedForms | None = None
        self._lock = Lock()

    @property
    def forms(self) -> CodedForms:
        """What codes make of the names; built for the first text, and once."""
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
        if forms.steps.automaton is None:
            return
        for reading in _readings(raw, folded):
            game = reading.kind == "game"
            table = forms.games if game else forms.steps
            letters = letters_of(reading.letters)
            text = (letters if game else steps_of(letters)).decode()
            if table.automaton is not None:
                yield from self._fitting(reading, table, table.automaton.iter(text), before)

    def _fitting(
        self, reading: _Reading, table: _Table, hits: Iterator[tuple[int, int]], before: str
    ) -> Iterator[tuple[int, int, int, str]]:
        """What remains of an automaton's hits once borders, separators and shifts are looked at."""
        game, forms = reading.kind == "game", self.forms
        plain, places = reading.plain, None
        for last, number in hits:
            if places is None:
                places = [match.start() for match in _LATIN.finditer(reading.letters)]
            span = places[last + 1 - table.lengths[number] : last + 1 + (not game)]
            start, end = span[0], span[-1] + 1
            if reading.kind == "undone":
                start, end = _with_dots(reading, start, end)
            if not is_boundary(plain[start - 1] if start else before, plain[start]):
                continue
            if end < len(plain) and not is_boundary(plain[end - 1], plain[end]):
                continue
            for owner in table.owners[number]:
                name, mirrored = divmod(owner, 2)
                if (game or _is_shift(reading, span, forms.first[name], mirrored)) and (
                    _separators_fit(reading.letters, span, forms.breaks[name], exact=not game)
                ):
                    yield forms.policies[name], start, end, forms.names[name]

    def spelled(self, letters: str) -> Iterator[tuple[int, int, int, str]]:
        """(policy, start, end, key) of every name that stands in `letters` as it is, in a row."""
        if len(letters) < _LONG or (automaton := self.forms.steps.automaton) is None:
            return
        forms = self.forms
        for last, number in automaton.iter(steps_of(ascii_letters(letters)).decode()):
            start = last + 1 - forms.steps.lengths[number]
            for owner in forms.steps.owners[number]:
                name, mirrored = divmod(owner, 2)
                unmoved = letters[start] == forms.first[name] and not mirrored
                if unmoved and letters[start : last + 2].isalpha():
                    yield forms.policies[name], start, last + 2, forms.names[name]

    def spelled_but_first(self, letters: str) -> Iterator[tuple[int, str, int, int, str]]:
        """(policy, first letter, start, end, key) of names of which `letters` hold all the rest."""
        if len(letters) < _LONG or (automaton := self.forms.tails.automaton) is None:
            return
        forms = self.forms
        for last, number in automaton.iter(steps_of(ascii_letters(letters)).decode()):
            start, end = last + 1 - forms.tails.lengths[number], last + 2
            for name in forms.tails.owners[number]:
                if letters[start] == forms.seconds[name] and letters[start:end].isalpha():
                    yield forms.policies[name], forms.first[name], start, end, forms.names[name]


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


def _readings(raw: str, folded: str) -> Iterator[_Reading]:
    yield _Reading("shift", folded, folded)
    yield _Reading("game", folded, folded)
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


def letters_of(folded: str) -> bytes:
    """The Latin letters of a folded text alone."""
    return folded.encode("ascii", "ignore").translate(None, _NO_LETTERS)


def ascii_letters(letters: str) -> bytes:
    """`letters` with a question mark for each that is not Latin."""
    return letters.encode("ascii", "replace")


def steps_of(letters: bytes) -> bytes:
    """From each letter to the next, modulo 26 and written as a letter."""
    if len(letters) < _FEW:
        return bytes([97 + (b - a) % 26 for a, b in pairwise(letters)])
    codes = np.frombuffer(letters, dtype=np.uint8)
    return (codes[1:] - codes[:-1]).tobytes().translate(_STEP)


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
