"""What the gateway costs: added time per reply and replies per second, against the mock alone.

    run(policies=(10, 1_000, 100_000), semantic=(10, 1_000))

Mock product, load generator and gateway are processes of their own on this machine and share its
cores. For every row the mock is measured directly just before the gateway, with the same load, so
each ratio holds whatever else the machine does.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

__all__ = ["Latency", "Row", "measure", "measured", "process", "run", "table_of"]

_ROOT = Path(__file__).resolve().parents[2]
_USERS = (1, 16, 64)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds at the median and the 99th percentile."""

    p50: float
    p99: float

    def added_to(self, direct: Latency) -> Latency:
        """The difference to the mock reached directly."""
        return Latency(self.p50 - direct.p50, self.p99 - direct.p99)


@dataclass(frozen=True, slots=True)
class Load:
    """One target under load: latencies of one user, replies per second by number of users."""

    whole: Latency
    streamed: Latency
    per_second: dict[int, float]


@dataclass(frozen=True, slots=True)
class Row:
    """The gateway with `policies`, and the mock measured just before it."""

    policies: int
    screening: str
    compiled: float
    memory: float
    gateway: Load
    direct: Load


def run(
    policies: Sequence[int] = (10, 1_000, 100_000),
    semantic: Sequence[int] = (10, 1_000),
    *,
    seconds: float = 3.0,
    replies: int = 500,
    console: Console | None = None,
) -> list[Row]:
    """Measure every row and print the table; each load ends after `seconds` or `replies`."""
    shown = console or Console()
    cases = [(n, "lexical") for n in policies] + [(n, "semantic") for n in semantic]
    cases += [(n, "semantic, leaning") for n in semantic[:1]]
    rows: list[Row] = []
    with process("evals.bench.mock_product") as port, Progress(console=shown) as progress:
        task = progress.add_task("gateway", total=len(cases))
        for count, screening in cases:
            progress.update(task, description=f"{count:,} policies, {screening}")
            rows.append(measure(f"http://127.0.0.1:{port}", count, screening, seconds, replies))
            progress.advance(task)
    shown.print(table_of(rows))
    return rows


def measure(mock: str, policies: int, screening: str, seconds: float, replies: int) -> Row:
    """One row of the table."""
    program = (
        "evals.bench.gateway_process",
        f"{mock}/v1",
        str(policies),
        screening.partition(",")[0],
    )
    with process(*program) as ready:
        talk = "leaning" if screening.endswith("leaning") else "alone"
        direct = _load(f"{mock}/v1/chat/completions", talk, seconds, replies)
        url = f"http://127.0.0.1:{ready['port']}/v1/chat/completions"
        gateway = _load(url, talk, seconds, replies)
    return Row(policies, screening, ready["compiled"], ready["memory"], gateway, direct)


def table_of(rows: Sequence[Row]) -> Table:
    """Milliseconds added per reply, and replies per second with the share of the mock's own."""
    table = Table(title="What the gateway adds to a mock product of 200 words")
    table.add_column("policies")
    for name in ("whole +ms", "200 chunks +ms", "compile"):
        table.add_column(name, justify="right")
    for users in _USERS:
        table.add_column(f"{users} at a time", justify="right")
    base = rows[0].gateway if rows else None
    for row in rows:
        whole = row.gateway.whole.added_to(row.direct.whole)
        streamed = row.gateway.streamed.added_to(row.direct.streamed)
        table.add_row(
            f"{row.policies:,} {row.screening}",
            _added(whole, row.gateway.whole, base and base.whole),
            _added(streamed, row.gateway.streamed, base and base.streamed),
            f"{row.compiled:.1f} s\n{row.memory:,.0f} MiB",
            *(_rate(row.gateway.per_second[n], row.direct.per_second[n]) for n in _USERS),
        )
    if rows:
        direct = rows[0].direct
        table.caption = (
            f"+ms: p50 / p99 at one user, beyond the mock's own {direct.whole.p50:.2f} / "
            f"{direct.whole.p99:.2f} (whole) and {direct.streamed.p50:.2f} / "
            f"{direct.streamed.p99:.2f} (stream); x: whole time against the first row. Last three "
            "columns: whole replies per second, and the share of the mock's rate."
        )
    return table


def _added(added: Latency, total: Latency, base: Latency | None) -> str:
    ratio = f"\n{total.p50 / base.p50:.2f}x" if base is not None else ""
    return f"{added.p50:.2f} / {added.p99:.2f}{ratio}"


def _rate(gateway: float, direct: float) -> str:
    return f"{gateway:,.0f}/s\n{gateway / direct:.0%}"


def _load(url: str, talk: str, seconds: float, replies: int) -> Load:
    whole = measured(url, "whole", talk, 1, seconds, replies)
    streamed = measured(url, "stream", talk, 1, seconds, max(replies // 3, 1))
    per_second = {1: float(whole["per_second"])}
    for users in _USERS[1:]:
        found = measured(url, "whole", talk, users, seconds, replies * users)
        per_second[users] = float(found["per_second"])
    return Load(_latency(whole["seconds"]), _latency(streamed["seconds"]), per_second)


def _latency(seconds: Sequence[float]) -> Latency:
    last = len(seconds) - 1
    return Latency(1000 * seconds[last // 2], 1000 * seconds[round(last * 0.99)])


def measured(
    url: str, kind: str, talk: str, users: int, seconds: float, most: int
) -> dict[str, Any]:
    """What `evals.bench.load` prints of so many users at a time."""
    arguments = [url, kind, talk, str(users), str(most), str(seconds)]
    done = subprocess.run(  # noqa: S603 - this package's own program
        [sys.executable, "-m", "evals.bench.load", *arguments],
        cwd=_ROOT, check=True, capture_output=True, timeout=seconds + 120,
    )  # fmt: skip
    return orjson.loads(done.stdout)


@contextmanager
def process(module: str, *arguments: str) -> Generator[Any]:
    """A program of this folder in a process of its own; yields the JSON line that it prints."""
    running = subprocess.Popen(  # noqa: S603 - this package's own program
        [sys.executable, "-m", module, *arguments], cwd=_ROOT, stdout=subprocess.PIPE
    )
    try:
        line = running.stdout.readline() if running.stdout is not None else b""
        if not line:
            raise RuntimeError(f"{module} ended with status {running.wait()} before it was ready")
        yield orjson.loads(line)
    finally:
        running.terminate()
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


if __name__ == "__main__":
    run()
