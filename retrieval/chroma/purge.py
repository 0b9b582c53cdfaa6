"""What forces Chroma to drop the bytes of erased records, as measured with Chroma 1.5.9.

Chroma's own delete leaves texts in its log and free pages, trigrams in its index and vectors in
the HNSW file. Overwriting records through its interface clears those, but leaves thousands of links
from living vectors to the erased ones' places. So the files themselves are cleared while Chroma is
closed: the rows in one transaction; then the HNSW files, each replaced whole; then the database, by
a copy of what lives that takes its place. Whenever that is cut short, doing it again ends the same,
and at every moment each file is whole.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import numpy as np

from retrieval.chroma.faults import told_by_store
from retrieval.chroma.hnsw_files import (
    METADATA,
    PARTS,
    HnswFiles,
    LayoutError,
    read_hnsw,
    read_metadata,
    slots_in,
)
from retrieval.chroma.hnsw_scrub import scrub
from retrieval.chroma.rows import (
    DATABASE,
    Remains,
    Segments,
    all_segments,
    clear_dead_log,
    connected,
    counts,
    dead_postings,
    delete_rows,
    held_strings,
    remains_of,
    rewrite,
    segments_of,
    unnamed_ids,
)
from retrieval.store import LocalStore, StoreError
from retrieval.whole_file import sync_folder

if TYPE_CHECKING:
    from retrieval.chroma.store import ChromaStore

_PAGE = 1000
Tell = Callable[[str], None]
_VOCABULARY = (
    b"SQLite format 3 index_metadata.pickle dimensionality total_elements_added "
    b"max_seq_id id_to_label label_to_id id_to_seq_id"
)


class ChromaFiles:
    """Chroma's folder in a local store, while Chroma itself is closed."""

    def __init__(self, place: LocalStore, collection: str) -> None:
        """Wait until this process has let go of the files, which takes Chroma a moment."""
        self._place = place
        self._folder = place.chroma
        self._collection = collection
        _wait_until_closed(self._folder)

    def remains(self, ids: Sequence[str]) -> list[Remains]:
        """Every value of these records that the files hold. Raises StoreError."""
        with self._told(), connected(self._folder / DATABASE) as database:
            at = segments_of(database, self._collection)
            found = list(remains_of(database, at, ids))
            segment = self._folder / at.vectors
        with self._told():
            if not (segment / METADATA).is_file():
                return found
            files = read_hnsw(segment)
        slots = {int(label): slot for slot, label in enumerate(files.labels)}
        for id in ids:
            slot = slots.get(files.metadata["id_to_label"].get(id, -1))
            if slot is not None:
                vector, length = files.vectors[slot], files.lengths[slot]
                found.append(Remains(id, "vector", vector.tobytes()))
                # As Chroma gives it back: times the length it had.
                found.append(Remains(id, "vector", (vector * length).astype("<f4").tobytes()))
        return found

    def counts(self) -> dict[str, int]:
        """Rows of each table that holds something of records, and vectors in HNSW's files.

        Raises StoreError.
        """
        with self._told(), connected(self._folder / DATABASE) as database:
            at = segments_of(database, self._collection)
            metadata = self._folder / at.vectors / METADATA
            vectors = len(read_metadata(metadata)["id_to_label"]) if metadata.is_file() else 0
            return counts(database) | {"hnsw": vectors}

    def delete(self, ids: Sequence[str]) -> None:
        """Take the records out of every table and the log, all or none. Raises StoreError."""
        with self._told(), connected(self._folder / DATABASE) as database:
            delete_rows(database, segments_of(database, self._collection), ids)

    def purge(self, tell: Tell) -> None:
        """Drop the bytes of everything that was deleted. Raises StoreError."""
        with self._told():
            self._scrub_vectors()
            tell("vectors")
            self._rewrite_database(tell)
            self._drop_orphans()

    def held(self) -> Iterator[bytes]:
        """What may rightly be in the database: strings of surviving records, Chroma's own words."""
        yield _VOCABULARY
        with self._told(), connected(self._folder / DATABASE) as database:
            yield from held_strings(database)

    def held_vectors(self) -> Iterator[bytes]:
        """What may rightly be in the vectors' files: the slots of surviving records."""
        with self._told(), connected(self._folder / DATABASE) as database:
            for at in all_segments(database):
                segment = self._folder / at.vectors
                if (segment / METADATA).is_file():
                    yield from _living_rows(database, at, read_hnsw(segment))

    def dead_postings(self, trigrams: Sequence[str]) -> tuple[int, int]:
        """Of these trigrams: those that still lead to a dead row, and those wholly gone."""
        with self._told(), connected(self._folder / DATABASE) as database:
            return dead_postings(database, trigrams)

    def _scrub_vectors(self) -> None:
        with connected(self._folder / DATABASE) as database:
            at = segments_of(database, self._collection)
            segment = self._folder / at.vectors
            for draft in segment.glob("*.new"):
                draft.unlink()
            if not (segment / METADATA).is_file():
                # Chroma has persisted nothing, and makes these files anew when it opens.
                for name in PARTS:
                    (segment / name).unlink(missing_ok=True)
                return
            files = read_hnsw(segment)
            dead = unnamed_ids(database, at, files.metadata["id_to_label"])
        if scrub(files, dead):
            files.write()

    def _rewrite_database(self, tell: Tell) -> None:
        path = self._folder / DATABASE
        fresh = path.with_name(DATABASE + ".new")
        _remove_database(fresh)
        try:
            with connected(path) as database:
                clear_dead_log(database, segments_of(database, self._collection))
                rewrite(database, fresh)
                before = counts(database)
            tell("copied")
            with connected(fresh) as database:
                if counts(database) != before:
                    raise sqlite3.DatabaseError("the copy is malformed")
            with fresh.open("rb+") as file:
                os.fsync(file.fileno())
            shutil.copymode(path, fresh)
            fresh.replace(path)
        except BaseException:
            _remove_database(fresh)
            raise
        sync_folder(self._folder)
        tell("database")

    def _drop_orphans(self) -> None:
        """Folders of vectors whose collection is gone, which Chroma leaves behind."""
        with connected(self._folder / DATABASE) as database:
            known = {str(id) for (id,) in database.execute("SELECT id FROM segments")}
        for folder in self._folder.iterdir():
            if folder.is_dir() and _is_uuid(folder.name) and folder.name not in known:
                shutil.rmtree(folder)

    @contextmanager
    def _told(self) -> Generator[None]:
        with told_by_store(self._place):
            try:
                yield
            except LayoutError as error:
                raise StoreError(
                    self._place,
                    f"Chroma keeps {error} in a way that is not known here",
                    "erase with the version of chromadb that constraints.txt names",
                ) from error


