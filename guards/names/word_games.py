"""Word games: how a name sounds in pig Latin and in other languages that children speak.

    pig_latin(("stephen", "king"))   ->  {"ephenstayingkay", ...}
    undone("stubephuben kubing")     ->  "st..eph..en k..ing"

Pig Latin is played forward on the names: undoing it is ambiguous. Games that only put something
in are undone in the texts that look like it.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np

__all__ = ["pig_latin", "spelled_otherwise", "undone"]

_ONSETS = (
    re.compile("(?:qu|y(?=[aeiou])|[^aeiouy])*"),  # as it is spoken: yellow, but my
    re.compile("[^aeiou]*"),
    re.compile("[^aeiou]?"),  # the first letter alone
)


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


_NEAR = 12  # characters between two places of a game
_VOWEL = "[aeiouy]"
_PUT_IN = tuple(
    (said, re.compile(rf"{said}(?={_VOWEL})"))
    for said in ("ub", "ob", "op", "ag", "av", "idig", "ithag")
) + tuple((said, re.compile(rf"({_VOWEL}{{1,3}}){said}\1")) for said in ("lew", "lef"))
_BETWEEN_TWINS = {
    ord(sign): re.compile(
        rf"({_VOWEL}{{1,3}}){sign}\1" if sign != "o" else r"([b-df-hj-np-tv-xz])o\1"
    )
    for sign in "pfbgko"
}
_TWINNING = np.isin(np.arange(256), list(_BETWEEN_TWINS))


def undone(folded: str) -> Iterator[str]:
    """`folded` with full stops in place of the syllables that some game put into it.

    A syllable before each vowel (ubbi dubbi), after each with the vowel said again (the languages
    of P and F, in German of spoons), and Swedish robbers' o between two of each consonant.
    """
    for syllable, pattern in _PUT_IN:
        parts = folded.split(syllable)
        if len(parts) > 2 and min(map(len, parts[1:-1])) <= _NEAR:
            yield pattern.sub(_dots, folded)
    codes = np.frombuffer(folded.encode("ascii", "replace"), dtype=np.uint8)
    twins = np.flatnonzero(codes[:-2] == codes[2:])
    between = codes[twins + 1]
    put_in = _TWINNING[between] & (codes[twins] >= 97)
    if put_in.sum() < 2:
        return
    twins, between = twins[put_in], between[put_in]
    for sign, pattern in _BETWEEN_TWINS.items():
        places = twins[between == sign]
        if len(places) > 1 and (np.diff(places) <= _NEAR).any():
            yield pattern.sub(_dots, folded)


def _dots(match: re.Match[str]) -> str:
    kept = match.group(1) if match.lastindex else ""
    return kept + "." * (len(match.group()) - len(kept))
