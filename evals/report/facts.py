"""Settings and environment as lines of a table: nested names joined by dots, values as text.

facts({"models": {"full": "sha256:9f"}, "seeds": [0, 1]})
->  [("models.full", "sha256:9f"), ("seeds", "0, 1")]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

__all__ = ["facts"]


def facts(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values, in their order."""
    return list(_lines("", table))


def _lines(before: str, value: Any) -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, Any]", value).items():
            yield from _lines(f"{before}.{key}" if before else str(key), inner)
    elif isinstance(value, list | tuple):
        yield before, ", ".join(str(one) for one in cast("Iterable[Any]", value))
    else:
        yield before, "none" if value is None else str(value)
