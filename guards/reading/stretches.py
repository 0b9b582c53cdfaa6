"""Stretches of a stream that are read together, and stay back until they are over.

    apart_words("S.t.e.h.p.e.n", 0)     ->  (Stretch(start=0, held=4, end=13, over=False),)

What a stretch is, and where it is held, depends on the 60 characters before its end alone, so a
stream may be cut anywhere.
"""

import re
from functools import lru_cache
from typing import NamedTuple

__all__ = ["BESIDE", "Stretch", "apart_goes_on", "apart_words"]

BESIDE = 60
"""Characters of a stream that are read together."""
_GROUPS = 3  # words whose letters are apart
# Single letters with the same sign or blank between them; `sign_codes` reads what they spell.
_APART = re.compile(r"(?<!\w)[^\W\d_]([^\w])[^\W\d_](?:\1[^\W\d_](?!\w))+")
_HINT = re.compile(r"[^\w][^\W\d_][^\w][^\W\d_](?!\w)")
_BEGUN = re.compile(r"(?<!\w)[^\W\d_][^\w]?\Z")


class Stretch(NamedTuple):
    """What is read from `start` to `end`, and stays back from `held` on until it is `over`."""

    start: int
    held: int
    end: int
    over: bool


def apart_goes_on(before: str) -> bool:
    """May a letter behind this be one of several that are written apart?"""
    return _BEGUN.search(before, max(0, len(before) - 2)) is not None


@lru_cache(4)
def apart_words(text: str, since: int) -> tuple[Stretch, ...]:
    """Words whose letters are written apart, `S.t.e.h.p.e.n. K.i.n.g`, that end behind `since`.

    Each is read with the two before it, and held from its third letter on.
    """
    if not _HINT.search(text):
        return ()
    found: list[Stretch] = []
    starts: list[int] = []
    for word in _APART.finditer(text):
        start, end = word.span()
        starts = [*starts[1 - _GROUPS :], start]
        if end <= since or end - start > BESIDE:
            continue
        first = next(at for at in starts if end - at <= BESIDE)
        over = text[end:] not in ("", word[1])
        found.append(Stretch(first, start + 4, end, over))
    return tuple(found)
