r"""Escapes that are read in place: a browser or a parser shows `H&#115;iao` as `Hsiao`.

Understood are HTML character references, percent escapes, `\u0073` and `\x73`, HTML tags (which
show nothing), what parts the pieces of a name (see `joints`; it shows a full stop), and the words
of the radio alphabet (Sierra shows an s). `unescape` says which raw offset each character came
from, and how much of the end of a stream cannot be decided yet.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from guards.reading.canonical import fold, small_words
from guards.reading.joints import (
    BEGUN,
    JOINT,
    LABEL,
    LABEL_BEGUN,
    LABEL_HINT,
    LABEL_WORDS,
    LABELS,
    PARTS,
    STARTS,
    prefixes,
)

__all__ = [
    "PARTED",
    "Unescaped",
    "begins_escape",
    "has_escapes",
    "is_label",
    "is_part",
    "may_hold_escapes",
    "outside_escapes",
    "tells_escape",
    "undecided",
    "unescape",
    "unescape_signs",
]

_HEX = "[0-9a-fA-F]"
_MORE = "(?:%[89abAB][0-9a-fA-F])"
_SIGNED = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    rf"|%[0-7]{_HEX}|%[cdCD]{_HEX}{_MORE}|%[eE]{_HEX}{_MORE}{{2}}|%[fF][0-7]{_MORE}{{3}}"
    r"|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}"
    r"|<[/!]?[A-Za-z-][^<>]{0,62}>"
)
_ANY = re.compile(rf"(?=[%<\\{STARTS}])(?:{_SIGNED.pattern}|(?P<joint>{JOINT}))")
_RADIO = (
    "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike "
    "november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray x-ray yankee "
    "zulu"
)
_RADIO_WORD = f"(?:{_RADIO.replace(' ', '|')})(?![A-Za-z])"
_WORDED = re.compile(
    rf"{_ANY.pattern}|(?<![A-Za-z])(?=[A-Za-z])"
    rf"(?:(?P<radio>(?i:{_RADIO_WORD}))|(?P<label>(?i:{LABEL})))"
)
_RADIO_PAIR = re.compile(rf"(?:{_RADIO.replace(' ', '|')})[^a-z0-9]{{1,3}}{_RADIO_WORD}")
_LABEL_HINT = re.compile(LABEL_HINT)
# What each ends with: a pattern that begins with letters is sought many times faster.
_PARTS_TOLD = tuple(re.compile(rf"{part}[ \t]*(?:is|was|=|:)") for part in PARTS)
_LABELS = frozenset(LABELS.split())
_LABEL_AND_PART = re.compile(f"(?:{'|'.join(_LABELS)})(?:{'|'.join(PARTS)})")
# What may still become an escape. Over-long is safe here, too short is not.
_UNDECIDED = re.compile(
    r"(?:&(?:#(?:\d{0,7}|[xX][0-9a-fA-F]{0,6})|[A-Za-z][A-Za-z0-9]{0,31})?"
    rf"|%[0-7]?|%[c-fC-F](?:{_HEX}{_MORE}{{0,2}}(?:%[89abAB]?)?)?"
    r"|\\(?:u[0-9a-fA-F]{0,3}|x[0-9a-fA-F]?)?"
    r"|<[/!]?(?:[A-Za-z-][^<>]{0,62})?)\Z"
)
_RADIO_BEGUN = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(prefixes(word) for word in _RADIO.split())})\Z", re.IGNORECASE
)
# A joint shows nothing that could begin a name: it waits only where a name may go on behind it.
PARTED = "~"
"""Stands for a joint: what is read word by word takes it for a gap within a name."""
_JOINT_BEGUN = re.compile(
    rf"(?:(?=[{STARTS}]){BEGUN}|(?<![A-Za-z])(?=[A-Za-z]){LABEL_BEGUN})\Z", re.IGNORECASE
)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RADIO_PREFIXES = {word[:end] for word in _RADIO.split() for end in range(1, len(word) + 1)}
_LABEL_PREFIXES = {word[:end] for word in LABEL_WORDS for end in range(1, len(word) + 1)}
_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"), " ")
_RADIO_WORDS = {"ray", *_RADIO.split()}
_TELLING = _RADIO_WORDS | {*PARTS} | {label + part for label in LABELS.split() for part in PARTS}
_SIGNS = re.compile(f"[{STARTS}]")
_OPENS = re.compile(r"[&%<\\]")
# The longest undecided end is a tag's: two characters, a letter and 62 more.
_TAIL = 80


@dataclass(frozen=True, slots=True)
class Unescaped:
    """Decoded `text` with the raw `starts` and `ends` of its characters.

    `spans` are the raw spans of the escapes (a tag shows nothing but has one); `decided` is the
    raw offset up to which the text was decoded, `waiting` the one from which an undecided end may
    come to show something.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    decided: int
    waiting: int


