"""What a book costs before the first request: processor time and memory of a start, by its size.

    run(policies=(10, 1_000, 10_000, 100_000))

Each book lies in files and is read, made ready and asked one text in a process of its own. What is
told of time is the processor's, which holds whatever else the machine does; of memory what is
resident in the end and at most, libraries included.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from rich.console import Console
from rich.table import Table

from evals.bench.coined import coined_policies
from guards.compiled import compile_book
from prompts.book import load_book

__all__ = ["Start", "run", "started", "table_of", "write_policies"]

_ROOT = Path(__file__).resolve().parents[2]
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds of the processor for a start's parts, and MiB resident: before, in the end, at most.

    ``first`` is the first text.
    """

    policies: int
    read: float
    compiled: float
    first: float
    before: float
    resident: float
    most: float


def run(
    policies: Sequence[int] = (10, 1_000, 10_000, 100_000), *, console: Console | None = None
) -> list[Start]:
    """Measure every size and print the table."""
    rows: list[Start] = []
    for count in policies:
        with TemporaryDirectory() as folder:
            write_policies(Path(folder), count)
            done = subprocess.run(  # noqa: S603 - this package's own program
                [sys.executable, "-m", "evals.bench.start", folder],
                cwd=_ROOT, check=True, capture_output=True,
            )  # fmt: skip
        rows.append(Start(**orjson.loads(done.stdout)))
    (console or Console()).print(table_of(rows))
    return rows


def write_policies(folder: Path, count: int) -> None:
    """Write so many coined policies into a folder, a file each."""
    for one in coined_policies(count):
        scope = "".join(f"\n  - {question}" for question in one.scope)
        head = f"id: {one.id}\ntitle: {one.title}\nkind: person\nresponse: pretend"
        text = f"---\n{head}\naliases:\n  - {one.aliases[0]}\nscope:{scope}\n---\n"
        (folder / f"{one.id}.md").write_text(f"{text}{one.instruction}\n", encoding="utf-8")


def started(folder: Path) -> Start:
    """Start on the policies of a folder, in this process."""
    before, times = _resident(), [time.process_time()]
    book = load_book(folder)
    times.append(time.process_time())
    compiled = compile_book(book)
    times.append(time.process_time())
    compiled.mentions.find("Nobody is named here, and nobody was named before.")
    times.append(time.process_time())
    read, made, first = (later - sooner for sooner, later in pairwise(times))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Start(len(book.policies), read, made, first, before, _resident(), most)


def table_of(rows: Sequence[Start]) -> Table:
    """One row a book."""
    table = Table("policies", title="A start: seconds of the processor, MiB resident")
    for name in ("read", "made ready", "first text", "in all", "MiB before", "MiB", "MiB at most"):
        table.add_column(name, justify="right")
    for row in rows:
        parts = (row.read, row.compiled, row.first)
        table.add_row(
            f"{row.policies:,}",
            *(f"{seconds:.2f}" for seconds in (*parts, sum(parts))),
            *(f"{mib:,.0f}" for mib in (row.before, row.resident, row.most)),
        )
    return table


def _resident() -> float:
    """MiB of this process in memory now; on a system that does not tell, its most so far."""
    told = Path("/proc/self/statm")
    if told.exists():
        return int(told.read_text().split()[1]) * resource.getpagesize() / _MIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.stdout.write(orjson.dumps(asdict(started(Path(sys.argv[1])))).decode())
