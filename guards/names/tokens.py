"""The words of a raw text with their places, as names are compared with them.

words_of("by S. King", fold("by S. King"))
->  [Token("by", 0, 2, False, ""), Token("s", 3, 4, True, ""), Token("king", 6, 10, True, "")]
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from guards.names.scripts import romanised
from guards.reading.canonical import Folded, fold

__all__ = ["Token", "gap_between", "words_of"]

_WORD = re.compile(r"[^ .]+")
_SCRIPTS = {
    "cyrillic": "\u0400-\u052f",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "arabic": "\u0620-\u065f\u066e-\u06d3\u0750-\u077f",
    "hebrew": "\u0591-\u05f2",
    "devanagari": "\u0900-\u0963\u0970-\u097f",
    "katakana": "\u30a1-\u30fa\u30fc\u31f0-\u31ff\uff66-\uff9f",
    "hangul": "\uac00-\ud7a3",
}
_OTHER = re.compile("|".join(f"(?P<{name}>[{range_}]+)" for name, range_ in _SCRIPTS.items()))
_SPACE = re.compile(r"[\s\-\u2010-\u2015'\u2019*_~`\u00b7\u30fb\u2027]{1,4}")
_COMMA = re.compile(r"\s?,\s{0,3}")
_POINT = re.compile(r"\.\s{0,3}")


class Token(NamedTuple):
    """A word: folded if it is Latin, `romanised` of another `script`; raw offsets; its capital."""

    text: str
    start: int
    end: int
    capital: bool
    script: str


def words_of(raw: str, folded: Folded) -> list[Token]:
    """The words of `raw`, whose folded text is `folded`, in order."""
    if folded.offsets is None and raw.isascii():
        return [
            Token(match.group(), at := match.start(), match.end(), raw[at].isupper(), "")
            for match in _WORD.finditer(folded.text)
        ]
    found: list[Token] = []
    for match in _WORD.finditer(folded.text):
        start, end = folded.start(match.start()), folded.end(match.end())
        written = raw[start:end]
        others = () if written.isascii() else tuple(_OTHER.finditer(written))
        if others and not _dressed(match.group(), written, others):
            for one in others:
                at, script = start + one.start(), one.lastgroup or ""
                capital = raw[at] == raw[at].upper()  # also where there are no small letters
                text = romanised(one.group())
                found.append(Token(text, at, start + one.end(), capital, script))
        else:
            found.append(Token(match.group(), start, end, raw[start].isupper(), ""))
    return found


def _dressed(folded: str, written: str, others: Sequence[re.Match[str]]) -> bool:
    """Is it a Latin word of which some letters were swapped for others that look like them?"""
    if not (folded.isascii() and folded.isalpha()):
        return False
    scripts = {one.lastgroup for one in others}
    return len(scripts) > 1 or any(c.isascii() and c.isalpha() for c in written)


def gap_between(raw: str, first: Token, second: Token) -> str:
    """What stands between two words: "space", "comma", "point", or "" where it is anything else.

    A hyphen, an apostrophe and marks of emphasis count as space.
    """
    gap = raw[first.end : second.start]
    if gap == " ":
        return "space"
    if not gap.isascii():
        gap = "".join(character for character in gap if fold(character).text)
    if _SPACE.fullmatch(gap):
        return "space"
    if _COMMA.fullmatch(gap):
        return "comma"
    return "point" if _POINT.fullmatch(gap) else ""
