"""What is asked of a store, where one lives on disk, and how one fails.

    with open_store("store", SentenceEmbedder()) as store:      # retrieval.chroma.store
        store.add(chunks)
        store.query("Who composed the harbour suite?", k=5)

`retrieval.fake_store.FakeStore` is a store in memory, for tests and trials.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit

from guards.verdicts import Vectors
from retrieval.records import Chunk, Passage

DEFAULT_STORE = "store"


class StoreError(Exception):
    """A store that cannot do what was asked.

    The text names the store, what happened and the remedy, and holds nothing of its content.
    """

    def __init__(self, location: object, happened: str, remedy: str) -> None:
        """Say what happened to the store at ``location``, and what to do about it."""
        super().__init__(f"{location}: {happened}; {remedy}")
        self.location = str(location)
        self.happened = happened
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class LocalStore:
    """A store in a folder of ours, whose every file can be read and scanned."""

    path: Path

    def __str__(self) -> str:
        """The folder, as it was named."""
        return str(self.path)

    @property
    def chroma(self) -> Path:
        """The folder in which Chroma keeps its files, and nothing else is kept."""
        return self.path / "chroma"

    @property
    def settings(self) -> Path:
        """The file that makes the folder a store: the version of its format."""
        return self.path / "boxed.json"

    @property
    def lock(self) -> Path:
        """The file whose lock says that a process has the store open."""
        return self.path / "lock"

    @property
    def ledger(self) -> Path:
        """The database of the ledger, unless a server keeps it."""
        return self.path / "ledger.sqlite"

    @property
    def keys(self) -> Path:
        """The folder of the keys that sign receipts and key commitments."""
        return self.path / "keys"

    @property
    def jobs(self) -> Path:
        """The folder of erasure jobs."""
        return self.path / "jobs"

    @property
    def fingerprints(self) -> Path:
        """The database of keyed fingerprints of what was erased."""
        return self.path / "fingerprints.sqlite"


@dataclass(frozen=True, slots=True)
class ServerStore:
    """A store on a Chroma server, whose disk is not ours to read."""

    url: str

    def __str__(self) -> str:
        """The server's address."""
        return self.url


StoreLocation: TypeAlias = LocalStore | ServerStore


def locate(location: str | Path) -> StoreLocation:
    """The place that a word names: an http(s) URL is a server, all else a folder.

    Raises StoreError for an address that no Chroma server can have.
    """
    text = str(location)
    if not text.lower().startswith(("http://", "https://")):
        return LocalStore(Path(location))
    try:
        parts = urlsplit(text)
        whole = parts.hostname and parts.port != 0
    except ValueError:
        whole, parts = False, None
    if parts is None or not whole or parts.path.strip("/") or parts.query or parts.username:
        raise StoreError(
            "the store's URL", "is not the address of a Chroma server", "write http://HOST:PORT"
        )
    return ServerStore(text.rstrip("/"))


class Store(Protocol):
    """Chunks with their vectors, found by meaning, by metadata and by id."""

    @property
    def location(self) -> StoreLocation:
        """Where the store lives."""
        ...

    def add(self, chunks: Sequence[Chunk]) -> int:
        """Store the chunks whose ids are new; the number really added."""
        ...

    def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of the ids that the store holds."""
        ...

    def query(self, text: str, k: int) -> list[Passage]:
        """The ``k`` passages nearest to a text by cosine, nearest first."""
        ...

    def select(
        self, where: Mapping[str, str] | None = None, ids: Sequence[str] | None = None
    ) -> Iterator[Chunk]:
        """The chunks that match every field of ``where``, or those with the ids; all by default.

        ``subjects`` matches a chunk that lists the name; ``source``, ``document``, ``holder``,
        ``licence``, ``sha256``, ``document_sha256`` and every key of the metadata match the whole
        value, as written. With both arguments a chunk must satisfy both. Unknown ids are left out.
        What was there at the first step is seen, less what is deleted on the way.
        """
        ...

    def replace(self, chunks: Sequence[Chunk]) -> None:
        """Put new text, vectors and metadata under ids that the store holds.

        Raises StoreError, changing nothing, where an id is unknown.
        """
        ...

    def count(self) -> int:
        """How many chunks there are."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Take chunks out of every answer. Their bytes may stay on disk: this is no erasure."""
        ...

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """The vectors under the ids, in order: float32 (n, dimensions), rows of length 1.

        Raises StoreError where an id is unknown.
        """
        ...

    def close(self) -> None:
        """Let go of the store; it must not be used afterwards."""
        ...
