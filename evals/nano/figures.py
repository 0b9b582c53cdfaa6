"""One measured number, as the documentation quotes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A share or a mean, with how many questions it stands on."""

    name: str
    value: float
    count: int
