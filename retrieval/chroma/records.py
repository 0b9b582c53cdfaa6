r"""A chunk as Chroma's flat metadata, and back; a condition as Chroma's filter.

A chunk about Jane Roe with a field ``year`` of its own is stored as
``{"source": "letters", ..., "subjects": "\nJane Roe\n", "m:year": 1978}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retrieval.records import Chunk, Value
from retrieval.where import OFFSET, SUBJECTS, TEXT_FIELDS, readings

OWN = "m:"
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def flatten(chunk: Chunk) -> dict[str, Value]:
    """The metadata that Chroma keeps beside a chunk's text."""
    flat: dict[str, Value] = {field: getattr(chunk, field) for field in sorted(TEXT_FIELDS)}
    flat[OFFSET] = chunk.offset
    flat[SUBJECTS] = "".join(f"\n{name}" for name in chunk.subjects) + "\n" * bool(chunk.subjects)
    return flat | {OWN + key: value for key, value in chunk.metadata.items()}


def restore(id: str, text: str, flat: Mapping[str, Any]) -> Chunk:
    """The chunk that was flattened. Raises KeyError where a field is missing."""
    return Chunk(
        id=id,
        text=text,
        **{field: str(flat[field]) for field in TEXT_FIELDS},
        offset=int(flat[OFFSET]),
        subjects=tuple(name for name in str(flat[SUBJECTS]).split("\n") if name),
        metadata={key[len(OWN) :]: value for key, value in flat.items() if key.startswith(OWN)},
    )


def chroma_filter(where: Mapping[str, str]) -> dict[str, Any] | None:
    """A filter that passes every chunk that matches, and perhaps more; None passes all."""
    parts = [_condition(field, value) for field, value in where.items() if field != SUBJECTS]
    return {"$and": parts} if len(parts) > 1 else parts[0] if parts else None


def _condition(field: str, value: str) -> dict[str, Any]:
    if field in TEXT_FIELDS:
        return {field: value}
    key = field if field == OFFSET else OWN + field
    ways = [{key: read} for read in readings(value) if _fits(read)]
    return {"$or": ways} if len(ways) > 1 else ways[0]


def _fits(value: Value) -> bool:
    return not isinstance(value, int) or _SMALLEST <= value <= _LARGEST
