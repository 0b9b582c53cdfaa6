"""What a book costs before the first request: processor time and memory of a start, by its size.

    run(policies=(10, 1_000, 10_000, 100_000))

Each book lies in files and is read, made ready and asked one text in a process of its own: with
nothing kept, again with what that start kept, and with one file written over in its scope or with a
new name. What is told of time is the processor's, child processes included, which holds whatever
else the machine does; of memory what is resident in the end and at most, libraries included.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from rich.console import Console
from rich.table import Table

from evals.bench.coined import coined_policies
from guards.compiled import compile_book
from prompts.book import load_book
from retrieval.kept_book import KeptBook

__all__ = ["Start", "run", "started", "table_of", "write_policies"]

_ROOT = Path(__file__).resolve().parents[2]
_MIB = 2**20
_EDITS = (
    ("a new scope", "scope:\n", "scope:\n  - Who was it?\n"),
    ("a new name", "title: ", "title: Ottilie "),
)


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds of the processor for a start's parts, and MiB resident: before, in the end, at most.

    ``first`` is the first text, ``apart`` the most MiB of the process that makes the tables.
    """

    policies: int
    read: float
    compiled: float
    first: float
    before: float
    resident: float
    most: float
    apart: float
    what: str = ""


def run(
    policies: Sequence[int] = (10, 1_000, 10_000, 100_000),
    *,
    edits: bool = True,
    console: Console | None = None,
) -> list[Start]:
    """Measure every size and print the table; without ``edits`` two starts of each alone."""
    rows: list[Start] = []
    for count in policies:
        with TemporaryDirectory() as named:
            folder, kept = Path(named, "policies"), Path(named, "compiled.bin")
            folder.mkdir()
            write_policies(folder, count)
            rows.append(_started_apart("first", folder, kept))
            rows.append(_started_apart("again", folder, kept))
            for what, written, instead in _EDITS if edits else ():
                one = folder / f"coined-{count // 2}.md"
                one.write_text(one.read_text("utf-8").replace(written, instead, 1), "utf-8")
                rows.append(_started_apart(what, folder, kept))
    (console or Console()).print(table_of(rows))
    return rows


def _started_apart(what: str, folder: Path, kept: Path) -> Start:
    done = subprocess.run(  # noqa: S603 - this package's own program
        [sys.executable, "-m", "evals.bench.start", str(folder), str(kept)],
        cwd=_ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return replace(Start(**orjson.loads(done.stdout)), what=what)


def write_policies(folder: Path, count: int) -> None:
    """Write so many coined policies into a folder, a file each."""
    for one in coined_policies(count):
        scope = "".join(f"\n  - {question}" for question in one.scope)
        head = f"id: {one.id}\ntitle: {one.title}\nkind: person\nresponse: pretend"
        text = f"---\n{head}\naliases:\n  - {one.aliases[0]}\nscope:{scope}\n---\n"
        (folder / f"{one.id}.md").write_text(f"{text}{one.instruction}\n", encoding="utf-8")


def started(folder: Path, file: Path | None = None) -> Start:
    """Start on the policies of a folder, in this process, with what ``file`` keeps of them."""
    kept = KeptBook(file) if file is not None else None
    before, times = _resident(), [_seconds()]
    book = load_book(folder, known=kept.known() if kept is not None else None)
    times.append(_seconds())
    compiled = compile_book(book, indexed=kept.indexes if kept is not None else None)
    times.append(_seconds())
    compiled.mentions.find("Nobody is named here, and nobody was named before.")
    times.append(_seconds())
    read, made, first = (later - sooner for sooner, later in pairwise(times))
    most, apart = (
        resource.getrusage(whose).ru_maxrss / 1024
        for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return Start(len(book.policies), read, made, first, before, _resident(), most, apart)


def _seconds() -> float:
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def table_of(rows: Sequence[Start]) -> Table:
    """One row a start."""
    table = Table("policies", "start", title="A start: seconds of the processor, MiB resident")
    for name in ("read", "made ready", "first text", "in all"):
        table.add_column(name, justify="right")
    for name in ("MiB before", "MiB", "MiB at most", "MiB apart"):
        table.add_column(name, justify="right")
    for row in rows:
        parts = (row.read, row.compiled, row.first)
        table.add_row(
            f"{row.policies:,}",
            row.what,
            *(f"{seconds:.2f}" for seconds in (*parts, sum(parts))),
            *(f"{mib:,.0f}" for mib in (row.before, row.resident, row.most, row.apart)),
        )
    return table


def _resident() -> float:
    """MiB of this process in memory now; on a system that does not tell, its most so far."""
    told = Path("/proc/self/statm")
    if told.exists():
        return int(told.read_text().split()[1]) * resource.getpagesize() / _MIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.stdout.write(orjson.dumps(asdict(started(*map(Path, sys.argv[1:])))).decode())
