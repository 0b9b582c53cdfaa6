"""A store in memory that behaves as the real one does. For tests and trials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from guards.verdicts import Embed, Vectors
from retrieval.records import Chunk, Passage
from retrieval.store import LocalStore, StoreError, StoreLocation
from retrieval.where import matches


class FakeStore:
    """A `retrieval.store.Store` of two dictionaries."""

    def __init__(self, embed: Embed, location: StoreLocation | None = None) -> None:
        """An empty store; ``location`` is what it says of itself, and nothing is written there."""
        self._location = location or LocalStore(Path("nowhere"))
        self._embed = embed
        self._chunks: dict[str, Chunk] = {}
        self._vectors: dict[str, Vectors] = {}

    @property
    def location(self) -> StoreLocation:
        """Where the store says that it lives."""
        return self._location

    def add(self, chunks: Sequence[Chunk]) -> int:
        """Store the chunks whose ids are new; the number really added."""
        fresh = {chunk.id: chunk for chunk in chunks if chunk.id not in self._chunks}
        self._put(list(fresh.values()))
        return len(fresh)

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of the ids that the store holds."""
        return frozenset(id for id in ids if id in self._chunks)

    def query(self, text: str, k: int) -> list[Passage]:
        """The ``k`` passages nearest to a text by cosine, nearest first."""
        if k < 1 or not self._chunks:
            return []
        near = np.stack(list(self._vectors.values())) @ self._embed([text])[0]
        chunks = [self._chunks[id] for id in self._vectors]
        best = np.argsort(-near, kind="stable")[:k]
        return [Passage(chunks[row], max(0.0, 1 - float(near[row]))) for row in best]

    def select(
        self, where: Mapping[str, str] | None = None, ids: Sequence[str] | None = None
    ) -> Iterator[Chunk]:
        """The chunks that match; see `retrieval.store.Store`."""
        for id in list(dict.fromkeys(self._chunks if ids is None else ids)):
            chunk = self._chunks.get(id)
            if chunk is not None and matches(chunk, where or {}):
                yield chunk

    def replace(self, chunks: Sequence[Chunk]) -> None:
        """Put new chunks under ids that the store holds; raises StoreError where one is unknown."""
        self._must_hold([chunk.id for chunk in chunks])
        self._put(chunks)

    def count(self) -> int:
        """How many chunks there are."""
        return len(self._chunks)

    def delete(self, ids: Sequence[str]) -> None:
        """Drop chunks; unknown ids are passed over."""
        for id in ids:
            self._chunks.pop(id, None)
            self._vectors.pop(id, None)

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """The vectors under the ids, in order; raises StoreError where one is unknown."""
        self._must_hold(ids)
        if not ids:
            return np.zeros((0, 384), np.float32)
        return np.stack([self._vectors[id] for id in ids])

    def close(self) -> None:
        """Nothing to let go of."""

    def _put(self, chunks: Sequence[Chunk]) -> None:
        rows = self._embed([chunk.text for chunk in chunks]) if chunks else []
        for chunk, row in zip(chunks, rows, strict=True):
            self._chunks[chunk.id] = chunk
            self._vectors[chunk.id] = np.asarray(row, np.float32)

    def _must_hold(self, ids: Sequence[str]) -> None:
        missing = sum(id not in self._chunks for id in ids)
        if missing:
            raise StoreError(
                self._location, f"holds no record under {missing} of the ids", "select them anew"
            )
