"""Ingest: files into the store, once each, whatever stops it on the way.

What a document's chunks are called follows from their content, so the store itself says what is
done: a run that was killed is simply run again, embeds only what is missing, and ends the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from retrieval.ingesting.chunking import pieces
from retrieval.ingesting.documents import Document, Fault, Provenance, Read, files_in, read
from retrieval.records import Chunk, chunk_of, digest
from retrieval.store import Store

# Chunks that are looked up, embedded and stored together.
AT_ONCE = 500


class IngestGuard(Protocol):
    """Knows what was erased, and keeps it from coming back."""

    def refusal(self, document_text: str, chunks: Sequence[Chunk]) -> str | None:
        """The number of the receipt of the erasure that took this document, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that was erased before, under the receipt."""

    place: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest has come: bytes read of all bytes, and chunks added."""

    done: int
    total: int
    added: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the documents.

    ``documents`` counts those that are now in the store, ``added`` their chunks that are new and
    ``known`` those that it held before. ``other`` are files of a kind that is not read.
    """

    documents: int
    added: int
    known: int
    refused: tuple[Refusal, ...]
    faults: tuple[Fault, ...]
    other: tuple[Path, ...]


def ingest(
    paths: Sequence[Path],
    store: Store,
    guard: IngestGuard | None = None,
    progress: Callable[[Progress], None] | None = None,
    *,
    given: Provenance | None = None,
) -> IngestReport:
    """Read the files at the paths and store their documents in chunks.

    ``given`` is the provenance of all of them; lines of JSONL add their own. Raises OSError where a
    path does not exist, before anything is stored, and StoreError where the store fails; what was
    stored until then stays, and running it again completes it.
    """
    files = files_in(paths)
    run = _Run(store, guard, progress, sum(source.size for source in files.sources))
    run.faults += files.faults
    for source in files.sources:
        for item in read(source, given or Provenance()):
            run.take(item)
    run.flush()
    return IngestReport(
        documents=run.documents,
        added=run.added,
        known=run.known,
        refused=tuple(run.refused),
        faults=tuple(run.faults),
        other=tuple(files.other),
    )


def chunks_of(document: Document) -> list[Chunk]:
    """A document's chunks, as they are stored."""
    whole = digest(document.text)
    own = document.provenance
    return [
        chunk_of(
            piece.text,
            document=document.name,
            source=own.source,
            offset=piece.offset,
            document_sha256=whole,
            holder=own.holder,
            licence=own.licence,
            subjects=own.subjects,
            metadata=document.metadata,
        )
        for piece in pieces(document.text)
    ]


@dataclass(slots=True)
class _Run:
    """One ingest under way: documents wait until they make a batch."""

    store: Store
    guard: IngestGuard | None
    progress: Callable[[Progress], None] | None
    total: int
    done: int = 0
    documents: int = 0
    added: int = 0
    known: int = 0
    refused: list[Refusal] = field(default_factory=list[Refusal])
    faults: list[Fault] = field(default_factory=list[Fault])
    waiting: list[tuple[Document, list[Chunk]]] = field(
        default_factory=list[tuple[Document, list[Chunk]]]
    )
    chunks: int = 0

    def take(self, item: Read) -> None:
        """A document or fault, as it was read."""
        self.done += item.size
        if isinstance(item.found, Fault):
            self.faults.append(item.found)
            return
        self.waiting.append((item.found, chunks_of(item.found)))
        self.chunks += len(self.waiting[-1][1])
        if self.chunks >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Store those waiting of which something is missing and that were not erased before."""
        held = self.store.known([chunk.id for _, chunks in self.waiting for chunk in chunks])
        fresh: list[Chunk] = []
        again: list[Chunk] = []
        seen = set(held)
        for document, chunks in self.waiting:
            missing = [chunk for chunk in chunks if chunk.id not in held]
            receipt = self.guard.refusal(document.text, chunks) if self.guard and missing else None
            if receipt is not None:
                place = f"{document.provenance.source}: {document.name}"
                self.refused.append(Refusal(place, receipt))
                continue
            self.documents += 1
            new = [chunk for chunk in chunks if chunk.id not in seen]
            self.known += len(chunks) - len(new)
            fresh += new
            again += [chunk for chunk in chunks if chunk.id in seen]
            seen.update(chunk.id for chunk in new)
        self.waiting.clear()
        self.chunks = 0
        self._add(fresh)
        self._add_subjects(again)

    def _add_subjects(self, again: Sequence[Chunk]) -> None:
        """A record gains the subjects of its later ingests: by them it is found to be forgotten."""
        given: dict[str, list[str]] = {}
        for chunk in again:
            if chunk.subjects:
                given.setdefault(chunk.id, []).extend(chunk.subjects)
        if not given:
            return
        stored = self.store.select(ids=list(given))
        named = [(old, tuple(dict.fromkeys((*old.subjects, *given[old.id])))) for old in stored]
        self.store.replace(
            [replace(old, subjects=names) for old, names in named if names != old.subjects]
        )

    def _add(self, fresh: Sequence[Chunk]) -> None:
        # Always a step, so that whoever watches sees documents go by that are stored already.
        for first in range(0, max(len(fresh), 1), AT_ONCE):
            part = fresh[first : first + AT_ONCE]
            added = self.store.add(part) if part else 0
            self.added += added
            self.known += len(part) - added
            if self.progress:
                self.progress(Progress(self.done, self.total, self.added))
