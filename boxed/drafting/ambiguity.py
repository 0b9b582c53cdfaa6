"""Names that alone name nobody, and what they would touch: ordinary words, names of many people.

    ambiguous("King")           ->  "it is an ordinary word"
    ambiguous("Brightwater")    ->  None

A conservative rule from short lists; whoever knows how common a word is passes a better one to
`draft_policies`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from boxed.drafting.little_words import LITTLE
from boxed.drafting.reading import cased, is_odd
from boxed.hiding.identifying import ALSO_WORDS, words_of
from guards.meaning.background import ORDINARY

__all__ = ["WEIGHED", "Ambiguous", "ambiguous", "ordinary_sentences"]

Ambiguous: TypeAlias = Callable[[str], str | None]
"""Says why a name alone names nobody, in words that end a sentence; None where it does."""

WEIGHED = False
"""Whether the guards want something beside an ambiguous alias; if not, none is drafted."""

# Surnames of millions: alone they name nobody.
_SURNAMES = frozenset(
    ["adams", "ahmed", "allen", "anderson", "baker", "brown", "campbell", "carter", "chen", "clark",
     "cohen", "davis", "diaz", "edwards", "evans", "fernandez", "garcia", "gonzalez", "green",
     "hall", "harris", "hernandez", "hill", "huang", "jackson", "johnson", "jones", "khan", "king",
     "kumar", "lewis", "lopez", "martin", "martinez", "miller", "mitchell", "moore", "morgan",
     "morris", "murphy", "nelson", "nguyen", "parker", "patel", "perez", "phillips", "roberts",
     "robinson", "rodriguez", "rogers", "sanchez", "scott", "singh", "smith", "stewart",
     "sullivan", "taylor", "thomas", "thompson", "torres", "tran", "turner", "walker", "wang",
     "watson", "white", "williams", "wilson", "wong", "wright", "yang", "young", "zhang"]
)  # fmt: skip
_COMMON = frozenset(word for text in ORDINARY for word in words_of(text)) | ALSO_WORDS


def ambiguous(name: str) -> str | None:
    """Say why ``name`` alone names nobody; None where it does, as far as short lists can tell."""
    words = [word for word in words_of(name) if word not in LITTLE]
    if not words:
        return "it has only words that any text may hold"
    if len(words) > 1 or is_odd(name) or not cased(name):
        return None
    if name.islower():
        return "it is written as an ordinary word"
    if words[0] in _SURNAMES:
        return "many people bear it as a surname"
    return "it is an ordinary word" if words[0] in _COMMON else None


def ordinary_sentences(name: str) -> tuple[str, ...]:
    """Three sentences about somebody or something else that ``name`` alone would touch."""
    return (
        f"My neighbour Alan {name} has sold the house.",
        f"What does {name.lower()} mean?",
        f"The text mentions {name.lower()} only once.",
    )
