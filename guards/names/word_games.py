"""Word games: how a name sounds in pig Latin and in other languages that children speak.

    pig_latin(("stephen", "king"))   ->  {"ephenstayingkay", ...}
    undone("stubephuben kubing")     ->  "st..eph..en k..ing"

Pig Latin is played forward on the names: undoing it is ambiguous. Games that only put something
in are undone in the texts that look like it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from guards.reading.canonical import squashed

__all__ = ["pig_latin", "played", "undone"]

_ONSETS = (
    re.compile("(?:qu|y(?=[aeiou])|[^aeiouy])*"),  # as it is spoken: yellow, but my
    re.compile("[^aeiou]*"),
    re.compile("[^aeiou]?"),  # the first letter alone
)


_ENDINGS = ("way", "ay", "yay", "hay")
_LATIN = re.compile("[a-z]+")


def pig_latin(words: Sequence[str]) -> set[str]:
    """Every way to say these words of small letters in pig Latin, run together."""
    return set(map("".join, zip(*map(_in_pig_latin, words), strict=True)))


@lru_cache(maxsize=4096)
def _in_pig_latin(word: str) -> tuple[str, ...]:
    """One word for every rule of where to part it and what to say behind it."""
    found: list[str] = []
    for onset in _ONSETS:
        match = onset.match(word)
        begin = match.group() if match else ""
        if begin:
            found += [f"{word[len(begin) :]}{begin}ay"] * len(_ENDINGS)
        else:
            found += [word + ending for ending in _ENDINGS]
    return tuple(found)


def played(words: Sequence[str]) -> set[str]:
    """These words in pig Latin, each backwards, and each letter twice; in Latin letters alone."""
    together = map("".join, zip(*map(_played, words), strict=True))
    return {form for form in together if _LATIN.fullmatch(form)}


@lru_cache(maxsize=4096)
def _played(word: str) -> tuple[str, ...]:
    forms = (*_in_pig_latin(word), word[::-1], "".join(letter * 2 for letter in word))
    if word.isascii() and word.isalpha() and word.islower():
        return forms
    return tuple(map(squashed, forms))


_NEAR = 12  # characters between two places of a game
_VOWEL = "[aeiouy]"
_PUT_IN = tuple(
    (said, re.compile(rf"{said}(?={_VOWEL})"))
    for said in ("ub", "ob", "op", "ag", "av", "idig", "ithag")
) + tuple((said, re.compile(rf"({_VOWEL}{{1,3}}){said}\1")) for said in ("lew", "lef"))
_BETWEEN_TWINS = {
    sign: re.compile(rf"({_VOWEL}{{1,3}}){sign}\1" if sign != "o" else r"([b-df-hj-np-tv-xz])o\1")
    for sign in "pfbgko"
}
# A sign between two that are the same letter, sought from the sign on.
_TWINS = re.compile(r"[pfbgko](?<=([a-z]).)(?=\1)")


def undone(folded: str) -> Iterator[str]:
    """`folded` with full stops in place of the syllables that some game put into it.

    A syllable before each vowel (ubbi dubbi), after each with the vowel said again (the languages
    of P and F, in German of spoons), and Swedish robbers' o between two of each consonant.
    """
    for syllable, pattern in _PUT_IN:
        parts = folded.split(syllable)
        if len(parts) > 2 and min(map(len, parts[1:-1])) <= _NEAR:
            yield pattern.sub(_dots, folded)
    places: dict[str, list[int]] = {}
    for match in _TWINS.finditer(folded):
        places.setdefault(match.group(), []).append(match.start())
    for sign, found in places.items():
        if any(second - first <= _NEAR for first, second in pairwise(found)):
            yield _BETWEEN_TWINS[sign].sub(_dots, folded)


def _dots(match: re.Match[str]) -> str:
    kept = match.group(1) if match.lastindex else ""
    return kept + "." * (len(match.group()) - len(kept))
