"""The keys by which names are found, and what each stands for, in flat arrays."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

import numpy as np

from guards.hashed import key_of
from guards.parts import Part, Parts, Texts, joined, numbers, text_parts, within
from guards.reading.canonical import fold, squash

__all__ = [
    "BREAKABLE",
    "ITSELF",
    "LONG",
    "LONG_ENOUGH_TO_BREAK",
    "LONG_ENOUGH_TO_TRANSFORM",
    "REVERSED",
    "Forms",
]

LONG_ENOUGH_TO_TRANSFORM = 6
LONG_ENOUGH_TO_BREAK = 9

# What a key stands for.
ITSELF, LEET, LONG, BREAKABLE, REVERSED = 1, 2, 4, 8, 16

_FLAT = ("policies", "owners", "flags", "breaks", "_openings")
_SEPARATED_WORDS = re.compile(r"[^ .]+")


class Forms:
    """The forms of all names in flat arrays: a hundred thousand policies fit in memory.

    Names are added policy by policy. `names` holds one of each policy's as it is compared.
    """

    def __init__(self) -> None:
        self.policies = array("I")
        self.owners = array("I")
        self.flags = array("B")
        self.breaks = array("H")
        self.names: Sequence[str] = ()
        self._openings = array("Q")
        self._policy = -1
        self._owners: dict[str, int] = {}  # of the policy that was added to last
        self._known: dict[tuple[str, int], int] = {}

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        flat = {name: np.asarray(getattr(self, name)) for name in _FLAT}
        return {**flat, **joined(names=text_parts(self.names))}

    @classmethod
    def of_parts(cls, parts: Parts) -> "Forms":
        """From what ``parts`` gave."""
        made = cls()
        for name in _FLAT:
            setattr(made, name, numbers(parts[name]))
        made.names = Texts(within(parts, "names"))
        return made

    def opens(self, word: str) -> bool:
        """Is the folded `word` the first of several words of some name?"""
        key = key_of(word)
        at = bisect_left(self._openings, key)
        return at < len(self._openings) and self._openings[at] == key

    def add_all(self, entries: Iterable[tuple[int, str]]) -> Iterator[tuple[str, int]]:
        """Add (policy number, name) pairs; yields each new form's key and number."""
        openings, names = set[int](), list[str]()
        self.names = names
        for policy, term in sorted(entries, key=itemgetter(0)):
            yield from self._add(policy, term, openings, names)
        self._openings = array("Q", sorted(openings))
        self._owners, self._known = {}, {}

    def _add(
        self, policy: int, term: str, openings: set[int], names: list[str]
    ) -> Iterator[tuple[str, int]]:
        folded = fold(term).text
        name = squash(folded)
        if not 0 < len(name) <= 60_000:
            raise ValueError(
                f"policy number {policy}: a name holds {len(name)} letters and digits; "
                "give between 1 and 60,000"
            )
        if policy != self._policy:
            self._policy, self._owners, self._known = policy, {}, {}
        owner = self._owners.setdefault(name, len(names))
        if owner == len(names):
            names.append(name)
        forms = (folded,)
        if not term.isascii():
            forms = dict.fromkeys(
                (folded, *(fold(form).text for form in (term.lower(), term.upper(), term.title())))
            )
        for form in forms:
            words = _SEPARATED_WORDS.findall(form)
            if len(words) > 1:
                openings.add(key_of(words[0]))
            for key, flags, breaks in _keys(words):
                known = self._known.setdefault((key, owner), len(self.policies))
                if known < len(self.policies):
                    self.flags[known] |= flags
                    self.breaks[known] |= breaks
                    continue
                self.policies.append(policy)
                self.owners.append(owner)
                self.flags.append(flags)
                self.breaks.append(breaks)
                yield key, known


def _keys(words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Every key of a name of these words, what it stands for, and where it may have blanks."""
    key = "".join(words)
    length = len(key)
    breaks, at = 0, 0
    if length < LONG_ENOUGH_TO_BREAK:
        for word in words[:-1]:
            at += len(word)
            breaks |= 1 << at
    flags = ITSELF
    if length >= LONG_ENOUGH_TO_TRANSFORM:
        flags |= LONG
    if length >= LONG_ENOUGH_TO_BREAK:
        flags |= BREAKABLE
    yield key, flags, breaks
    yield key + "s", flags, breaks
    if "i" in key:
        yield key.replace("i", "l"), flags & ~ITSELF | LEET, breaks
    if flags & LONG and key[::-1] != key:
        mirrored = sum(1 << (length - bit) for bit in range(length) if breaks >> bit & 1)
        yield key[::-1], flags | REVERSED, mirrored
