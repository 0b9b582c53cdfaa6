"""A typed face for the one part of pyahocorasick that the guards use.

Keys are numbered in the order in which they are added; a search reports `(end, key number)` with
`end` the index of the match's last character.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol, cast

import ahocorasick  # pyright: ignore[reportMissingTypeStubs]  (the package ships no types)

__all__ = ["Automaton", "build_automaton"]


class Automaton(Protocol):
    """A finished automaton."""

    def iter(self, string: str) -> Iterator[tuple[int, int]]:
        """Every occurrence of every key, by end."""
        ...

    def match(self, string: str) -> bool:
        """Say whether `string` is a key or begins one."""
        ...


class _Builder(Automaton, Protocol):
    def add_word(self, word: str, value: int) -> bool: ...

    def make_automaton(self) -> None: ...


def build_automaton(keys: Iterable[str]) -> Automaton | None:
    """Build an automaton over `keys`; None if there are none (it would refuse to search)."""
    built = cast(_Builder, ahocorasick.Automaton(ahocorasick.STORE_INTS))
    number = -1
    for number, key in enumerate(keys):
        built.add_word(key, number)
    if number < 0:
        return None
    built.make_automaton()
    return built
