"""A person's name inside a question: where it stands, and the parts it is made of.

name_in("What did Stephen Edwin King write?", "Stephen King")   ->  "Stephen Edwin King"
parts_of("Vincent van Gogh")                                    ->  Parts("Vincent", "van Gogh")
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Parts", "bare", "name_in", "parts_of"]

_PARTICLES = frozenset(
    ["al", "bin", "da", "de", "del", "der", "di", "dos", "du", "el", "ibn", "la", "le", "van",
     "von", "y"]
)  # fmt: skip
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii"})


class Parts(NamedTuple):
    """What stands before the surname, and the surname with its particles; one may be empty."""

    given: str
    surname: str


def parts_of(name: str) -> Parts:
    """The two halves of a name; a name of one word is a surname."""
    words = name.split()
    last = len(words) - 1
    while last > 1 and words[last].lower() in _SUFFIXES:
        last -= 1
    while last > 1 and words[last - 1].lower() in _PARTICLES:
        last -= 1
    return Parts(" ".join(words[: max(last, 0)]), " ".join(words[last:]))


def bare(text: str) -> str:
    """The text without accents, each character in its place: as long as before."""
    return "".join((unicodedata.normalize("NFD", char) or char)[0] for char in text)


def name_in(text: str, subject: str) -> str:
    """The subject's name as the text writes it, with middle names if it has some; else empty."""
    found = _pattern(subject).search(bare(text))
    return text[found.start() : found.end()] if found else ""


@lru_cache(512)
def _pattern(subject: str) -> re.Pattern[str]:
    words = bare(subject).split()
    whole = r"\s+".join(map(re.escape, words))
    first, last = (
        re.escape(words[0]),
        r"\s+".join(map(re.escape, bare(parts_of(subject)[1]).split())),
    )
    between = rf"{first}(?:\s+[\"'“]?[A-Z][\w.'-]*[\"'”]?){{0,3}}\s+{last}"
    longer = f"|{between}" if len(words) > 1 else ""
    return re.compile(rf"(?<!\w)(?:{whole}{longer})(?!\w)", re.IGNORECASE)
