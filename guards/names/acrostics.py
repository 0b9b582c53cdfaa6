"""Acrostics: names spelled by the first or last letters of words, or by the first of lines.

    Some Tigers Eat Plums; Having Eaten Nuts, Kites In New Gardens ...

In ordinary text first letters spell short words all the time. A name of fewer than `_ANYWHERE`
letters therefore counts only where it fills a sentence, a quotation or a paragraph of lines from
end to end, and one of fewer than six never. The first of its lines may begin within a sentence.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from guards.names.coded import CodedNames
from guards.reading.canonical import fold

__all__ = [
    "LONGEST_SPAN",
    "Acrostic",
    "acrostics",
    "begun_within",
    "edges",
    "initials",
    "line_initials",
    "one_each",
    "spells",
    "words_of",
]

LONGEST_SPAN = 600
"""Characters from the first word of an acrostic to the end of its last."""

_ANYWHERE = 9
_SHORT = 600  # characters whose words are listed sooner than they are counted in columns
_WITHIN = 40  # words of a line that are tried as the beginning of an acrostic
_ASCII_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_'-]*")
WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")
_KINDS = np.array(
    [2 if chr(c).isalpha() else chr(c).isalnum() or chr(c) in "_'-" for c in range(128)],
    dtype=np.uint8,
)
# Each character as it is folded where it may stand in a word, and a blank where it may not.
_INSIDE = "".join(
    fold(chr(c)).text if c < 128 and (chr(c).isalnum() or chr(c) in "_'-") else " "
    for c in range(256)
).encode()
_NO_FIRST = "0123456789."
_MANY = 2_000  # characters from which numpy is quicker
_FIRST_OF_LINE = re.compile(r"(?m)^[ \t]*(?:[-*\u2022>]|\d{1,3}[.)])?[ \t]*([^\W\d_][\w'\u2019-]*)")
_STRONG = re.compile('[.!?:;\n"\u201c\u201d\u00ab\u00bb()\\[\\]{}|\u2026]')
_PARAGRAPH = re.compile(r"\n[ \t]*\n|:[ \t]*\n")
_NEW_PARAGRAPH = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Acrostic:
    """A name spelled from raw offset `start` to `end`; its last piece begins at `last`.

    Where it is not `settled`, what follows decides whether the name ends with its sentence.
    """

    policy: int
    key: str
    start: int
    end: int
    last: int
    settled: bool


def acrostics(
    names: CodedNames, text: str, *, begins: bool = True, closed: bool = True, lasts: bool = True
) -> Iterator[Acrostic]:
    """Every acrostic in `text`; `begins` and `closed` say that nothing stands around it.

    Without `lasts` the last letters of words are not read.
    """
    firsts, ends = edges(text)
    if spells(names, f"{firsts}?{ends}" if lasts else firsts):
        by_first, by_last = spells(names, firsts), lasts and spells(names, ends)
        spans = [match.span() for match in WORD.finditer(text)]
        if by_first:
            yield from _found(names, text, spans, firsts, _STRONG, _STRONG, begins, closed, False)
        if by_last:
            yield from _found(names, text, spans, ends, _STRONG, _STRONG, begins, closed, True)
    if text.count("\n") > 3:
        firsts = line_initials(text)
        if spells(names, firsts):
            lines = [match.span(1) for match in _FIRST_OF_LINE.finditer(text)]
            yield from _found(
                names, text, lines, firsts, _PARAGRAPH, _NEW_PARAGRAPH, begins, closed, False
            )
        yield from begun_within(names, text, closed)


def begun_within(names: CodedNames, text: str, closed: bool) -> Iterator[Acrostic]:
    """Long names of which a word within a line gives the first letter, and lines the others."""
    lines = [match.span(1) for match in _FIRST_OF_LINE.finditer(text)]
    firsts = one_each("".join([text[start] for start, _ in lines]))
    for policy, letter, second, behind, key in names.spelled_but_first(firsts):
        if behind - second + 1 < _ANYWHERE:
            continue
        left, right = lines[behind - 1]
        before = WORD.finditer(text, lines[second - 1][1] if second else 0, lines[second][0])
        for word in list(before)[-_WITHIN:]:
            start = word.start()
            if one_each(word.group()[0]) == letter and right - start <= LONGEST_SPAN:
                yield Acrostic(policy, key, start, right, left, closed or right < len(text))


def edges(text: str) -> tuple[str, str]:
    """The first letters and the last characters of the words of `text`."""
    if len(text) <= _SHORT or not text.isascii():
        words = words_of(text)
        return initials(words), one_each("".join([word[-1] for word in words]))
    if len(text) > _MANY:
        return _edges_of_many(text)
    words = text.encode().translate(_INSIDE).decode().split()
    firsts = "".join([word[0] for word in words])
    if not firsts.isalpha() and words:
        words = [begun for word in words if (begun := word.lstrip(_NO_FIRST))]
        firsts = "".join([word[0] for word in words])
    return firsts, "".join([word[-1] for word in words])


def _edges_of_many(text: str) -> tuple[str, str]:
    """The same of a long text of ASCII."""
    codes = np.frombuffer(text.encode(), dtype=np.uint8)
    kinds = _KINDS[codes]
    places = np.arange(len(codes), dtype=np.int32)
    letter, inside = kinds == 2, kinds > 0
    # A word goes from a letter to the end of what its characters are.
    last_letter = np.maximum.accumulate(np.where(letter, places, np.int32(-1)))
    last_gap = np.maximum.accumulate(np.where(inside, np.int32(-1), places))
    in_word = last_letter > last_gap
    begins, ends = in_word.copy(), in_word.copy()
    begins[1:] &= ~in_word[:-1]
    ends[:-1] &= ~in_word[1:]
    firsts = codes[begins].tobytes().decode().lower()
    return firsts, one_each(codes[ends].tobytes().decode())


def words_of(text: str, since: int = 0) -> list[str]:
    """The words of `text` from the offset `since` on."""
    return (_ASCII_WORD if text.isascii() else WORD).findall(text, since)


def spells(names: CodedNames, letters: str) -> bool:
    """Does some name stand in these letters?"""
    return next(names.spelled(letters), None) is not None


def initials(words: Sequence[str]) -> str:
    """The first letter of each word, folded to one character."""
    first = "".join([word[0] for word in words])
    return first.lower() if first.isascii() else one_each(first)


def line_initials(text: str) -> str:
    """The first letter of each line that begins with a word, folded to one character."""
    begun = map(_FIRST_OF_LINE.match, text.split("\n"))
    return initials([match.group(1) for match in begun if match is not None])


def one_each(written: str) -> str:
    """Each character of `written` folded to exactly one."""
    together = fold(written).text
    if len(together) == len(written):
        return together
    return "".join(fold(character).text[:1] or "." for character in written)


def _found(
    names: CodedNames,
    text: str,
    pieces: Sequence[tuple[int, int]],
    letters: str,
    opening: re.Pattern[str],
    ending: re.Pattern[str],
    begins: bool,
    closed: bool,
    by_last: bool,
) -> Iterator[Acrostic]:
    for policy, first, behind, key in names.spelled(letters):
        start, (left, right) = pieces[first][0], pieces[behind - 1]
        if right - start > LONGEST_SPAN:
            continue
        open_end = behind == len(pieces) and not closed
        settled = not (open_end and right == len(text))
        if behind - first < _ANYWHERE:
            before = text[pieces[first - 1][1] if first else 0 : start]
            if not (opening.search(before) or (first == 0 and begins)):
                continue
            after = text[right : pieces[behind][0] if behind < len(pieces) else len(text)]
            if not ending.search(after):
                if not open_end and behind < len(pieces):
                    continue
                settled = closed
        yield Acrostic(policy, key, start, right, right - 1 if by_last else left, settled)
