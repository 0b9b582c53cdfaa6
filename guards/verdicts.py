"""What the guards say: turns in, evidence and leaks out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Embed", "Evidence", "EvidenceKind", "Leak", "LeakKind", "Turn", "Vectors"]

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
"""Texts -> (n, d) float32 matrix of rows of length 1."""

EvidenceKind = Literal["mention", "encoded", "scope", "carried", "draft", "date"]
LeakKind = Literal["mention", "encoded", "answer", "date"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation, oldest first in every sequence of turns."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a policy may apply: in turn number `turn`, raw offsets `start` to `end`.

    `score` is 1 for a mention and a cosine for scope; `certain` is False when the router should
    have a look.
    """

    policy: str
    kind: EvidenceKind
    turn: int
    start: int
    end: int
    score: float
    certain: bool


@dataclass(frozen=True, slots=True)
class Leak:
    """A reply that gives a forgotten subject away between the raw offsets `start` and `end`."""

    policy: str
    kind: LeakKind
    start: int
    end: int