@lru_cache(4)
def has_escapes(text: str) -> bool:
    """Does `text` hold an escape? Asked of one text for its names, its views and its facts."""
    if _may_be_signs(text) and _ANY.search(text) is not None:
        return True
    return _worded(text) and next(_escapes(text, len(text), "", True), None) is not None


def _may_be_signs(text: str) -> bool:
    """Does it hold what opens an escape, what a joint assigns by, or two quotation marks?"""
    if not text.isascii():
        return True
    return any(sign in text for sign in "&%<\\=:") or sum(map(text.count, "\"'`")) > 1


_SIGNS_OF_ESCAPE = frozenset("%&\\<")


@lru_cache(16)
def may_hold_escapes(text: str, before: str = "") -> bool:
    """Does `text`, a part of a stream behind the character `before`, hold one, whole or begun?"""
    if next(_escapes(text, len(text), before, True), None) is not None:
        return True
    return undecided(text, before) < (len(text), len(text))


def tells_escape(word: str) -> bool:
    """May a word of small letters be an escape, or be part of one with any other word?"""
    return word in _RADIO_WORDS or word == "x" or _LABEL_AND_PART.match(word) is not None


def is_label(word: str) -> bool:
    """May a word of small letters be an escape with one that `is_part`?"""
    return word in _LABELS


def is_part(word: str) -> bool:
    """May a word of small letters be an escape with one that `is_label`?"""
    return word.startswith(PARTS)


def begins_escape(word: str) -> bool:
    """May the word of small letters that a stream ends in be the beginning of such an escape?"""
    return word in _RADIO_PREFIXES or word in _LABEL_PREFIXES


def _worded(text: str) -> bool:
    """Do labels or words of the radio alphabet stand in it? Words are looked up fastest."""
    small = text.lower()
    if small.isascii():
        words = _TELLING.intersection(small_words(fold(small.translate(_NO_DIGITS)).text))
        if not words:
            return False
        radio, labels = words & _RADIO_WORDS, words - _RADIO_WORDS
    else:
        radio = {word for word in _RADIO_WORDS if word in small}
        labels = {part for part in PARTS if part in small}
    if radio and _RADIO_PAIR.search(small):
        return True
    if not labels or not any(told.search(small) for told in _PARTS_TOLD):
        return False
    return _LABEL_HINT.search(small) is not None


def _escapes(text: str, end: int, before: str, worded: bool) -> Iterator[tuple[int, int, str]]:
    """(start, end, what it shows) of each escape in `text[:end]`."""
    find = (_WORDED if worded else _ANY).search
    at = 0
    while (match := find(text, at, end)) is not None:
        at = match.start()
        if at == 0 and text[0].isalpha() and before.isalpha():
            at = 1  # the middle of a word
            continue
        if match.lastgroup is None:
            shown = _decode(match.group())
        else:
            shown = text[at] if match.lastgroup == "radio" else PARTED
        yield at, match.end(), shown
        at = match.end()


