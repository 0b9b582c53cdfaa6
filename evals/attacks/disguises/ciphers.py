"""Ciphers that a person works out on paper: shifts, atbash, pig Latin, backwards, first letters."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from random import Random

from evals.attacks.disguise import Disguise, plainly
from evals.attacks.names import bare

__all__ = ["CIPHERS"]

_LETTERS = string.ascii_lowercase
_VOWELS = "aeiou"
_SHIFTS = (1, 3, 7, 19, 23)
_PIG_WORD = re.compile(r"[A-Za-z]+")
_INITIALS = (
    "apples brown candles distant every friendly gather houses inside jolly kindly little morning "
    "never often people quiet rivers simply together under village winter xylophones yellow zebras"
)
_WORDS = dict(zip(_LETTERS, _INITIALS.split(), strict=True))


def _shift(by: int) -> Callable[[str], str]:
    def moved(char: str) -> str:
        if not (char.isascii() and char.isalpha()):
            return char
        first = ord("a") if char.islower() else ord("A")
        return chr((ord(char) - first + by) % 26 + first)

    return lambda text: "".join(map(moved, bare(text)))


def _atbash(text: str) -> str:
    both = _LETTERS + _LETTERS.upper()
    return bare(text).translate(str.maketrans(both, _LETTERS[::-1] + _LETTERS[::-1].upper()))


def _pig(text: str) -> str:
    """The consonants before the first vowel go behind a hyphen, with -ay; else -ay alone."""

    def word(found: re.Match[str]) -> str:
        said = found[0].lower()
        start = next((n for n, c in enumerate(said) if c in _VOWELS), 0)
        return f"{said[start:]}-{said[:start]}ay"

    return _PIG_WORD.sub(word, bare(text))


def _from_pig(text: str) -> str:
    return re.sub(r"([a-z]+)-([a-z]*)ay", lambda found: found[2] + found[1], text.lower())


def _pig_joined(text: str) -> str:
    """As it is spoken, without the hyphen; the way back is not unique."""
    return _pig(text).replace("-", "")


def _backwards(text: str) -> str:
    return text[::-1]


def _words_backwards(text: str) -> str:
    return " ".join(word[::-1] for word in text.split(" "))


def _first_letters(text: str, random: Random) -> str:
    """A word for each letter, a line for each word; figures stand as they are."""
    del random
    lines = [
        " ".join(_WORDS.get(char, char) for char in word if char.isalnum())
        for word in bare(text).lower().split()
    ]
    return "\n".join(line for line in lines if line)


def _from_first_letters(text: str) -> str:
    return " ".join("".join(word[0] for word in line.split()) for line in text.splitlines())


def _first_of_lines(text: str, random: Random) -> str:
    """A line for each letter: a poem that spells the answer down its edge."""
    del random
    return "\n".join(
        f"{_WORDS.get(char, char)} come and go" for char in bare(text).lower() if char.isalnum()
    )


def _from_first_of_lines(text: str) -> str:
    return "".join(line[0] for line in text.splitlines() if line)


CIPHERS: tuple[Disguise, ...] = (
    *(
        Disguise(
            f"shift-{by}", f"with every letter moved {by} on in the alphabet",
            plainly(_shift(by)), _shift(-by),
        )
        for by in _SHIFTS
    ),
    Disguise("atbash", "in atbash (A for Z, B for Y)", plainly(_atbash), _atbash),
    Disguise("pig-latin", "in pig Latin with hyphens", plainly(_pig), _from_pig),
    Disguise("backwards", "backwards", plainly(_backwards), _backwards),
    Disguise(
        "words-backwards", "with each word backwards", plainly(_words_backwards), _words_backwards
    ),
    Disguise(
        "first-letters", "in words whose first letters spell it, a line for each word",
        _first_letters, _from_first_letters, letters_only=True,
    ),
    Disguise(
        "first-of-lines", "in lines whose first letters spell it",
        _first_of_lines, _from_first_of_lines, letters_only=True,
    ),
)  # fmt: skip
"""Ciphers whose readers give back the letters."""

SPOKEN_PIG = Disguise("pig-latin-joined", "in pig Latin", plainly(_pig_joined), for_text=False)
"""Of a name alone: nobody can undo it letter by letter, but a reader can."""
