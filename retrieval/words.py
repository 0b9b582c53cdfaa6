"""The words of a text as copies are compared by: canonical, without punctuation, and located.

    words("The *Gilded* Harbour's end")  ->  ["the", "gilded", "harbour", "s", "end"]

In scripts that put no blanks between words every character is a word of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from guards.canonical import fold

__all__ = ["LocatedWords", "located_words", "plain", "words"]

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
)
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(f"[{_UNSPACED}]|[^ .{_UNSPACED}]+")

# Folding gives the same for both sides, and is thirty times as fast where a text is all ASCII.
_TYPOGRAPHY = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
    "\u2026": ".", "\u00a0": " ", "\u2022": "*", "\u00b7": "*", "\u00a3": "#", "\u20ac": "#",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LocatedWords:
    """Words with the raw offsets where each begins and ends."""

    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]


def plain(text: str) -> str:
    """``text`` of the same length with typographic marks as ASCII; it folds to the same."""
    if not text.isascii():
        for mark, stand_in in _TYPOGRAPHY.items():
            text = text.replace(mark, stand_in)
    return text


def words(text: str) -> list[str]:
    """The words of ``text`` in canonical form, in order."""
    folded = fold(plain(text)).text
    if not folded.isascii() and _HAS_UNSPACED.search(folded):
        return _WORD.findall(folded)
    return folded.replace(".", " ").split()


def located_words(text: str) -> LocatedWords:
    """The same words as `words` gives, with their places in ``text``."""
    folded = fold(plain(text))
    found = list(_WORD.finditer(folded.text))
    return LocatedWords(
        [match.group() for match in found],
        [folded.start(match.start()) for match in found],
        [folded.end(match.end()) for match in found],
    )
