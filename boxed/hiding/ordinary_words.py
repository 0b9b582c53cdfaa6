"""Stand-ins for ordinary words: other ordinary words, of the same ending and about as common.

    ordinary_stand_in("leadership", "orla", taken=())   ->  "hardship"

Where a title or a genre gives a subject away, so do words such as "leadership". A coined word in
its place ("ufilopobos") is one that no writer would have used, so a model finds every answer that
holds it unlikely, and breaks its sentence over it. A word of the same ending is mostly one of the
same kind. Those about as rare as the word itself come first, or as one in 100,000 words where it
is commoner, so few texts have it anyway.

Ordinary are the words of 12dicts, and what English makes of them by an ending; proper names,
peoples and places are none, nor is a word of another language. What stands for them comes from the
list that the EFF chose for passphrases, which holds nothing that offends. Both lists are data of
the package `xkcdpass`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from functools import cache, lru_cache
from importlib.resources import files

from guards.names.common_words import is_given, rarity_in

__all__ = ["is_dictionary_word", "ordinary_stand_in"]

_SHORTEST = 3
_ENDINGS = (3, 2, 1)  # letters that two words of one kind may have in common at their end
_LENGTH = 2  # letters by which words differ that are taken first
_RARE = 500  # hundredths of a power of ten: once in 100,000 words
_LISTED = 600  # words that are rarer stand in no list
_ALIKE = 8
# What a word is made of by an ending: "stars" of "star", "conquering" of "conquer".
_INFLECTIONS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""),
                ("ing", "e"), ("er", ""), ("er", "e"), ("ly", ""))  # fmt: skip


def ordinary_stand_in(word: str, key: str, taken: Collection[str]) -> str | None:
    """An ordinary word for ``word`` (small letters), fixed by both and ``key``.

    None where ``word`` is no ordinary word of English, or all that are like it are ``taken``.
    """
    if len(word) < _SHORTEST or not is_dictionary_word(word):
        return None
    digest = hashlib.sha256(f"{key}\x1f{word}".encode()).digest()
    for ending in _ENDINGS:
        free = [one for one in _alike(word, ending) if one not in taken][:_ALIKE]
        if free:
            return free[int.from_bytes(digest[:4], "big") % len(free)]
    return None


def is_dictionary_word(word: str) -> bool:
    """Say whether a dictionary of English has ``word``, or the word that it is a form of."""
    words = _dictionary()
    return word in words or any(
        word.endswith(ending) and word.removesuffix(ending) + stem in words
        for ending, stem in _INFLECTIONS
    )


@lru_cache(4096)
def _alike(word: str, ending: int) -> tuple[str, ...]:
    """Words of the same ending, those about as long and as common first."""
    wanted = max(rarity_in(word, "latin"), _RARE)
    found = [
        (max(_LENGTH, abs(len(one) - len(word))), abs(rarity - wanted), one)
        for one, rarity in _by_ending().get(word[-ending:], {}).items()
        if one != word
    ]
    return tuple(one for _, _, one in sorted(found))


@cache
def _by_ending() -> dict[str, dict[str, int]]:
    """Words that may stand for others with their rarity, by their last letters."""
    found: dict[str, dict[str, int]] = {}
    for line in _lines("eff-long"):
        word = line.split()[-1]
        rarity = rarity_in(word, "latin")
        if word.isalpha() and rarity < _LISTED and not is_given(word):
            for ending in _ENDINGS:
                found.setdefault(word[-ending:], {})[word] = rarity
    return found


@cache
def _dictionary() -> frozenset[str]:
    return frozenset(word for word in map(str.strip, _lines("legacy")) if word.isalpha())


def _lines(name: str) -> list[str]:
    return files("xkcdpass").joinpath("static", name).read_text("utf-8").splitlines()
