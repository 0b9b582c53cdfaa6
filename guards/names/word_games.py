"""Word games: how a name sounds in pig Latin and in other languages that children speak.

    played(("stephen", "king"))  ->  {"ephenstayingkay", "stubephubenkubing", ...}

A game is played forward on the names, not undone in the texts: undoing is ambiguous.
"""

import re
from collections.abc import Sequence

__all__ = ["pig_latin", "played", "spelled_otherwise"]

_VOWELS = tuple(re.compile(f"[{of}]{many}") for of in ("aeiouy", "aeiou") for many in ("+", ""))
_CONSONANT = re.compile("[b-df-hj-np-tv-xz]")
_ONSETS = (
    re.compile("(?:qu|y(?=[aeiou])|[^aeiouy])*"),  # as it is spoken: yellow, but my
    re.compile("[^aeiou]*"),
    re.compile("[^aeiou]?"),  # the first letter alone
)
_BEFORE_VOWELS = ("ub", "ob", "op", "ag", "av", "idig", "ithag")
_DOUBLED_WITH = ("p", "f", "b", "g", "k", "lew", "lef")


def pig_latin(words: Sequence[str]) -> set[str]:
    """Every way to say these words of small letters in pig Latin, run together."""
    return {
        "".join(_in_pig_latin(word, onset, ending) for word in words)
        for onset in _ONSETS
        for ending in ("way", "ay", "yay", "hay")
    }


def _in_pig_latin(word: str, onset: re.Pattern[str], ending: str) -> str:
    match = onset.match(word)
    begin = match.group() if match else ""
    return word[len(begin) :] + begin + "ay" if begin else word + ending


def spelled_otherwise(words: Sequence[str]) -> set[str]:
    """Each word backwards, and each letter written twice."""
    return {
        "".join(word[::-1] for word in words),
        "".join(letter * 2 for word in words for letter in word),
    }


def played(words: Sequence[str]) -> set[str]:
    """These words of small letters with a syllable put into them, run together.

    Before each vowel (ubbi dubbi), after each with the vowel said again (the languages of P and
    F, in German of spoons), and Swedish robbers' o between two of each consonant.
    """
    whole = "".join(words)
    games = [
        *((vowel, rf"{said}\g<0>") for vowel in _VOWELS for said in _BEFORE_VOWELS),
        *((vowel, rf"\g<0>{said}\g<0>") for vowel in _VOWELS for said in _DOUBLED_WITH),
        (_CONSONANT, r"\g<0>o\g<0>"),
    ]
    return {pattern.sub(said, whole) for pattern, said in games} - {whole}
