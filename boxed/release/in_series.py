"""Two gates one behind the other: what the first passes on, the second may still hold."""

from __future__ import annotations

from boxed.release.gate import Gate
from guards.verdicts import Leak

__all__ = ["InSeries"]


class InSeries:
    """A gate made of two. Offsets of the second one's leaks count what the first passed on."""

    def __init__(self, first: Gate, second: Gate) -> None:
        self._first, self._second = first, second

    @property
    def leak(self) -> Leak | None:
        """The leak that stands first in the text."""
        return self._second.leak or self._first.leak

    def feed(self, delta: str, /) -> str:
        """What both pass on now."""
        released = self._second.feed(self._first.feed(delta))
        return released + self._second.close() if self._first.leak is not None else released

    def close(self) -> str:
        """The rest, or what stands in front of a leak."""
        return self._second.feed(self._first.close()) + self._second.close()
