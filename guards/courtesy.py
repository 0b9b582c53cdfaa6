"""Words that tell nothing of anybody: of courtesies, offers and questions back, by language.

    left_of("I'd be happy to help if you share some details about her")   ->  []
    left_of("Unfortunately she was a convicted forger")   ->  ["convicted", "forger"]

The files lie in `courtesies/`, named by the language's ISO 639-1 code: words with blanks between
them, a star for any ending, an underscore between words that count only together. What is written
without blanks (Chinese, Japanese, Korean) stands anywhere in a clause.
"""

import re
from functools import cache
from pathlib import Path

from guards.reading.canonical import fold
from guards.reading.wording import STOPWORDS

__all__ = ["left_of"]

_FOLDER = Path(__file__).resolve().parent / "courtesies"
_UNSPACED = frozenset({"zh", "ja", "ko"})
_TELLING = frozenset(
    ["author", "book", "books", "novel", "novels", "work", "works", "write", "writer", "writes",
     "writing", "written", "wrote"]
)  # fmt: skip
"""Words so frequent in questions that they count as little ones elsewhere; here they tell."""
_WORD = re.compile(r"[^\W\d_]+")
_SHORT = 2  # letters of a Latin word that tells nothing


def left_of(clause: str) -> list[str]:
    """The words of a clause, folded, that are no courtesy in any of the languages."""
    rest = _spaced().sub(" ", fold(clause).text)
    rest = _unspaced().sub(" ", rest)
    return [word for word in _WORD.findall(rest) if len(word) > _SHORT or not word.isascii()]


@cache
def _spaced() -> re.Pattern[str]:
    """Words that stand between blanks, the longest first."""
    known = {re.escape(word) for word in STOPWORDS - _TELLING}
    for path in sorted(_FOLDER.glob("*.txt")):
        if path.stem not in _UNSPACED:
            known.update(map(_pattern, _entries(path)))
    return re.compile(rf"(?<!\w)(?:{_any(known)})(?!\w)")


@cache
def _unspaced() -> re.Pattern[str]:
    paths = (_FOLDER / f"{language}.txt" for language in sorted(_UNSPACED))
    entries = {entry for path in paths for entry in _entries(path) if not entry.isascii()}
    return re.compile(_any({_pattern(entry) for entry in entries}))


def _entries(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [entry for line in lines if not line.startswith("#") for entry in line.split()]


def _pattern(entry: str) -> str:
    """An entry as the clauses are written: folded, with its stars and gaps."""
    words = [re.escape(fold(word.rstrip("*")).text) for word in entry.split("_")]
    stars = ["\\w*" if word.endswith("*") else "" for word in entry.split("_")]
    return r"[ .]+".join(word + star for word, star in zip(words, stars, strict=True))


def _any(patterns: set[str]) -> str:
    return "|".join(sorted(patterns, key=lambda one: (-len(one), one)))
