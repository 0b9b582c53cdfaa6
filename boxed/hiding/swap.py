"""The involution of the pseudonymise worker: identifying words for stand-ins, and back.

``s = Swap.of(policies)``; ``s.apply("Where was Jane Roe born?")`` gives the same question about a
name that nobody knows, and ``s.apply(s.apply(text)) == text`` for every text. Each word of a name
is swapped with a word of its own; possessives, spacing and case stay, letter by letter.

Why it is its own inverse: phrases are found with each word or its stand-in alike, so they stand in
the same places of a swapped text; a word whose case could not be carried back is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from boxed.hiding.identifying import CONNECTING, Phrases, phrases_of, words_of
from boxed.hiding.likely_words import LikelyWords
from boxed.hiding.ordinary_words import ordinary_stand_in
from boxed.hiding.standins import MONTHS, is_ordinary, stand_in
from prompts.policy import Policy

_WORD = re.compile(r"[^\W_]+")
_ATTEMPTS = 2000


@dataclass(frozen=True, slots=True)
class Swap:
    """A permutation of words that is applied only inside the phrases that identify a subject."""

    pairs: dict[str, str]
    phrases: Phrases
    primary: dict[str, str]  # policy id -> the stand-in of its first name or alias

    @classmethod
    def of(cls, policies: Iterable[Policy], terms: bool = False) -> Swap:
        """Make the swap of several policies at once, deterministic in their texts.

        With ``terms`` the rare words that the policies list are swapped, too, and ordinary words
        for ordinary ones: a model reads them as if somebody had written them.
        """
        chosen = sorted(policies, key=lambda policy: policy.id)
        pairs = _pairs(chosen, terms)

        def variants(word: str) -> tuple[str, ...]:
            return (word, pairs.get(word, word))

        primary = {
            policy.id: " ".join(pairs.get(w, w).capitalize() for w in words_of(policy.names[0]))
            for policy in chosen
            if policy.names
        }
        return cls(pairs, Phrases.of(chosen, variants, terms), primary)

    def apply(self, text: str) -> str:
        """Swap every identifying phrase; applied twice, this gives the text itself."""
        return self.swapped(text, self.places(text))

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where the phrases stand whose words are swapped: start and end, apart and in order."""
        places = self.phrases.places(text)
        swapped = self.swapped(text, places)
        # Names of unspaced scripts can overlap a stand-in and its neighbour; such a text is left
        # as it is, and whoever hides names covers them by other means.
        back = places if swapped == text else self.phrases.places(swapped)
        return places if self.swapped(swapped, back) == text else []

    def swapped(self, text: str, places: Iterable[tuple[int, int]]) -> str:
        """``text`` with every word that has a stand-in swapped in these places."""
        out, end = "", 0
        for start, behind in places:
            out += text[end:start]
            out += _WORD.sub(lambda word: self.other(word.group()), text[start:behind])
            end = behind
        return out + text[end:]

    def other(self, word: str) -> str:
        """The stand-in of a word, or the word of a stand-in; itself where it has none."""
        other = self.pairs.get(word.lower())
        if other is None:
            return word
        swapped = carry_case(word, other)
        back = self.pairs.get(swapped.lower())
        return swapped if back is not None and carry_case(swapped, back) == word else word


def carry_case(shape: str, word: str) -> str:
    """Write ``word`` in the case of ``shape``: letter by letter when as long, else by pattern."""
    if len(shape) == len(word):
        return "".join(w.upper() if s.isupper() else w for s, w in zip(shape, word, strict=True))
    if shape.isupper() and len(shape) > 1:
        return word.upper()
    return word.capitalize() if shape[:1].isupper() else word


def _pairs(policies: list[Policy], terms: bool) -> dict[str, str]:
    """The permutation of single words."""
    phrases = {p.id: phrases_of(p, terms) for p in policies}
    reserved = {w for own in phrases.values() for phrase in own for w in words_of(phrase)}
    pairs: dict[str, str] = {}
    for policy in policies:
        likely = LikelyWords.of(policy)
        names = {word for name in policy.names for word in words_of(name)}
        for phrase in phrases[policy.id]:
            words = words_of(phrase)
            for word in likely.telling(words):
                if word in CONNECTING or word in pairs or _is_initial(word):
                    continue
                taken = {*pairs, *reserved, *CONNECTING}
                other = likely.stand_in(word, words, taken)
                if other is None and terms and word not in names and word not in MONTHS:
                    other = ordinary_stand_in(word, policy.id, taken)
                other = other or _coined(word, policy, taken)
                pairs[word] = other
                pairs[other] = word
    return pairs


def _is_initial(word: str) -> bool:
    """A single letter: it names nobody, and there are too few others to swap it with."""
    return len(word) == 1 and (word.lower() != word.upper() or word.isdecimal())


def _coined(word: str, policy: Policy, taken: set[str]) -> str:
    if (word.isdecimal() and word.isascii()) or word in MONTHS:
        return stand_in(word, policy.id)
    for attempt in range(_ATTEMPTS):
        other = stand_in(word, policy.id, attempt)
        if other not in taken and not is_ordinary(other) and other not in MONTHS:
            return other
    raise ValueError(f"policy {policy.id}: no free stand-in is left for one of its words")
