"""What an erasure is asked to take, and what its receipt is to say of how that was found."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ErasureRequest"]


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """The ids of records that go, and (id, new text) of those of which a part stays.

    ``searched`` says in kind by what they were found, and ``undecided`` how many others stay that
    may be meant as well: both are for the receipt. ``spellings`` are names that no file may hold
    afterwards, but where a record that stays holds them.
    """

    ids: tuple[str, ...] = ()
    redactions: tuple[tuple[str, str], ...] = ()
    searched: tuple[str, ...] = ()
    undecided: int = 0
    spellings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for an id that stands twice, and for a text that is empty."""
        named = [*self.ids, *(id for id, _ in self.redactions)]
        if not named:
            raise ValueError("nothing is to be erased; name an id")
        if len(set(named)) != len(named):
            raise ValueError("an id stands twice in one request; name each once")
        if not all(text.strip() for _, text in self.redactions):
            raise ValueError("nothing stays of a redacted text; erase its record instead")

    @property
    def all_ids(self) -> tuple[str, ...]:
        """Every record whose present text goes."""
        return (*self.ids, *(id for id, _ in self.redactions))
