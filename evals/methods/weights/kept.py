"""What the original model says about examples: computed once, kept in a file, never in a copy.

    kept = keep(folder / "reference.pt", numbers, rows, compute)
    kept.of((7, 3))                 # the vectors of example 7's answer tokens, then of example 3's

The file is memory-mapped: what a step does not ask for stays on the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

__all__ = ["Kept", "keep"]

_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose rows belong to examples: (rows, width), or (rows,); ``spans`` says whose."""

    table: Tensor
    spans: dict[int, tuple[int, int]]

    def of(self, numbers: Iterable[int]) -> Tensor:
        """The rows of these examples, one after the other."""
        return torch.cat([self.table[slice(*self.spans[n])] for n in numbers])


def keep(
    file: Path,
    numbers: Iterable[int],
    rows: Sequence[int],
    compute: Callable[[tuple[int, ...]], Tensor],
    at_once: int = _AT_ONCE,
) -> Kept:
    """The file's content, or what ``compute`` says about these examples, written to the file.

    ``rows`` is how many rows each example of the set has; ``compute`` gives those of some examples,
    one after the other, and is called with examples of like size.
    """
    if not file.exists():
        order = sorted(set(numbers), key=lambda n: (rows[n], n))
        groups = [tuple(order[at : at + at_once]) for at in range(0, len(order), at_once)]
        with torch.no_grad():
            table = torch.cat([compute(group).cpu() for group in groups])
        state = {"table": table, "numbers": torch.tensor(order)}
        partial = file.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(file)
    found: Any = torch.load(file, mmap=True, weights_only=True)
    spans: dict[int, tuple[int, int]] = {}
    start = 0
    for number in found["numbers"].tolist():
        spans[number] = (start, start + rows[number])
        start += rows[number]
    if start != len(found["table"]):
        raise ValueError(f"{file.name} does not fit these examples; delete it and start again")
    return Kept(found["table"], spans)
