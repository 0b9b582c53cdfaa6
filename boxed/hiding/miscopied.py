"""Stand-ins that a model has copied with a slip: they go back to the client as names all the same.

    miscopied("Bofunakadu", {"bofunakafudi"}, heard=frozenset())   ->  "bofunakafudi"

A stand-in is a word that no model has met, and small models drop or double letters of it. A word
is taken for one that is no word of the client's, no ordinary one, begins with a capital, and
shares most of its letters, or its first ones, with a stand-in of the same request.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from guards.names.common_words import is_ordinary, is_usual_given
from guards.reading.canonical import fold

__all__ = ["begun", "miscopied"]

_ALIKE = 0.75  # share of letters in the same order
_SHORTEST, _LONGEST = 4, 40  # letters
_PREFIX = 5  # letters: "PepenZi" for Pepenoz
_BEGUN = 3  # letters of a stand-in at which a reply was cut off


def miscopied(word: str, stand_ins: Iterable[str], heard: frozenset[str]) -> str | None:
    """The stand-in, in small letters, that a word must be meant for; None if it is none.

    ``heard`` are the folded words of the client's request.
    """
    low = word.lower()
    if not _SHORTEST <= len(word) <= _LONGEST or not _is_strange(word, heard):
        return None
    found = max(stand_ins, key=lambda one: (_likeness(low, one), one), default=None)
    return found if found is not None and _likeness(low, found) >= _ALIKE else None


def begun(word: str, stand_ins: Iterable[str], heard: frozenset[str]) -> str | None:
    """The stand-in, in small letters, that a reply was cut off within; None if in none."""
    low = word.lower()
    if len(word) < _BEGUN or not _is_strange(word, heard):
        return None
    return next((one for one in sorted(stand_ins) if one.startswith(low) and one != low), None)


def _is_strange(word: str, heard: frozenset[str]) -> bool:
    """Does a word begin with a capital, and is it neither the client's nor anybody's?"""
    low = word.lower()
    if word[0] == low[0] or fold(word).text in heard:
        return False
    return not is_ordinary(low) and not is_usual_given(low)


def _likeness(word: str, stand_in: str) -> float:
    if len(stand_in) < _SHORTEST:
        return 0.0
    if word.startswith(stand_in[:_PREFIX]):
        return 1.0
    return SequenceMatcher(None, word, stand_in, autojunk=False).ratio()
