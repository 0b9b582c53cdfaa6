r"""Canonical text: what a reader would see, whatever code points were used to write it.

    fold("\uff28s\u200biao - Yun")  ->  "hsiao . yun"

Every guard reads folded text, so an obfuscated name equals its plain form. Folding looks at one
code point at a time and at nothing around it: a stream can be folded piece by piece and gives the
same text as folding it whole. The folded alphabet is: letters and digits (case-folded), one blank
for white space, and `.` for everything else. Invisible characters and accents vanish.

Sources: Unicode NFKD and case folding; UTS 39 confusables as carried by `confusable-homoglyphs`.
"""

import functools
import json
import re
import unicodedata
from importlib import resources
from typing import NamedTuple

__all__ = [
    "BLANK",
    "PUNCTUATION",
    "Folded",
    "fold",
    "fold_leet",
    "folded",
    "is_boundary",
    "small_words",
    "squash",
    "squashed",
]

BLANK = " "
PUNCTUATION = "."

# Default-ignorable code points whose category is not Cf, and so would survive otherwise.
_IGNORABLE = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0x2800}
# Kana voicing marks change the letter; dropping them would merge unrelated names.
_KEPT_MARKS = {0x3099, 0x309A}
# Scripts without blanks between words, where every character may begin or end a name.
_SOLO = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uf900-\ufaff\U00020000-\U0003ffff"
)
_SHORT, _REMEMBERED = 400, 256  # characters of a text, and how many texts are remembered
_IS_SOLO = re.compile(f"[{_SOLO}]")
# Vowel and final jamo, and kana voicing marks, belong to the character before them.
_JOINS = re.compile("[\u1160-\u11ff\u3099\u309a]")
# Unicode sorts this one with a dotless i; fonts draw it as an l.
_SEEN_AS = {"\u04cf": "l"}
_LEET = str.maketrans({
    "0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "l",
    "|": "l", "i": "l",
})  # fmt: skip


class Folded(NamedTuple):
    """Folded `text` of a raw string of length `raw_length`.

    `offsets[i]` is the raw offset of the code point that `text[i]` came from; None means that
    folded and raw offsets are the same, as they are for ASCII.
    """

    text: str
    raw_length: int
    offsets: tuple[int, ...] | None = None

    def start(self, index: int) -> int:
        """Raw offset where the folded character `index` begins (the raw length past the end)."""
        if self.offsets is None:
            return index
        return self.offsets[index] if index < len(self.offsets) else self.raw_length

    def end(self, index: int) -> int:
        """Raw offset just behind the folded characters before `index`."""
        if self.offsets is None or index == 0:
            return index
        return self.offsets[index - 1] + 1


@functools.cache
def _look_alikes() -> dict[str, str]:
    """Non-ASCII character -> the ASCII letters it looks like, in their own case."""
    found: dict[str, str] = {}
    path = resources.files("confusable_homoglyphs") / "confusables.json"
    table: dict[str, list[dict[str, str]]] = json.loads(path.read_text("utf-8"))
    for character, entries in table.items():
        if len(character) == 1 and not character.isascii():
            targets = [e["c"] for e in entries if e["c"].isascii() and e["c"].isalpha()]
            if targets:
                found[character] = min(targets, key=lambda target: (len(target), target))
    found.update(_SEEN_AS)
    return found


def _look_alike(character: str) -> str | None:
    """Return the ASCII letters that `character` looks like in lower case, own glyph first.

    Unicode sorts a capital I with l; a capital letter whose look-alike is l is read as i.
    """
    table = _look_alikes()
    target = table.get(character)
    if target == "l" and character != character.lower():
        return table.get(character.lower(), "i").lower()
    for form in (character, character.casefold(), character.upper()):
        if target := table.get(form):
            return target.lower()
    return None


def _fold_character(character: str) -> str:
    point = ord(character)
    category = unicodedata.category(character)
    if point in _KEPT_MARKS:
        return character
    if point in _IGNORABLE or category in ("Cf", "Mn", "Me"):
        return ""
    if character.isspace():
        return BLANK
    if category == "Mc":
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if not character.isascii():
        parts = unicodedata.normalize("NFKD", character)
        if parts != character:
            return "".join(_fold_character(part) for part in parts)
        if not _IS_SOLO.match(character) and (target := _look_alike(character)):
            return target
    if not character.isalnum():
        return PUNCTUATION
    folded = character.casefold()
    return folded if folded == character else "".join(map(_fold_character, folded))


class _Table(dict[int, str]):
    """A translation table that folds a code point the first time it is met."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold_character(chr(point))
        return folded


class _LeetTable(dict[int, str]):
    def __missing__(self, point: int) -> str:
        character = chr(point)
        folded = _TABLE[point].translate(_LEET)
        if folded == PUNCTUATION:
            plain = unicodedata.normalize("NFKC", character)
            folded = plain.translate(_LEET) if plain in "@$!|" else folded
        self[point] = folded
        return folded


_TABLE = _Table({point: _fold_character(chr(point)) for point in range(128)})
_LEET_TABLE = _LeetTable()


def fold(text: str) -> Folded:
    """Fold `text`; O(n), one C call for ASCII.

    What is short is remembered: a stream folds its held text for every reading.
    """
    return _fold_again(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> Folded:
    folded = text.translate(_TABLE)
    if text.isascii():
        # A few ASCII controls count as blanks, none is dropped: offsets stay the same.
        return Folded(folded, len(text))
    return Folded(folded, len(text), _offsets(text))


_fold_again = functools.lru_cache(_REMEMBERED)(_fold)


def _offsets(text: str) -> tuple[int, ...] | None:
    if all(len(_TABLE[ord(character)]) == 1 for character in set(text)):
        return None
    lengths = [len(_TABLE[ord(character)]) for character in text]
    return tuple(at for at, length in enumerate(lengths) for _ in range(length))


def fold_leet(text: str) -> str:
    """Fold `text` with digits and symbols read as letters (`0 1 3 4 5 7 @ $ ! |`), i as l.

    Character for character parallel to `fold(text).text`.
    """
    return text.translate(_LEET_TABLE)


@functools.lru_cache(8)
def small_words(folded: str) -> tuple[str, ...]:
    """The words of a folded text; those of the last few, which much looks words up in, are kept."""
    return tuple(folded.replace(PUNCTUATION, BLANK).split())


def squash(folded: str) -> str:
    """Folded text without its blanks and punctuation."""
    return folded.replace(BLANK, "").replace(PUNCTUATION, "")


def folded(text: str) -> str:
    """``fold(text).text``, for whoever needs no offsets."""
    return text.translate(_TABLE)


def squashed(text: str) -> str:
    """``squash(fold(text).text)``, for whoever reads words by the hundred thousand."""
    return squash(text.translate(_TABLE))


@functools.lru_cache(maxsize=4096)
def is_boundary(before: str, after: str) -> bool:
    """Say whether a word may end between these two neighbours in folded text.

    Either may be empty, for the edge of the text. Digits and letters part ("Anna2"), and
    characters of scripts without blanks are words of their own.
    """
    if before in " ." or after in " .":
        return True
    if before.isascii() and after.isascii():
        return before.isdigit() != after.isdigit()
    if _JOINS.match(after):
        return False
    if _IS_SOLO.match(before) or _IS_SOLO.match(after):
        return True
    return before.isdigit() != after.isdigit()
