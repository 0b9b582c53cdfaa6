"""Every record must be found by its own vector; those that the index lost are put into it again.

    reach = find_again(store)
    reach.told      ->  ("5,200 of 5,200 records found by their own vector; 2 put in again",)

HNSW finds a record only over links from others, and gives a link up where another leads nearer.
Where records lie in groups and groups come and go, the last link to one is given up now and then:
the record is stored, listed and selected, and no query ever finds it. Adding it again gives it the
same links; only the level that it is given by chance differs, and one in sixteen lies high enough
to be found from above. So it is added again until it is found.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from retrieval.chroma.faults import told_by_store
from retrieval.store import LocalStore, StoreLocation
from retrieval.whole_file import write_whole

__all__ = ["ALL", "Indexed", "Reach", "find_again", "finish_cut_short", "unreachable"]

ALL = 10_000
"""Up to so many records each is looked for; of more, those named and so many others."""
_PAGE = 250
_NEAREST = 10
_ROUNDS = 150  # one that leaves a record lost fifteen times of sixteen does so 1 in 16,000 times
_SAME = 1e-5  # cosine distance up to which two vectors are the same


class Indexed(Protocol):
    """What is needed of a store: its place, its Chroma collection, and what it holds."""

    @property
    def location(self) -> StoreLocation:
        """Where the store lives."""
        ...

    @property
    def collection(self) -> Any:
        """The Chroma collection."""
        ...

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of the ids that the store holds."""
        ...

    def count(self) -> int:
        """How many records the store holds."""
        ...


@dataclass(frozen=True, slots=True)
class Reach:
    """How many records of ``count`` were looked for, put in again, and lost all the same."""

    count: int
    checked: int
    repaired: int
    lost: int

    @property
    def told(self) -> tuple[str, ...]:
        """The same in words, for a receipt or a report; holds no content."""
        found = self.checked - self.lost
        lines = [
            f"{found:,} of {self.checked:,} records found by their own vector; "
            f"{self.repaired:,} were put into the index again"
        ]
        if self.checked < self.count:
            lines.append(f"a sample: the store holds {self.count:,} records")
        return tuple(lines)


def find_again(
    store: Indexed, named: Sequence[str] = (), *, every: bool = False, seed: int = 0
) -> Reach:
    """Look for records by their own vectors, and put those that are not found in again.

    All of them where there are up to `ALL` or ``every`` is set; otherwise ``named`` and a sample of
    `ALL` drawn by ``seed``. Ids, texts, vectors and metadata stay as they are. Raises StoreError.
    """
    with told_by_store(store.location):
        ids: list[str] = list(store.collection.get(include=[])["ids"])
    chosen = ids
    if len(ids) > ALL and not every:
        sample = random.Random(seed).sample(ids, ALL)
        chosen = list(dict.fromkeys((*store.known(named), *sample)))
    lost = unreachable(store, chosen)
    left = _linked_anew(store, lost) if lost else []
    if left:
        left = _added_again(store, left)
    return Reach(len(ids), len(chosen), len(lost) - len(left), len(left))


def finish_cut_short(store: Indexed) -> None:
    """Put back what a killed process had taken out to add it again. Raises StoreError."""
    journal = _journal(store)
    if journal is None:
        return
    draft = journal.with_name(f".{journal.name}.new")
    if draft.exists():
        _drop(store, draft)
    if not journal.exists():
        return
    with told_by_store(store.location):
        rows: dict[str, Any] = json.loads(journal.read_bytes())
    held = store.known(rows["ids"])
    missing = [number for number, id in enumerate(rows["ids"]) if id not in held]
    if missing:
        kept = {name: [rows[name][number] for number in missing] for name in rows}
        with told_by_store(store.location):
            store.collection.add(**_typed(kept))
    _drop(store, journal)


def unreachable(store: Indexed, ids: Sequence[str]) -> list[str]:
    """Those of the ids whose record is not among the nearest of its own vector."""
    return [id for page in _pages(ids, _PAGE) for id in _not_found(store, page, _NEAREST)]


def _not_found(store: Indexed, ids: Sequence[str], nearest: int) -> list[str]:
    with told_by_store(store.location):
        rows: Any = store.collection.get(ids=list(ids), include=["embeddings"])
        if not len(rows["ids"]):
            return []
        found: Any = store.collection.query(
            query_embeddings=np.asarray(rows["embeddings"], np.float32),
            n_results=nearest,
            include=["distances"],
        )
    missing: list[str] = []
    equal: list[str] = []
    for id, near, distances in zip(rows["ids"], found["ids"], found["distances"], strict=True):
        if id not in near:
            # Where all of the nearest are equal to it, equal records took its place.
            full = len(near) == nearest and max(distances, default=1.0) <= _SAME
            (equal if full else missing).append(id)
    if equal and nearest < store.count():
        return missing + _not_found(store, equal, nearest * 10)
    return missing + equal


def _linked_anew(store: Indexed, ids: Sequence[str]) -> list[str]:
    """Give records the vector that they have, which links them anew; those that are still lost."""
    for page in _pages(ids, _PAGE):
        with told_by_store(store.location):
            rows: Any = store.collection.get(ids=page, include=["embeddings"])
            store.collection.update(ids=rows["ids"], embeddings=rows["embeddings"])
    return unreachable(store, ids)


def _added_again(store: Indexed, ids: Sequence[str]) -> list[str]:
    """Take records out and add them, until they are found; those that never are.

    What is out for a moment is kept in a file, from which `finish_cut_short` puts it back.
    """
    left = list(ids)
    for page in _pages(ids, _PAGE):
        with told_by_store(store.location):
            rows: Any = store.collection.get(
                ids=page, include=["embeddings", "documents", "metadatas"]
            )
        kept: dict[str, list[Any]] = {
            "ids": list(rows["ids"]),
            "embeddings": np.asarray(rows["embeddings"], np.float32).tolist(),
            "documents": list(rows["documents"]),
            "metadatas": [dict(one) for one in rows["metadatas"]],
        }
        journal = _journal(store)
        if journal is not None:
            with told_by_store(store.location):
                write_whole(journal, json.dumps(kept).encode())
        lost = page
        for _ in range(_ROUNDS):
            part = [number for number, id in enumerate(kept["ids"]) if id in set(lost)]
            again = {name: [kept[name][number] for number in part] for name in kept}
            with told_by_store(store.location):
                store.collection.delete(ids=again["ids"])
                store.collection.add(**_typed(again))
            lost = unreachable(store, lost)
            if not lost:
                break
        if journal is not None:
            _drop(store, journal)
        found = set(page).difference(lost)
        left = [id for id in left if id not in found]
    return left


def _typed(rows: dict[str, list[Any]]) -> dict[str, Any]:
    return {**rows, "embeddings": np.asarray(rows["embeddings"], np.float32)}


def _journal(store: Indexed) -> Path | None:
    """Where what is taken out is kept meanwhile; a server's store has no such place."""
    location = store.location
    return location.path / "index-repair.json" if isinstance(location, LocalStore) else None


def _drop(store: Indexed, journal: Path) -> None:
    with told_by_store(store.location):
        with journal.open("rb+") as file:
            file.write(bytes(journal.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        journal.unlink()


def _pages(items: Sequence[str], size: int) -> Iterator[list[str]]:
    for at in range(0, len(items), size):
        yield list(items[at : at + size])
