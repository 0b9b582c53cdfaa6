"""Words of a record as drafting reads them: names of every script, with where they stand.

    [w.text for w in words_in("Did J.R. Ewing's son know will.i.am?")]
    ['Did', 'J.R.', 'Ewing', 'son', 'know', 'will.i.am']

A point inside a name belongs to it, a possessive does not. Chinese, Japanese and Thai have no
spaces between words, and Korean writes particles on to them: they come as whole runs.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["UNSPACED", "Word", "cased", "has_capital", "is_odd", "is_unspaced", "words_in"]

_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f"
    "\u0670\u0900-\u0963\u0966-\u0dff\u1000-\u109f\u1780-\u17d3"
)
UNSPACED = (
    "\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3"
    "\u0e01-\u0e4e"
)
"""Characters of scripts whose words are not parted by spaces alone, as a class of a pattern."""
_L = rf"(?:(?![{UNSPACED}])[^\W_]|[{_MARKS}])"
_TOKEN = re.compile(
    rf"(?P<run>[{UNSPACED}](?:[{UNSPACED}]|[·・](?=[{UNSPACED}]))*)"
    rf"|(?P<initials>(?<![\w.])(?:{_L}\.){{2,}}(?!\w))"
    rf"|(?P<abbreviated>\b(?:[^\W\d_a-z]|Jr|Sr|St|Dr|Mr|Mrs|Ms|Inc|Ltd|Co|Corp|Bros)\.(?!\w))"
    rf"|(?P<word>{_L}+(?:['’ʼ.\-‐‑!$*/&+@]{_L}+)*\+?)"  # noqa: RUF001  (as names have them)
)
_POSSESSIVE = re.compile(r"(?:['’ʼ][sS])\Z")  # noqa: RUF001  (typographic apostrophe)
_OPENING = re.compile(r"(?:\A|[.!?:;\n。！？|]['\"”’)\]]*)[\s\"“‘«'(¿¡\[]*\Z")  # noqa: RUF001
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:[^\W\d_]|Jr|Sr|St|Dr|Mr|Mrs|Ms|No|vs|Inc|Ltd|Co|Corp|Bros)\.)\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its ``key`` for comparing; ``opens`` a sentence; ``owns`` what follows ('s).

    ``gap`` is what stands between it and the word before: two words are of one phrase where that
    is nothing but a space. ``tail`` is the possessive ending; ``ends`` says that punctuation
    follows, as it never follows a possessive.
    """

    text: str
    key: str
    start: int
    end: int
    opens: bool
    owns: bool
    gap: str
    tail: str = ""
    ends: bool = False


def has_capital(text: str) -> bool:
    """Whether a word begins as names do where there are capitals; ``al-Amin`` does."""
    return text[:1].isupper() or any(c.isupper() for c in text[2:4] if text[2:3] in "-'’")  # noqa: RUF001


def cased(text: str) -> bool:
    """Whether the script of a word has small letters and capitals."""
    return any(c.lower() != c.upper() for c in text)


def is_unspaced(text: str) -> bool:
    """Whether a word is of a script that is written without spaces."""
    return re.match(rf"[{UNSPACED}]", text) is not None


def is_odd(text: str) -> bool:
    """Whether a word has what only names have: points, digits or capitals within letters."""
    inner = text.strip(".")
    letters = [c for c in inner if c.isalpha()]
    if not letters:
        return False
    digits = any(c.isdigit() for c in inner) and not re.fullmatch(r"\d+(?:st|nd|rd|th|s)?", inner)
    signs = any(c in "!$*@+" or (c == "." and len(inner) > 3) for c in inner)
    return digits or signs or any(c.isupper() for c in inner[1:] if letters[0].islower())


def words_in(text: str) -> list[Word]:
    """The words of a text in order."""
    found: list[Word] = []
    last = 0
    for match in _TOKEN.finditer(text):
        part, start, end = match.group(), match.start(), match.end()
        owned = _POSSESSIVE.search(part)
        bare = part[: owned.start()] if owned else part
        before = text[max(0, start - 12) : start]
        opens = bool(_OPENING.search(before if start > 12 else text[:start]))
        if opens and start and _ABBREVIATIONS.search(before):
            opens = False
        if start > 12 and not before.strip():
            opens = False
        after = text[end : end + 1] in ("'", "’") and bare.endswith("s")  # noqa: RUF001
        key = unicodedata.normalize("NFC", bare.casefold())
        gap, tail = text[last:start], part[len(bare) :]
        ends = text[end : end + 1] in ("?", ".", ",", "!", ";", "")
        found.append(Word(bare, key, start, end, opens, bool(tail) or after, gap, tail, ends))
        last = end
    return found
