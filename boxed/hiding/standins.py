"""Stand-ins: words that a product has tied to nothing, one for each identifying word.

``stand_in("halmere", key)`` is always the same coined word for the same word and policy, so a
conversation stays consistent over its turns without any state. A stand-in has as many characters
as the word it replaces, which is what lets case be carried over letter by letter and makes the
swap exactly reversible.
"""

from __future__ import annotations

import hashlib
import unicodedata

_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"
# Short coined words could be English ones ("time", "data"). With a z in it, hardly any is.
_SHORT = 6
_MARK = "z"
_WORDS_WITH_MARK = frozenset(
    ["zen", "zip", "zap", "zit", "zed", "zag", "zig", "zoo", "zero", "zone", "size", "doze",
     "gaze", "maze", "haze", "raze", "daze", "faze", "bozo", "oozed", "zoned", "razor", "vizor",
     "zonal", "sized", "dozen", "mazes"]
)  # fmt: skip
_ALPHABETS = (
    ("CYRILLIC", "бвгдзклмнпрст", "аеиоу"),
    ("GREEK", "βγδζκλμνπρτ", "αειοω"),
    ("HANGUL", "가나다라마바사아자차카타파하", "고노도로모보소오조초코토포호"),
    ("HIRAGANA", "かきくけこたちつてと", "まみむめもらりるれろ"),
    ("KATAKANA", "カキクケコタチツテト", "マミムメモラリルレロ"),
    ("CJK", "丁文立平安江林石田川", "乐元光宁成和明青海云"),
)
# After so many words of one length, the next are a character longer: short names never run out.
_PER_LENGTH = 100
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip


def stand_in(word: str, key: str, attempt: int = 0) -> str:
    """Coin a word as long as ``word`` and in its script, fixed by ``word``, ``key``, ``attempt``.

    Numbers are answered by ``other_number``, months by ``other_month``.
    """
    if word.isdecimal() and word.isascii():
        return other_number(word)
    if word in MONTHS:
        return other_month(word)
    digest = hashlib.sha256(f"{key}\x1f{word}\x1f{attempt}".encode()).digest()
    alphabets = _letters_for(word)
    first = digest[0] % 2
    coined = "".join(
        alphabets[(index + first) % 2][digest[1 + index % 31] % len(alphabets[(index + first) % 2])]
        for index in range(len(word) + attempt // _PER_LENGTH)
    )
    return _marked(coined, first) if alphabets[0] == _CONSONANTS else coined


def _marked(coined: str, first: int) -> str:
    """Put a z into a short Latin word."""
    if len(coined) >= _SHORT or _MARK in coined or len(coined) <= first:
        return coined
    return f"{coined[:first]}{_MARK}{coined[first + 1 :]}"


def is_ordinary(coined: str) -> bool:
    """Say whether a coined word happens to be an English one."""
    return coined in _WORDS_WITH_MARK


def _letters_for(word: str) -> tuple[str, str]:
    name = unicodedata.name(word[0], "")
    for script, strong, weak in _ALPHABETS:
        if name.startswith(script):
            return strong, weak
    return _CONSONANTS, _VOWELS


def other_number(digits: str) -> str:
    """Give a number of the same length; its own inverse.

    Days mirror within 1 to 28; of longer numbers and years the last two digits change, such that
    a year of this century does not become a far one.
    """
    if len(digits) == 1:
        return digits if digits == "0" else str(10 - int(digits))
    if len(digits) == 2:
        return _other_pair(int(digits))
    tens, ones = int(digits[-2]), int(digits[-1])
    return f"{digits[:-2]}{_TENS[tens]}{9 - ones}"


_TENS = (1, 0, 2, 4, 3, 6, 5, 8, 7, 9)


def _other_pair(number: int) -> str:
    if 1 <= number <= 28:
        return f"{29 - number:02}"
    if 29 <= number <= 31:
        return f"{60 - number:02}"
    return f"{131 - number if number else 0:02}"


def other_month(month: str) -> str:
    """Mirror the month (January and December swap); its own inverse."""
    return MONTHS[11 - MONTHS.index(month)]
