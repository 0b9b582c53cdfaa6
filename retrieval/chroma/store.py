"""The store in Chroma: embedded in a folder of ours, or on Chroma's server.

A local store has one opener at a time. ``offline()`` closes Chroma's files and keeps the lock, for
work on the files themselves.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self, cast
from urllib.parse import urlsplit

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.config import Settings

from guards.verdicts import Embed, Vectors
from retrieval.chroma.faults import told_by_store
from retrieval.chroma.reach import finish_cut_short
from retrieval.chroma.records import chroma_filter, flatten, restore
from retrieval.records import Chunk, Passage
from retrieval.store import LocalStore, StoreError, StoreLocation, locate
from retrieval.store_folder import prepare, require_space, take_lock
from retrieval.where import matches

COLLECTION = "boxed"
# After how many changes HNSW is written to disk, and how many it gathers before it indexes them.
SYNC_THRESHOLD = 1000
BATCH_SIZE = 100
# Ids per call: SQLite takes some thousands of variables in a statement.
PAGE = 1000
# Chunks per call of the embedder and per transaction.
ADDED_AT_ONCE = 500


def open_store(location: str | Path, embed: Embed, *, create: bool = True) -> ChromaStore:
    """The store at a folder or an http(s) URL, made where there is none yet unless told not to.

    Raises StoreError: not a store, locked, damaged, or no server.
    """
    place = locate(location)
    if isinstance(place, LocalStore):
        prepare(place, create=create)
        store = ChromaStore(place, embed, take_lock(place))
        try:
            finish_cut_short(store)
        except BaseException:
            store.close()
            raise
        return store
    return ChromaStore(place, embed, None, create=create)


class ChromaStore:
    """A `retrieval.store.Store` in one Chroma collection under cosine distance."""

    def __init__(
        self, location: StoreLocation, embed: Embed, lock: IO[str] | None, *, create: bool = True
    ) -> None:
        """Connect to ``location``; ``open_store`` is the way here."""
        self._location = location
        self._embed = embed
        self._lock = lock
        self._create = create
        try:
            self._connect()
        except BaseException:
            self._unlock()
            raise

    @property
    def location(self) -> StoreLocation:
        """Where the store lives."""
        return self._location

    def add(self, chunks: Sequence[Chunk]) -> int:
        """Store the chunks whose ids are new; the number really added.

        Each transaction holds up to `ADDED_AT_ONCE` chunks whole, so a killed process leaves no
        half chunk. Raises StoreError.
        """
        unique = list({chunk.id: chunk for chunk in chunks}.values())
        stored = self.known([chunk.id for chunk in unique])
        fresh = [chunk for chunk in unique if chunk.id not in stored]
        for part in _pages(fresh, ADDED_AT_ONCE):
            require_space(self._location, part)
            vectors = self._embed([chunk.text for chunk in part])
            with told_by_store(self._location):
                self.collection.add(
                    ids=[chunk.id for chunk in part],
                    embeddings=vectors,
                    documents=[chunk.text for chunk in part],
                    metadatas=[flatten(chunk) for chunk in part],
                )
        return len(fresh)

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of the ids that the store holds."""
        found: set[str] = set()
        for page in _pages(_distinct(ids), PAGE):
            with told_by_store(self._location):
                found.update(self.collection.get(ids=page, include=[])["ids"])
        return frozenset(found)

    def query(self, text: str, k: int) -> list[Passage]:
        """The ``k`` passages nearest to a text by cosine, nearest first."""
        if k < 1:
            return []
        vectors = self._embed([text])
        with told_by_store(self._location):
            found: Any = self.collection.query(
                query_embeddings=vectors,
                n_results=k,
                include=["documents", "metadatas", "distances"],
            )
        rows = zip(
            *(found[part][0] for part in ("ids", "documents", "metadatas", "distances")),
            strict=True,
        )
        return [
            Passage(self._restored(id, document, flat), max(0.0, float(distance)))
            for id, document, flat, distance in rows
        ]

    def select(
        self, where: Mapping[str, str] | None = None, ids: Sequence[str] | None = None
    ) -> Iterator[Chunk]:
        """The chunks that match; see `retrieval.store.Store`. Loads `PAGE` of them at a time."""
        wanted = _distinct(ids) if ids is not None else self._ids(where or {})
        for page in _pages(wanted, PAGE):
            with told_by_store(self._location):
                rows: Any = self.collection.get(ids=page, include=["documents", "metadatas"])
            found = {
                id: self._restored(id, document, flat)
                for id, document, flat in zip(
                    rows["ids"], rows["documents"], rows["metadatas"], strict=True
                )
            }
            for id in page:
                if id in found and matches(found[id], where or {}):
                    yield found[id]

    def replace(self, chunks: Sequence[Chunk]) -> None:
        """Put new text, vectors and metadata under ids that the store holds.

        Raises StoreError, changing nothing, where an id is unknown.
        """
        for part in _pages(chunks, ADDED_AT_ONCE):
            ids = [chunk.id for chunk in part]
            with told_by_store(self._location):
                rows: Any = self.collection.get(ids=ids, include=["metadatas"])
            old = dict(zip(rows["ids"], rows["metadatas"], strict=True))
            self._must_hold(ids, old)
            require_space(self._location, part)
            vectors = self._embed([chunk.text for chunk in part])
            with told_by_store(self._location):
                self.collection.update(
                    ids=ids,
                    embeddings=vectors,
                    documents=[chunk.text for chunk in part],
                    # Chroma keeps the fields that an update leaves out; None takes them away.
                    metadatas=[
                        cast(Any, dict.fromkeys(old[chunk.id]) | flatten(chunk)) for chunk in part
                    ],
                )

    def count(self) -> int:
        """How many chunks there are."""
        with told_by_store(self._location):
            return self.collection.count()

    def delete(self, ids: Sequence[str]) -> None:
        """Take chunks out of every answer. Their bytes may stay on disk: this is no erasure."""
        for page in _pages(_distinct(ids), PAGE):
            require_space(self._location)
            with told_by_store(self._location):
                self.collection.delete(ids=page)

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """The vectors under the ids, in order: float32 (n, dimensions), rows of length 1.

        Raises StoreError where an id is unknown.
        """
        found: dict[str, Any] = {}
        for page in _pages(_distinct(ids), PAGE):
            with told_by_store(self._location):
                rows: Any = self.collection.get(ids=page, include=["embeddings"])
            found.update(zip(rows["ids"], rows["embeddings"], strict=True))
        self._must_hold(ids, found)
        if not ids:
            return np.zeros((0, 384), np.float32)
        return np.asarray([found[id] for id in ids], np.float32)

    @contextmanager
    def offline(self) -> Generator[Path]:
        """Chroma's folder with all its files closed, opened again afterwards.

        Raises StoreError on a server, whose files are not ours.
        """
        if not isinstance(self._location, LocalStore):
            raise StoreError(self._location, "has no files here", "do that on the server")
        self.client.close()
        try:
            yield self._location.chroma
        finally:
            self._connect()

    def close(self) -> None:
        """Let go of the store and its lock; it must not be used afterwards."""
        self.client.close()
        self._unlock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _connect(self) -> None:
        with told_by_store(self._location):
            self.client = _client(self._location)
            if self._create:
                self.collection = self.client.get_or_create_collection(
                    COLLECTION,
                    embedding_function=None,
                    configuration={
                        "hnsw": {
                            "space": "cosine",
                            "sync_threshold": SYNC_THRESHOLD,
                            "batch_size": BATCH_SIZE,
                        }
                    },
                )
            elif COLLECTION in {found.name for found in self.client.list_collections()}:
                self.collection = self.client.get_collection(COLLECTION, embedding_function=None)
            else:
                raise StoreError(
                    self._location, "holds no store", "check the address, or ingest first"
                )

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()

    def _ids(self, where: Mapping[str, str]) -> list[str]:
        with told_by_store(self._location):
            return list(self.collection.get(where=chroma_filter(where), include=[])["ids"])

    def _restored(self, id: str, text: str, flat: Mapping[str, Any]) -> Chunk:
        try:
            return restore(id, text, flat)
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError(
                self._location,
                f"record {id} was not written by Boxed",
                f"move what other programs keep in the collection {COLLECTION!r} elsewhere",
            ) from error

    def _must_hold(self, ids: Sequence[str], found: Mapping[str, object]) -> None:
        missing = sum(id not in found for id in ids)
        if missing:
            raise StoreError(
                self._location, f"holds no record under {missing} of the ids", "select them anew"
            )


def _client(place: StoreLocation) -> Client:
    quiet = Settings(anonymized_telemetry=False)
    if isinstance(place, LocalStore):
        path = str(place.chroma.resolve())
        return cast(Client, chromadb.PersistentClient(path, settings=quiet))
    parts = urlsplit(place.url)
    secure = parts.scheme == "https"
    client = chromadb.HttpClient(
        host=parts.hostname or "",
        port=parts.port or (443 if secure else 80),
        ssl=secure,
        settings=quiet,
    )
    return cast(Client, client)


def _distinct(ids: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def _pages(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    for page in range(math.ceil(len(items) / size)):
        yield list(items[page * size : (page + 1) * size])
