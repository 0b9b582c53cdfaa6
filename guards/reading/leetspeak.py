r"""Leetspeak: figures and strokes for letters, as far as to `|\\|` for an n.

    [view.text for view in leetspeak("is p4|_|£ '//4£|<3r here")]      ->  ["paul walker"]

A name written lightly is read where it stands (`fold_leet`); here words of it are read together,
with signs of several strokes, so that middle names and slips are seen as in any text. A figure that
stands for two letters gives two readings.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from guards.reading.decoded import View
from guards.reading.stretches import BESIDE, Stretch

__all__ = ["leet_goes_on", "leet_words", "leetspeak"]

_STROKES = {
    "|\\/|": "m", "/\\/\\": "m", "|\\|": "n", "/\\/": "n", "|_|": "u", "(_)": "u", "\\/\\/": "w",
    "'//": "w", "|/|/": "w", "\\/": "v", "|)": "d", "[)": "d", "|<": "k", "|{": "k", "><": "x",
    "|-|": "h", "]-[": "h", "|=": "f", "|>": "p", "|2": "r", "|3": "b", "/\\": "a", "|_": "l",
    "()": "o", "_|": "j", "'/": "y", "`/": "y",
}  # fmt: skip
_SIGNS = {
    "0": "o", "1": "i", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b",
    "9": "g", "@": "a", "$": "s", "!": "i", "|": "l", "(": "c", "#": "h", "\u00a3": "l",
    "\u20ac": "e", "+": "t",
}  # fmt: skip
_OTHERWISE = str.maketrans({"1": "l", "!": "l", "|": "i", "6": "b"})
_STROKE = re.compile("|".join(map(re.escape, sorted(_STROKES, key=len, reverse=True))))
_SIGN = str.maketrans(_SIGNS)
# Letters around a sign, signs around letters, or strokes; each sought from its first sign on.
_MIXED = re.compile(
    r"[0-9@$!|(#\u00a3\\\['>](?:(?<=[^\W\d_][0-9@$!|(#\u00a3])[^\W\d_]"
    r"|(?<=[0-9@$|#\u00a3])[^\W\d_]{1,3}[0-9@$|#\u00a3]"
    r"|(?<=\|)[\\_<)]|(?<=\\)/|(?<=\[)\)|(?<=')//|(?<=>)<)"
)
_BEGUN = re.compile(r"[^\W\d_]\(\Z")
_MIXED_AT = re.compile(f"(?=({_MIXED.pattern}))")
_WORD = re.compile(r"\S{1,60}")
_SOLID = re.compile(r"\S+")
_LETTER = re.compile(r"[^\W\d_]")
_NAMELY = re.compile(r"[^\W\d_]+(?:[ '.-]{1,2}[^\W\d_]+){0,3}[.,;:?)\"']{0,3}")
_LONGEST = 120  # characters of words that are read together
_AROUND, _NAME = 3, 24  # words in front and behind that are read with it; letters of one


def leetspeak(text: str) -> Iterator[View]:
    """Yield what words with figures or strokes in them spell, those that stand together at once.

    Where they may be words of a name, a few words beside them are read with them as they are: half
    of it may be in letters.
    """
    if not _MIXED.search(text):
        return
    words = [word.span() for word in _WORD.finditer(text)]
    for first, last in _runs(text, words):
        start, end = words[first][0], words[last][1]
        found = list(_read(text, start, end))
        yield from found
        if any(_NAMELY.fullmatch(view.text) for view in found):
            low, high = _with_words_around(words, first, last)
            if (low, high) != (first, last):
                yield from _read(text, words[low][0], words[high][1])


def _read(text: str, start: int, end: int) -> Iterator[View]:
    written = text[start:end].lower()
    plain = _STROKE.sub(lambda m: _STROKES[m.group()], written)
    for reading in dict.fromkeys(
        (plain.translate(_SIGN), plain.translate(_OTHERWISE).translate(_SIGN))
    ):
        if reading != written and len(_LETTER.findall(reading)) > 2:
            yield View("leet", reading, start, end)


def _runs(text: str, words: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The first and last of words that stand together: one is leetspeak, each may be."""
    signs = _SIGNS.keys()
    may_be = [end > start + 1 and not signs.isdisjoint(text[start:end]) for start, end in words]
    at = 0
    while at < len(words):
        first = at
        while at < len(words) and may_be[at] and _together(words, first, at):
            at += 1
        if at > first and any(_MIXED.search(text[s:e]) for s, e in words[first:at]):
            yield first, at - 1
        at = max(at, first + 1)


def _together(words: Sequence[tuple[int, int]], first: int, at: int) -> bool:
    """Does word `at` go on with those from `first` on, one blank behind, in so many characters?"""
    if at == first:
        return True
    before = words[at - 1][1]
    return words[at][0] <= before + 1 and before - words[first][0] <= _LONGEST


def _with_words_around(words: Sequence[tuple[int, int]], first: int, last: int) -> tuple[int, int]:
    """The words from number `first` to `last`, and a few more that stand one blank from them."""
    low, high = first, last
    while low > max(0, first - _AROUND) and _is_beside(words, low - 1, low):
        low -= 1
    end = min(len(words) - 1, last + _AROUND)
    while high < end and _is_beside(words, high + 1, high):
        high += 1
    return low, high


def _is_beside(words: Sequence[tuple[int, int]], one: int, other: int) -> bool:
    """Is word `one`, no longer than a name's, one blank from word `other`?"""
    start, end = words[one]
    before, behind = words[min(one, other)], words[max(one, other)]
    return end - start <= _NAME and behind[0] == before[1] + 1


def leet_goes_on(before: str) -> bool:
    """May ordinary words be read as leetspeak behind these 64 characters?"""
    return _MIXED.search(before) is not None or _BEGUN.search(before) is not None


@lru_cache(4)
def leet_words(text: str, since: int) -> tuple[Stretch, ...]:
    """The words of a stream that end behind `since` and are leetspeak, or stand behind some.

    What a word is read with, and where it is held, depends on the 60 characters before its end.
    """
    return tuple(_leet_words(text, since)) if _MIXED.search(text) else ()


def _leet_words(text: str, since: int) -> Iterator[Stretch]:
    beside: list[int] = []
    last = -1
    for word in _SOLID.finditer(text):
        start, end = word.span()
        if start > last + 1 or end - start > BESIDE:
            beside = []
        last = end
        if end - start > BESIDE:
            continue
        beside = [*beside[-_AROUND:], start]
        if end <= since:
            continue
        first = next(at for at in beside if end - at <= BESIDE)
        mixed = [match.end(1) for match in _MIXED_AT.finditer(text, first, end)]
        if mixed:
            yield Stretch(first, max(start, min(mixed) - 1), end, end < len(text))