def clear_fresh_files(store: ChromaStore) -> None:
    """Make Chroma, just opened again, create what files it lacks, and clear them.

    Where nothing is persisted yet, it writes memory that it has not cleared, which may hold texts
    that this process had: those erased, too. Raises StoreError.
    """
    if not isinstance(store.location, LocalStore):
        return
    store.count()
    with told_by_store(store.location):
        for header in store.location.chroma.glob("*/header.bin"):
            if header.stat().st_size and not slots_in(header):
                for name in ("data_level0.bin", "length.bin"):
                    with header.with_name(name).open("rb+") as file:
                        file.write(bytes(os.fstat(file.fileno()).st_size))
                        file.flush()
                        os.fsync(file.fileno())


def overwrite(store: ChromaStore, ids: Sequence[str]) -> None:
    """Put nothing in the place of records' texts, metadata and vectors, through Chroma alone.

    All that can be done before a delete where the files are a server's. Raises StoreError.
    """
    for at in range(0, len(ids), _PAGE):
        page = list(ids[at : at + _PAGE])
        with told_by_store(store.location):
            rows: Any = store.collection.get(ids=page, include=["metadatas", "embeddings"])
            if len(rows["ids"]):
                # Under cosine a vector must have a length; distinct ones keep the graph quick.
                drawn = np.random.default_rng().normal(size=np.shape(rows["embeddings"]))
                vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
                store.collection.update(
                    ids=rows["ids"],
                    documents=["-"] * len(rows["ids"]),
                    embeddings=vectors.astype(np.float32),
                    metadatas=[
                        cast(Any, {**dict.fromkeys(old or {}), "erased": True})
                        for old in rows["metadatas"]
                    ],
                )


def _living_rows(database: sqlite3.Connection, at: Segments, files: HnswFiles) -> Iterator[bytes]:
    named: dict[str, int] = files.metadata["id_to_label"]
    dead = unnamed_ids(database, at, named)
    living = np.isin(files.labels, [label for id, label in named.items() if id not in dead])
    for row in files.rows[living]:
        yield row.tobytes()


def _remove_database(path: Path) -> None:
    for ending in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _wait_until_closed(folder: Path, seconds: float = 5.0) -> None:
    """Chroma closes its database a few hundredths of a second after its client."""
    descriptors = Path("/proc/self/fd")
    inside = str(folder.resolve()) + "/"
    until = time.monotonic() + seconds
    while descriptors.is_dir() and time.monotonic() < until:
        if not any(name.startswith(inside) for name in _open_files(descriptors)):
            return
        time.sleep(0.01)


def _open_files(descriptors: Path) -> Iterator[str]:
    for descriptor in descriptors.iterdir():
        try:
            yield str(descriptor.readlink())
        except OSError:
            continue
