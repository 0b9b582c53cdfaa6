"""The records of the store: chunks of documents, each with where it came from and whose it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool

_NOTHING: Mapping[str, Value] = MappingProxyType({})
_ID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one document, as the store keeps it.

    ``offset`` counts characters from the start of the document's text, ``sha256`` is of ``text``
    in UTF-8 and ``document_sha256`` of the whole document's text, both as 64 hex digits.
    """

    id: str
    text: str
    document: str
    source: str
    offset: int
    sha256: str
    document_sha256: str
    holder: str = ""
    licence: str = ""
    subjects: tuple[str, ...] = ()
    metadata: Mapping[str, Value] = field(default_factory=lambda: _NOTHING, hash=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that a query found, and its cosine distance from the query: 0 is the same direction.

    The distance lies between 0 and 2.
    """

    chunk: Chunk
    distance: float


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, as 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def chunk_id(text: str, document_sha256: str, offset: int) -> str:
    """The id of a chunk: the same text at the same place of the same document, 32 hex digits.

    The source is no part of it, so a document that was moved or fetched again is not stored twice.
    """
    return digest(f"{document_sha256}\n{offset}\n{text}")[:_ID_DIGITS]


def chunk_of(
    text: str,
    *,
    document: str,
    source: str,
    offset: int,
    document_sha256: str,
    holder: str = "",
    licence: str = "",
    subjects: tuple[str, ...] = (),
    metadata: Mapping[str, Value] = _NOTHING,
) -> Chunk:
    """A chunk with its id and digest worked out."""
    return Chunk(
        id=chunk_id(text, document_sha256, offset),
        text=text,
        document=document,
        source=source,
        offset=offset,
        sha256=digest(text),
        document_sha256=document_sha256,
        holder=holder,
        licence=licence,
        subjects=subjects,
        metadata=metadata,
    )
