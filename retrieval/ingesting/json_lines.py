"""One line of a JSONL file as a document's fields, checked once."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from retrieval.records import Value

_LARGEST = 2**63


class LineError(Exception):
    """A line that is no document: the message says which field is wrong, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Line:
    """The fields of one line; what it does not say is empty."""

    text: str
    id: str
    source: str
    holder: str
    licence: str
    subjects: tuple[str, ...]
    metadata: Mapping[str, Value]


def parse_line(line: str) -> Line:
    """A line's document; see `retrieval.ingesting.documents` for a sample.

    Fields that are no text, number or truth are kept as JSON. Raises LineError.
    """
    try:
        found: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError("is not JSON") from error
    if not isinstance(found, dict):
        raise LineError("is no JSON object; write one object on each line")
    fields = cast(dict[str, Any], found)
    text = fields.pop("text", None)
    if not isinstance(text, str):
        raise LineError("has no 'text' that is a string")
    licences = [_word(fields, "licence"), _word(fields, "license")]
    return Line(
        text=text,
        id=_word(fields, "id"),
        source=_word(fields, "source"),
        holder=_word(fields, "holder"),
        licence=licences[0] or licences[1],
        subjects=_names(fields, "subjects") + _names(fields, "subject"),
        metadata=dict(_metadata(fields)),
    )


def one_line(name: str) -> str:
    """A name without line ends, which part one name from the next in the store."""
    return " ".join(name.split())


def _word(fields: dict[str, Any], key: str) -> str:
    value = fields.pop(key, None)
    if value is None:
        return ""
    if isinstance(value, str):
        return _sound(value, key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise LineError(f"has a {key!r} that is no string")


def _names(fields: dict[str, Any], key: str) -> tuple[str, ...]:
    value = fields.pop(key, None)
    names: list[Any] = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        raise LineError(f"has {key!r} that are no strings; write a list of names")
    return tuple(one_line(_sound(name, key)) for name in names if name.strip())


def _metadata(fields: dict[str, Any]) -> Iterator[tuple[str, Value]]:
    for key, value in fields.items():
        _sound(key, "a field's name")
        if value is None:
            continue
        if isinstance(value, str):
            yield key, _sound(value, key)
        elif isinstance(value, (bool, int, float)):
            # The store takes 64 bits and no infinity.
            fits = -_LARGEST <= value < _LARGEST and math.isfinite(value)
            yield key, value if fits else str(value)
        else:
            yield key, json.dumps(value, sort_keys=True)


def _sound(value: str, key: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise LineError(f"has half a surrogate pair in {key!r}") from error
    return value
