"""Conditions on a chunk's fields, as they are written on a command line: ``licence=CC-BY-4.0``."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping

from retrieval.records import Chunk, Value

TEXT_FIELDS = frozenset({"source", "document", "sha256", "document_sha256", "holder", "licence"})
SUBJECTS = "subjects"
OFFSET = "offset"
_TRUTH: Mapping[str, bool] = {"true": True, "false": False}


def matches(chunk: Chunk, where: Mapping[str, str]) -> bool:
    """Whether every field has the value: one of the names for ``subjects``, else all of it."""
    return all(_has(chunk, field, value) for field, value in where.items())


def readings(value: str) -> list[Value]:
    """What a written value may be in the metadata: itself, and the number or truth it spells.

    >>> readings("5")
    ['5', 5, 5.0]
    """
    found: list[Value] = [value]
    if value.lower() in _TRUTH:
        found.append(_TRUTH[value.lower()])
    with contextlib.suppress(ValueError):
        found.append(int(value))
    try:
        number = float(value)
    except ValueError:
        return found
    if math.isfinite(number):
        found.append(number)
    return found


def _has(chunk: Chunk, field: str, value: str) -> bool:
    if field == SUBJECTS:
        return value in chunk.subjects
    if field == OFFSET:
        return chunk.offset in readings(value)
    if field in TEXT_FIELDS:
        return bool(getattr(chunk, field) == value)
    if field not in chunk.metadata:
        return False
    own = chunk.metadata[field]
    # True equals 1 in Python, and a flag is not a count.
    return any(own == read and isinstance(own, bool) == isinstance(read, bool)
               for read in readings(value))  # fmt: skip
