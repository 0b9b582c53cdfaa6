r"""Canonical JSON: one value has exactly one spelling, whose bytes can be hashed and signed.

    {"b": [1, "é"], "a": null}   becomes   {"a":null,"b":[1,"\u00e9"]}

Keys are sorted, nothing is between the tokens, and every character is ASCII. Fractions are not
allowed: no two languages agree on how to write them, and a ledger needs none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
Body = Mapping[str, Json]


def canonical(value: Json) -> bytes:
    """The one spelling of `value`. Raises ValueError for fractions, TypeError for non-JSON."""
    _refuse_fractions(value)
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode("ascii")


def parse(text: str | bytes) -> Json:
    """A value from JSON. Raises ValueError where it is none, or where a key stands twice."""
    try:
        return cast("Json", json.loads(text, object_pairs_hook=_unique))
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None


def _unique(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    listed = list(pairs)
    found = dict(listed)
    if len(found) != len(listed):
        raise ValueError("a key stands twice in one object")
    return found


def _refuse_fractions(value: object) -> None:
    if isinstance(value, float):
        raise ValueError(f"{value!r} is a fraction; a ledger holds whole numbers and text")
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[object, object]", value).items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} is no text")
            _refuse_fractions(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for inner in cast("Sequence[object]", value):
            _refuse_fractions(inner)


def _plain(value: Json) -> object:
    """Mappings and tuples as the dictionaries and lists that `json` knows."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
