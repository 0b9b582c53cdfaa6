"""Questions whose answer would be a forgotten name, and replies that answer them with another.

    asks_who('Who wrote "The Tin Lake"?')                                 ->  True
    names_somebody("It was written by John Doe.", 'Who wrote "..."?')     ->  True

The right name is never said. A reply that may be any name but that one tells more than none, and
gives somebody's work to somebody else; so where the name is asked for, nobody is named.
"""

from __future__ import annotations

import re

from guards.reading.wording import folded_words, full_names

__all__ = ["asks_who", "names_somebody"]

_WHO = re.compile(r"\b(?:who|whom|whose|name|names|named|called)\b", re.IGNORECASE)


def asks_who(question: str) -> bool:
    """Does an English question ask for a name?"""
    return _WHO.search(question) is not None


def names_somebody(reply: str, said: str) -> bool:
    """Is there a full name in the reply that the client has not written?"""
    known = frozenset(folded_words(said))
    return any(not known.issuperset(name) for name in full_names(reply))
