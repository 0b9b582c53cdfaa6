r"""Leetspeak: figures and strokes for letters, as far as to `|\\|` for an n.

    [view.text for view in leetspeak("is p4|_|£ '//4£|<3r here")]      ->  ["paul walker"]

A name written lightly is read where it stands (`fold_leet`); here words of it are read together,
with signs of several strokes, so that middle names and slips are seen as in any text. A figure that
stands for two letters gives two readings.
"""

import re
from collections.abc import Iterator

from guards.reading.decoded import View

__all__ = ["leetspeak"]

_STROKES = {
    "|\\/|": "m", "/\\/\\": "m", "|\\|": "n", "/\\/": "n", "|_|": "u", "(_)": "u", "\\/\\/": "w",
    "'//": "w", "|/|/": "w", "\\/": "v", "|)": "d", "[)": "d", "|<": "k", "|{": "k", "><": "x",
    "|-|": "h", "]-[": "h", "|=": "f", "|>": "p", "|2": "r", "|3": "b", "/\\": "a", "|_": "l",
    "()": "o", "_|": "j",
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
_WORD = re.compile(r"\S{2,60}")
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST = 120  # characters of words that are read together


def leetspeak(text: str) -> Iterator[View]:
    """Yield what words with figures or strokes in them spell, those that stand together at once."""
    if not _MIXED.search(text):
        return
    for start, end in _runs(text):
        written = text[start:end].lower()
        plain = _STROKE.sub(lambda m: _STROKES[m.group()], written)
        for reading in dict.fromkeys(
            (plain.translate(_SIGN), plain.translate(_OTHERWISE).translate(_SIGN))
        ):
            if reading != written and len(_LETTER.findall(reading)) > 2:
                yield View("leet", reading, start, end)


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Where words stand together of which one at least is leetspeak and each may be."""
    start = end = -1
    mixed = False
    for word in _WORD.finditer(text):
        may_be = any(sign in _SIGNS for sign in word.group())
        if start >= 0 and (not may_be or word.start() > end + 1 or end - start > _LONGEST):
            if mixed:
                yield start, end
            start, mixed = -1, False
        if may_be:
            start = word.start() if start < 0 else start
            end = word.end()
            mixed = mixed or _MIXED.search(word.group()) is not None
    if start >= 0 and mixed:
        yield start, end
