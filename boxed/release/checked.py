"""Strings of a stream that must come whole: names of tools, and fields that are no part of a delta.

Holding back their last letters would break them, so each is checked as it comes, together with
what came before it in the same place; a name that is cut in two is stopped at its second half.
"""

from __future__ import annotations

from typing import Any, cast

from boxed.release.fields import KNOWN_KEYS
from boxed.release.gate import NewGate
from boxed.release.gated_text import leak_in_text
from guards.verdicts import Leak

__all__ = ["CheckedStrings"]

_REMEMBERED = 512
_SHORT = 8


class CheckedStrings:
    """Checks strings by the place they stand in."""

    def __init__(self, new_gate: NewGate) -> None:
        self._new_gate = new_gate
        self._before: dict[str, str] = {}
        self._last: dict[str, Any] = {}
        self._clean: set[str] = set()

    def leak_in(self, place: str, value: Any) -> Leak | None:
        """The first leak in any string of `value`, alone or behind what `place` held before."""
        # Products repeat some fields in every chunk. A short text may be a letter group said twice.
        if len(str(value)) > _SHORT and self._last.get(place) == value:
            return None
        leak = self._walk(place, value)
        if leak is None:
            self._last[place] = value
        return leak

    def _walk(self, place: str, value: Any) -> Leak | None:
        if isinstance(value, str):
            return self._leak_in_text(place, value) if value else None
        if isinstance(value, dict):
            for key, item in cast("dict[str, Any]", value).items():
                known = key in KNOWN_KEYS
                leak = (None if known else self.leak_alone(key)) or self._walk(
                    f"{place}.{key}", item
                )
                if leak:
                    return leak
        elif isinstance(value, list):
            for number, item in enumerate(cast("list[Any]", value)):
                if leak := self._walk(f"{place}.{number}", item):
                    return leak
        return None

    def leak_alone(self, text: str) -> Leak | None:
        """The leak in a text that has no neighbours."""
        if text in self._clean:
            return None
        leak = leak_in_text(text, self._new_gate)
        if leak is None:
            self._remember(text)
        return leak

    def _leak_in_text(self, place: str, text: str) -> Leak | None:
        before = self._before.get(place, "")
        if leak := self.leak_alone(text):
            return leak
        joined = before + text
        self._before[place] = joined[-_REMEMBERED:]
        return leak_in_text(joined, self._new_gate) if before else None

    def _remember(self, text: str) -> None:
        if len(self._clean) >= _REMEMBERED:
            self._clean.clear()
        self._clean.add(text)
