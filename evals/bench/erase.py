"""What forgetting costs: closure, erasure, scan and check, against rebuilding the collection.

    run(sizes=(1_000, 10_000, 100_000), subject=100)

Every row is one store with one subject in it. The only other way to be sure that Chroma keeps no
byte is to copy everything else into a new collection and to drop the old one; that is done in the
same run, on a copy of the same store, with the vectors that are there already. Vectors are
pseudo-random, one for each text, so that no time goes into a model; a real embedder's would make
filling and rebuilding from texts slower, erasing not. Each step runs in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

__all__ = ["Row", "measure", "run", "table_of"]

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Row:
    """One store. Times in seconds, memory in MiB at its peak; ``erase`` is all but the closure."""

    chunks: int
    gone: int
    closure: float
    steps: dict[str, float]
    verify: float
    memory: float
    rebuild: float
    rebuild_memory: float
    scope: str
    scanned: int
    hits: int

    @property
    def erase(self) -> float:
        """From the closure to the receipt."""
        return sum(self.steps.values())


def run(
    sizes: Sequence[int] = (1_000, 10_000, 100_000),
    subject: int = 100,
    console: Console | None = None,
) -> list[Row]:
    """Measure every size and print the table; a subject has ``subject`` chunks."""
    shown = console or Console()
    rows: list[Row] = []
    for size in sizes:
        with shown.status(f"{size:,} chunks"):
            rows.append(measure(size, min(subject, size // 2)))
    shown.print(table_of(rows))
    return rows


def measure(size: int, subject: int) -> Row:
    """One row, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="boxed-bench-") as folder:
        _child("fill", folder, str(size), str(subject))
        erased = _child("erase", folder)
        rebuilt = _child("rebuild", folder)
    return Row(
        chunks=size,
        gone=erased["gone"],
        closure=erased["closure"],
        steps=erased["steps"],
        verify=erased["verify"],
        memory=erased["memory"],
        rebuild=rebuilt["seconds"],
        rebuild_memory=rebuilt["memory"],
        scope=erased["scope"],
        scanned=erased["scanned"],
        hits=erased["hits"],
    )


def table_of(rows: Sequence[Row]) -> Table:
    """A column for each size: seconds by step, the ratio to the rebuild, growth, memory, scan."""
    table = Table(title="Seconds to forget one subject, and to rebuild without it")
    table.add_column("chunks")
    for row in rows:
        table.add_column(f"{row.chunks:,}", justify="right")
    for name, told in _LINES.items():
        table.add_row(name, *(told(row, rows[0]) for row in rows))
    table.caption = (
        "erase: everything between closure and receipt. rebuild: the others copied with their "
        "vectors into a new store that takes the old one's place."
    )
    return table


def _step(name: str) -> Callable[[Row, Row], str]:
    return lambda row, _: f"{row.steps.get(name, 0.0):.2f}"


_LINES: dict[str, Callable[[Row, Row], str]] = {
    "chunks that go": lambda row, _: f"{row.gone:,}",
    "closure": lambda row, _: f"{row.closure:.2f}",
    "  plan": _step("plan"),
    "  delete": _step("delete"),
    "  purge": _step("purge"),
    "  scan": _step("scan"),
    "  certify": _step("certify"),
    "erase": lambda row, _: f"{row.erase:.2f}",
    "verify": lambda row, _: f"{row.verify:.3f}",
    "rebuild": lambda row, _: f"{row.rebuild:.2f}",
    "rebuild / erase": lambda row, _: f"{row.rebuild / row.erase:.1f}x",
    "growth of chunks": lambda row, first: f"{row.chunks / first.chunks:.1f}x",
    "growth of erase": lambda row, first: f"{row.erase / first.erase:.1f}x",
    "peak MiB, forgetting": lambda row, _: f"{row.memory:,.0f}",
    "peak MiB, rebuilding": lambda row, _: f"{row.rebuild_memory:,.0f}",
    "scanned": lambda row, _: f"{row.scanned / 2**20:,.0f} MiB",
    "found": lambda row, _: f"{row.hits} hits, {row.scope}",
}


def _child(step: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - this package's own program
        [sys.executable, "-m", "evals.bench.erase_process", step, *arguments],
        cwd=_ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    return orjson.loads(done.stdout.splitlines()[-1])
