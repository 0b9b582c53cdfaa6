"""How much was read for one request, for whoever has to show that it was.

scanned.set(tally := Tally())
...                              # the guards read texts, here and in threads started from here
tally.views                      # decoded views that they made of them
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["Tally", "scanned"]


@dataclass(slots=True)
class Tally:
    """Views that were decoded of all texts, and the characters in them; no text."""

    views: int = 0
    characters: int = 0


scanned: ContextVar[Tally | None] = ContextVar("boxed_scanned", default=None)
"""The tally of the request that is handled now; None where nobody counts."""
