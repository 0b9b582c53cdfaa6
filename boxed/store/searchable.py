"""Whether every record of a store is found by its own vector: Chroma takes seconds to import."""

from __future__ import annotations

from collections.abc import Sequence

from guards.verdicts import Vectors
from retrieval.chroma.reach import Reach, find_again
from retrieval.chroma.store import open_store

__all__ = ["look_for_all"]


def look_for_all(location: str) -> Reach:
    """Look for every record of the store, and mend what is not found. Raises StoreError."""
    with open_store(location, _no_text, create=False) as store:
        return find_again(store, every=True)


def _no_text(texts: Sequence[str]) -> Vectors:
    raise AssertionError(f"no text is embedded here, and {len(texts)} were given")
