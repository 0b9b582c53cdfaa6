"""The gateway beside its peers, one after the other in front of one mock, against a bare proxy.

    run(rules=(0, 10, 1_000, 10_000), rounds=3)

Each target is measured right behind the bare proxy, with the same load, and the medians of several
such pairs are printed as ratios: they hold whatever else the machine does. Beside latency and rate
stands the processor time that the target's process took for a reply, which other programs disturb
least. The gateway runs as its users run it: policies in files, watched, its log written.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from evals.bench.coined import coined_policies
from evals.bench.gateway import measured, process
from evals.bench.peer_servers import PEERS, Running, serving
from evals.bench.secrets_told import Told, passages, told_by

__all__ = ["KINDS", "Ratio", "Row", "run", "table_of"]

KINDS = ("whole", "stream", "paced")
_USERS = 16
_CLOCK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Ratio:
    """What a reply of one kind costs, each over what the bare proxy costs in the same round.

    `added` is the time added to the mock's own at one user, `rate` replies a second at 16 users,
    `processor` the processor time of a reply there.
    """

    added: float
    rate: float
    processor: float


@dataclass(frozen=True, slots=True)
class Row:
    """One target with so many rules: its ratios by kind, and what it let through.

    Where there is a `problem`, the kinds from there on are missing.
    """

    peer: str
    rules: int
    ratios: dict[str, Ratio]
    told: Told | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Cost:
    alone: float
    rate: float
    processor: float


def run(
    rules: Sequence[int] = (0, 10, 1_000, 10_000),
    peers: Sequence[str] = ("boxed", "litellm", "nemo"),
    *,
    rounds: int = 3,
    seconds: float = 2.0,
    kinds: Sequence[str] = KINDS,
    console: Console | None = None,
) -> list[Row]:
    """Measure every target and print the table; raises ValueError for a peer that nobody knows."""
    if unknown := sorted(set(peers) - set(PEERS)):
        raise ValueError(f"no peer is called {unknown[0]!r}; use {', '.join(PEERS)}")
    shown = console or Console()
    names = [policy.title for policy in coined_policies(max(max(rules), 1))]
    texts = passages(names[0])
    cases = [(peer, count) for peer in peers for count in rules]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, Progress(console=shown) as progress:
        file = Path(folder, "passages.json")
        file.write_bytes(orjson.dumps([text for _, text in texts]))
        task = progress.add_task("peers", total=len(cases))
        with (
            process("evals.bench.mock_product", str(file)) as port,
            process("evals.bench.bare_proxy", f"http://127.0.0.1:{port}/v1") as bare_port,
        ):
            mock = f"http://127.0.0.1:{port}"
            bare = Running(f"http://127.0.0.1:{bare_port}/v1/chat/completions", _pid_of(bare_port))
            for peer, count in cases:
                progress.update(task, description=f"{peer}, {count:,} rules")
                try:
                    with serving(peer, mock, count, Path(folder)) as target:
                        ratios, problem = _ratios(kinds, mock, bare, target, rounds, seconds)
                        told = told_by(target.url, texts) if count and not problem else None
                    rows.append(Row(peer, count, ratios, told, problem))
                except (RuntimeError, OSError) as error:
                    rows.append(Row(peer, count, {}, None, str(error).splitlines()[0]))
                progress.advance(task)
    shown.print(table_of(rows, kinds))
    return rows


def _ratios(
    kinds: Sequence[str], mock: str, bare: Running, target: Running, rounds: int, seconds: float
) -> tuple[dict[str, Ratio], str]:
    """The ratios by kind, up to the first that has no end, and which that is."""
    found: dict[str, Ratio] = {}
    for kind in kinds:
        try:
            found[kind] = _ratio(kind, mock, bare, target, rounds, seconds)
        except subprocess.TimeoutExpired as error:
            return found, f"no end in {error.timeout:.0f} s"
    return found, ""


def _ratio(
    kind: str, mock: str, bare: Running, target: Running, rounds: int, seconds: float
) -> Ratio:
    direct = f"{mock}/v1/chat/completions"
    found: list[Ratio] = []
    for _ in range(rounds):
        own = _p50(measured(direct, kind, "alone", 1, seconds, 200))
        least, cost = _cost(kind, bare, seconds), _cost(kind, target, seconds)
        found.append(
            Ratio(
                (cost.alone - own) / max(least.alone - own, 1e-5),
                cost.rate / least.rate,
                cost.processor / max(least.processor, 1e-5),
            )
        )
    return Ratio(
        median(one.added for one in found),
        median(one.rate for one in found),
        median(one.processor for one in found),
    )


def _cost(kind: str, target: Running, seconds: float) -> _Cost:
    alone = measured(target.url, kind, "alone", 1, seconds, 200)
    before = _processor(target.pid)
    many = measured(target.url, kind, "alone", _USERS, seconds, 100_000)
    spent = _processor(target.pid) - before
    return _Cost(_p50(alone), many["per_second"], spent / max(many["asked"], 1))


def _p50(found: dict[str, Any]) -> float:
    seconds: list[float] = found["seconds"]
    return seconds[len(seconds) // 2]


def _processor(pid: int) -> float:
    """Processor seconds of a process and of its children so far."""
    total = 0.0
    for one in _family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / _CLOCK
    return total


def _family(pid: int) -> Iterator[int]:
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in children:
        yield from _family(int(child))


def _pid_of(port: int) -> int:
    """The process of ours that listens on a port."""
    sockets = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    }
    for child in _family(os.getpid()):
        for open_file in Path(f"/proc/{child}/fd").iterdir():
            with _gone_is_fine():
                if open_file.readlink().name.removeprefix("socket:[").rstrip("]") in sockets:
                    return child
    raise RuntimeError(f"nothing of this program listens on port {port}")


@contextmanager
def _gone_is_fine() -> Generator[None]:
    """Files of a process that are closed while they are looked at."""
    try:
        yield
    except FileNotFoundError:
        return


def table_of(rows: Sequence[Row], kinds: Sequence[str] = KINDS) -> Table:
    """Ratios to the bare proxy, and what was let through."""
    table = Table(title="Times the bare parsing proxy (1.0 is as dear): added time / processor")
    table.add_column("target")
    for kind in kinds:
        table.add_column(kind, justify="right")
        table.add_column(f"{kind}, rate", justify="right")
    table.add_column("leaked a stream", justify="right")
    table.add_column("disguises missed", justify="right")
    for row in rows:
        cells: list[str] = []
        for ratio in row.ratios.values():
            cells += [f"{ratio.added:.1f} / {ratio.processor:.1f}", f"{ratio.rate:.0%}"]
        missing = 2 * len(kinds) - len(cells)
        cells += [row.problem[:60], *[""] * (missing - 1)] if missing else []
        told = row.told
        cells += ["", ""] if told is None else [f"{told.leaked:.1f}", f"{told.missed} of {told.of}"]
        table.add_row(f"{row.peer}, {row.rules:,} rules", *cells)
    table.caption = (
        "Added: median time at one user beyond the mock's own. Rate: replies a second at "
        f"{_USERS} users, of the bare proxy's. Leaked: characters of a plain name that left."
    )
    return table


if __name__ == "__main__":
    run()
