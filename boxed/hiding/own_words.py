"""The words that make up a person's names, by their place, as a mask looks for them in a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from boxed.hiding.identifying import CONNECTING
from guards.names.common_words import is_ordinary
from guards.names.forms import PARTICLES, PersonName, parse

__all__ = ["OwnWords", "own_words"]

_SHORTEST = 2  # letters of a word that tells something


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The folded words of a subject's names, by their place in a name."""

    given: frozenset[str]
    family: frozenset[str]
    particles: frozenset[str]
    initials: frozenset[str]
    glued: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        """Every word that tells something, wherever it stands in a name."""
        return self.given | self.family


@lru_cache(1024)
def own_words(names: tuple[str, ...]) -> OwnWords:
    """The words of a person's names; none of names that no rule takes apart."""
    read = [one for one in map(parse, names) if one]
    given = {word for one in read for words in (one.given, *one.middle) for word in words}
    family = {word for one in read for word in one.surname}
    return OwnWords(
        frozenset(_telling(given)),
        frozenset(_telling(family)),
        frozenset(word for one in read for word in one.particles),
        frozenset(word[0] for word in given),
        frozenset(form for one in read for form in _glued(one)),
    )


def _telling(words: Iterable[str]) -> Iterator[str]:
    return (w for w in words if len(w) >= _SHORTEST and w not in PARTICLES | CONNECTING)


def _glued(read: PersonName) -> Iterator[str]:
    """Names run together, as in handles: mvale, markvale, valem."""
    given, family = "".join(read.given), "".join((*read.particles, *read.surname))
    short = "".join(read.surname)
    for last in dict.fromkeys((family, short)):
        for first in (given, given[0]):
            yield from (form for form in (first + last, last + first) if not is_ordinary(form))
