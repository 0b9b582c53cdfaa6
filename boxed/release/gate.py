"""The one thing that streamed release asks of a gate; `guards.stream_gate.StreamGate` is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from guards.verdicts import Leak

__all__ = ["Gate", "NewGate"]


class Gate(Protocol):
    """Passes one text on while it is written; the same text for every way of cutting it."""

    @property
    def leak(self) -> Leak | None:
        """What the text gives away, once it is known."""
        ...

    def feed(self, delta: str, /) -> str:
        """What may be passed on now; nothing any more once there is a leak."""
        ...

    def close(self) -> str:
        """The rest, or what stands in front of a leak."""
        ...


NewGate = Callable[[], Gate]
