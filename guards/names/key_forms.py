"""The keys of names in the automaton, and what each stands for, in flat arrays."""

import re
from array import array
from collections.abc import Iterator

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

_SEPARATED_WORDS = re.compile(r"[^ .]+")


class Forms:
    """The forms of all names in flat arrays: a hundred thousand policies fit in memory.

    A key's forms are a chain: `first[key number]`, then `following[form]` until -1.
    """

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.first = array("i")
        self.following = array("i")
        self.policies = array("I")
        self.owners = array("I")
        self.flags = array("B")
        self.breaks = array("H")
        self.names: list[str] = []
        self.openings: set[str] = set()
        self._name_numbers: dict[str, int] = {}

    def of(self, number: int) -> Iterator[int]:
        """Yield the forms of one key."""
        form = self.first[number]
        while form >= 0:
            yield form
            form = self.following[form]

    def add(self, policy: int, term: str) -> None:
        """Add every form of one name."""
        name = squash(fold(term).text)
        if not 0 < len(name) <= 60_000:
            raise ValueError(
                f"policy number {policy}: a name holds {len(name)} letters and digits; "
                "give between 1 and 60,000"
            )
        owner = self._name_numbers.setdefault(name, len(self.names))
        if owner == len(self.names):
            self.names.append(name)
        for folded in dict.fromkeys(
            fold(form).text for form in (term, term.lower(), term.upper(), term.title())
        ):
            self._add_forms(policy, owner, folded)

    def _add_forms(self, policy: int, owner: int, folded: str) -> None:
        words = _SEPARATED_WORDS.findall(folded)
        key = "".join(words)
        length = len(key)
        if len(words) > 1:
            self.openings.add(words[0])
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
        self._put(key, policy, owner, flags, breaks)
        self._put(key + "s", policy, owner, flags, breaks)
        if "i" in key:
            leet = key.replace("i", "l")
            self._put(leet, policy, owner, flags & ~ITSELF | LEET, breaks)
        if flags & LONG and key[::-1] != key:
            mirrored = sum(1 << (length - bit) for bit in range(length) if breaks >> bit & 1)
            self._put(key[::-1], policy, owner, flags | REVERSED, mirrored)

    def _put(self, key: str, policy: int, owner: int, flags: int, breaks: int) -> None:
        number = self.numbers.setdefault(key, len(self.numbers))
        if number == len(self.first):
            self.first.append(-1)
        for form in self.of(number):
            if self.policies[form] == policy and self.owners[form] == owner:
                self.flags[form] |= flags
                self.breaks[form] |= breaks
                return
        self.following.append(self.first[number])
        self.first[number] = len(self.policies)
        self.policies.append(policy)
        self.owners.append(owner)
        self.flags.append(flags)
        self.breaks.append(breaks)
