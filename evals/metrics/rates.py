"""A share that was counted, with its 95 % interval: sound near 0 and 1, where attacks should be.

>>> rate(95, 100).text
'95.0 % (88.8 to 97.8, n = 100)'
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Rate", "rate"]

_Z = 1.959963984540054
"""The standard normal's 97.5th percentile."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with Wilson's 95 % interval (Wilson 1927): sound also near 0 and 1."""

    value: float
    low: float
    high: float
    count: int

    @property
    def text(self) -> str:
        """In per cent, with interval and n."""
        return (
            f"{self.value:.1%} ({100 * self.low:.1f} to {100 * self.high:.1f}, n = {self.count})"
        ).replace("%", " %", 1)


def rate(hits: int, count: int) -> Rate:
    """``hits`` of ``count``; raises ValueError where nothing was counted."""
    if count < 1 or not 0 <= hits <= count:
        raise ValueError(f"{hits} hits of {count} are no rate; count at least one")
    share, square = hits / count, _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    spread = math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    half = _Z * spread / (1 + square / count)
    low = 0.0 if hits == 0 else middle - half
    high = 1.0 if hits == count else middle + half
    return Rate(share, low, high, count)
