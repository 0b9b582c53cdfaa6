"""The ways in which a folded text's letters are matched with names: plain, ROT13, leetspeak.

[one.kind for one in readings("P4blo Neruda", "p4blo neruda")]     ->  ["plain", "rot13", "leet"]
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from guards.reading.canonical import fold_leet

__all__ = ["LEET_HINT", "ROT13", "Reading", "readings"]

LEET_HINT = re.compile(r"[^\x00-\x7f]|[013457@$!|]")
"""What a text holds in which letters are written as figures."""
ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")


class Reading(NamedTuple):
    """One way to read a folded text: `letters` are matched, `plain` is the text as it stands.

    Both are folded, character for character parallel; `kind` is "plain", "rot13" or "leet".
    """

    kind: str
    letters: str
    plain: str


def readings(raw: str, folded: str) -> Iterator[Reading]:
    """Yield the ways to read `raw` (folded: `folded`); two for ordinary text."""
    yield Reading("plain", folded, folded)
    yield Reading("rot13", folded.translate(ROT13), folded)
    if LEET_HINT.search(raw):
        letters = fold_leet(raw)
        if letters != folded.replace("i", "l"):
            yield Reading("leet", letters, folded)
