"""What words mean beside any one subject: how common they are, and who else bears them as names.

    is_ordinary("cash"), is_surname("kelly"), is_given("grace")   ->  True, True, True

Word frequencies are those of the package `wordfreq` (the words that stand at least once in a
million of a language), names those of the package `names` (the US census of 1990). Both are read
as data files when first asked for, a tenth of a second in all; their code is not imported, which
would take ten times as long. Words are folded ones (`canonical`).
"""

import gzip
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import cast

import msgpack

from guards.reading.canonical import squashed

__all__ = [
    "is_foreign",
    "is_given",
    "is_ordinary",
    "is_surname",
    "is_usual_given",
    "languages_of",
    "rarity_in",
]

_FOREIGN = 500
"""A word as frequent as this, in hundredths of a power of ten (once in 100,000), is ordinary."""
_ABSENT = 650
"""Taken for the rarity of words that are not in a list, which ends at 600."""
_AS_OFTEN = 50
"""How much rarer a name that is known everywhere may be in other languages."""
_SURNAME = 0.002
"""Percent of people who bear a surname that is nobody's own: about one in 50,000."""
_GIVEN = 0.005
_LANGUAGES = {
    "LATIN": ("en", "de", "es", "fr", "it", "nl", "pt"),
    "CYRILLIC": ("ru", "uk", "bg"),
    "GREEK": ("el",),
    "ARABIC": ("ar", "fa", "ur"),
    "HEBREW": ("he",),
    "DEVANAGARI": ("hi",),
    "HANGUL": ("ko",),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "CJK": ("zh", "ja"),
}


def languages_of(word: str) -> tuple[str, ...]:
    """The languages whose words are compared with the folded `word`, by its script.

    Folding has turned letters that look Latin into Latin ones, so any other letter tells.
    """
    telling = next((character for character in word if not character.isascii()), "a")
    script = unicodedata.name(telling, "").partition(" ")[0]
    return _LANGUAGES.get(script, ("en",))


@lru_cache(maxsize=65536)
def is_ordinary(word: str) -> bool:
    """Say whether the folded `word` is one that any text may hold.

    A rarer word of English that six other languages use about as often is a name that is known
    everywhere (Einstein), and no ordinary word.
    """
    languages = languages_of(word)
    rarities = [_rarities(language).get(word) for language in languages]
    own, *others = rarities
    if any(rarity is not None and rarity < _FOREIGN for rarity in rarities):
        return True
    if own is None or languages[0] != "en":
        return False
    elsewhere = median(_ABSENT if rarity is None else rarity for rarity in others) if others else 0
    return elsewhere > own + _AS_OFTEN or not others


@lru_cache(maxsize=65536)
def is_foreign(word: str) -> bool:
    """Say whether the folded `word` is ordinary in other languages of its script alone."""
    own, *others = (_rarities(language).get(word, _ABSENT) for language in languages_of(word))
    return own >= _FOREIGN and any(rarity < _FOREIGN for rarity in others)


@lru_cache(maxsize=65536)
def rarity_in(word: str, script: str) -> int:
    """How rare a folded word of `script` is, in hundredths of a power of ten, where most usual."""
    languages = _LANGUAGES.get("CJK" if script.startswith("han ") else script.upper(), ())
    return min((_rarities(one).get(word, _ABSENT) for one in languages), default=_ABSENT)


def is_surname(word: str) -> bool:
    """Say whether thousands of people bear the folded `word` as their surname."""
    return word in _surnames()


def is_given(word: str) -> bool:
    """Say whether the folded `word` is a first name."""
    return word in _given_names()


def is_usual_given(word: str) -> bool:
    """Say whether it is one that is met rather than a slip of the pen: one in 20,000 bears it."""
    return _given_names().get(word, 0.0) >= _GIVEN


@cache
def _rarities(language: str) -> dict[str, int]:
    """How rare each word of a language is, in hundredths of a power of ten."""
    path = _data("wordfreq") / "data" / f"small_{language}.msgpack.gz"
    with gzip.open(path) as file:
        # A header, then for every step the words that are as rare.
        steps = cast("list[list[str]]", msgpack.load(file, raw=False))[1:]
    found: dict[str, int] = {}
    for rarity, words in enumerate(steps):
        for word in words:
            found.setdefault(squashed(word), rarity)
    return found


@cache
def _surnames() -> frozenset[str]:
    rows = _rows("dist.all.last")
    return frozenset(name for name, percent in rows if percent >= _SURNAME)


@cache
def _given_names() -> dict[str, float]:
    """First names with the percent of women or men who bear them, the more of the two."""
    found: dict[str, float] = {}
    for file in ("dist.female.first", "dist.male.first"):
        for name, percent in _rows(file):
            found[name] = max(percent, found.get(name, 0.0))
    return found


def _rows(file: str) -> Iterator[tuple[str, float]]:
    """(folded name, percent) of each line of a table of the census."""
    for line in (_data("names") / file).read_text("ascii").splitlines():
        name, percent = line.split()[:2]
        yield name.lower(), float(percent)


def _data(package: str) -> Path:
    """The folder of a package, found without importing it; raises ImportError without one."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"the package {package} is not installed: run 'pip install {package}'")
    return Path(spec.submodule_search_locations[0])