def undecided(text: str, before: str) -> tuple[int, int]:
    """Where what may become an escape begins, of any kind, and of one that shows something."""
    tail = max(0, len(text) - _TAIL)
    waiting = len(text)
    if _OPENS.search(text, tail) and (found := _UNDECIDED.search(text, tail)):
        waiting = found.start()
    word = text[len(text.rstrip(_LETTERS)) :].lower()
    dashed = text[: len(text) - len(word)].endswith("-")
    if (
        (word in _RADIO_PREFIXES or dashed)
        and (found := _RADIO_BEGUN.search(text, tail))
        and (found.start() or not before.isalpha())
        and not _within_escape(text, found.start(), before)
    ):
        waiting = min(waiting, found.start())
    if word and word not in _LABEL_PREFIXES and not _SIGNS.search(text, tail):
        return waiting, waiting
    decided = tail
    whole: list[tuple[int, int]] = []
    while joint := _JOINT_BEGUN.search(text, decided):
        if joint.start() == len(text):
            break
        whole = whole or [(s, e) for s, e, _ in _escapes(text, waiting, before, True)]
        over = next((end for start, end in whole if start < joint.start() < end), None)
        if over is None:
            return min(waiting, joint.start()), waiting
        decided = over
    return waiting, waiting


def _within_escape(text: str, at: int, before: str) -> bool:
    """Is the letter at `at` the middle of an escape, and so not the beginning of a word?"""
    if at == 0 or not _SIGNS_OF_ESCAPE.intersection(text):
        return False
    return any(start < at < end for start, end, _ in _escapes(text, len(text), before, True))


def _decode(escape: str) -> str:
    if escape[0] == "&":
        return html.unescape(escape)
    if escape[0] == "%":
        return unquote(escape, errors="replace")
    if escape[0] == "\\":
        return chr(int(escape[2:], 16))
    return ""


def unescape(text: str, *, closed: bool = True, before: str | None = None) -> Unescaped:
    """Read the escapes of `text`; with `closed` False the undecided end is left out.

    `before` is the folded character in front of a part of a stream, None for a whole text.
    """
    decided = waiting = len(text)
    if not closed:
        decided, waiting = undecided(text, before or "")
    worded = before is not None or _worded(text)
    return _unescaped(text, _escapes(text, decided, before or "", worded), decided, waiting)


@lru_cache(8)
def unescape_signs(text: str, *, closed: bool = True) -> Unescaped:
    """The same of a part of a stream, of the escapes that are written in signs alone.

    Joints stay, and so do words: a hotel is no H here, however it goes on.
    """
    decided = len(text)
    if not closed and (begun := _UNDECIDED.search(text, max(0, len(text) - _TAIL))):
        decided = begun.start()
    found = _SIGNED.finditer(text, 0, decided)
    escapes = ((one.start(), one.end(), _decode(one.group())) for one in found)
    return _unescaped(text, escapes, decided, decided)


def _unescaped(
    text: str, escapes: Iterable[tuple[int, int, str]], decided: int, waiting: int
) -> Unescaped:
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for start, end, decoded in escapes:
        spans.append((start, end))
        parts += (text[at:start], decoded)
        starts += (*range(at, start), *([start] * len(decoded)))
        ends += (*range(at + 1, start + 1), *([end] * len(decoded)))
        at = end
    parts.append(text[at:decided])
    starts += range(at, decided)
    ends += range(at + 1, decided + 1)
    return Unescaped("".join(parts), tuple(starts), tuple(ends), tuple(spans), decided, waiting)


def outside_escapes(
    text: str, hold: int, spans: tuple[tuple[int, int], ...], *, words: bool = True
) -> int:
    """Move `hold` back to the beginning of the escape that it would cut through.

    A joint of signs may be cut: no name that goes on behind it is under way, or `hold` would stand
    in front of it. With `words` False one of words may be, too.
    """
    for start, end in spans:
        if start < hold < end and (
            text[start] in _SIGNS_OF_ESCAPE or (words and text[start].isalpha())
        ):
            return start
    return hold
