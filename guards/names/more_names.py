"""What an index asks of names that it finds beside its own."""

from collections.abc import Iterator
from typing import Protocol

__all__ = ["MoreNames"]


class MoreNames(Protocol):
    """Names that an index finds beside its own; `guards.names.sealed.SealedIndex` holds some.

    `scan` and `hold` are as in `MentionIndex`.
    """

    @property
    def longest(self) -> int:
        """Letters of the longest name."""
        ...

    def scan(
        self, raw: str, folded: str, *, before: str = "", before_leet: str = "", closed: bool = True
    ) -> Iterator[tuple[int, int, int, str]]:
        """(policy, start, end, key) in offsets of `folded`."""
        ...

    def hold(self, raw: str, folded: str, *, before: str = "", before_leet: str = "") -> int | None:
        """Where the first name begins that what follows may still complete."""
        ...

    def joins(self, first: str, second: str) -> bool:
        """Are the folded words `first` and `second`, one behind the other, a name?"""
        ...
