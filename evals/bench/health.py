"""Does the gateway still say that it lives while it reads texts that are made to cost much?

    run(policies=100, length=20_000)

Gateway and mock product are processes of their own. `/healthz` is asked again and again, first of
an idle gateway, then while it reads each kind of text, a few at a time: what the worst answer took
is told beside the worst of the idle one, because the machine's other work is in both.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from evals.bench.gateway import process
from evals.bench.hostile import texts

__all__ = ["Answered", "run"]

_APART = 0.01  # seconds between two questions
_IDLE = 2.0  # seconds for which an idle gateway is asked
_AT_ONCE = 2  # heavy requests under way
_PATIENCE = aiohttp.ClientTimeout(total=600)


@dataclass(frozen=True, slots=True)
class Answered:
    """How long `/healthz` took, in milliseconds, while texts of one kind were read."""

    kind: str
    seconds: float
    count: int
    median: float
    worst: float


def run(
    policies: int = 100,
    length: int = 20_000,
    kinds: Sequence[str] = (),
    console: Console | None = None,
) -> list[Answered]:
    """Measure every kind, all unless some are chosen, and print the table."""
    chosen = {kind: text for kind, text in texts(length).items() if not kinds or kind in kinds}
    with process("evals.bench.mock_product") as port:
        program = ("evals.bench.gateway_process", f"http://127.0.0.1:{port}/v1", str(policies))
        with process(*program, "lexical") as ready:
            found = asyncio.run(_measured(f"http://127.0.0.1:{ready['port']}", chosen))
    title = f"/healthz while texts of {length:,} characters are read, {policies:,} policies"
    table = Table("text", "read for s", "asked", "median ms", "worst ms", title=title)
    for one in found:
        row = (f"{one.seconds:.1f}", str(one.count), f"{one.median:.1f}", f"{one.worst:.1f}")
        table.add_row(one.kind, *row)
    (console or Console()).print(table)
    return found


async def _measured(url: str, chosen: dict[str, str]) -> list[Answered]:
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
        await _post(session, url, "Hello.")
        idle = asyncio.create_task(asyncio.sleep(_IDLE))
        found = [await _asked(session, url, "idle", idle)]
        for kind, text in chosen.items():
            posts = [_post(session, url, f"{text}{n}") for n in range(_AT_ONCE)]
            reading = asyncio.ensure_future(asyncio.gather(*posts))
            found.append(await _asked(session, url, kind, reading))
    return found


async def _post(session: aiohttp.ClientSession, url: str, text: str) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": text}]}
    async with session.post(f"{url}/v1/chat/completions", json=body) as reply:
        await reply.read()


async def _asked(
    session: aiohttp.ClientSession, url: str, kind: str, until: asyncio.Future[Any]
) -> Answered:
    """Ask until that is done."""
    begun = time.perf_counter()
    taken: list[float] = []
    while not until.done() or not taken:
        at = time.perf_counter()
        async with session.get(f"{url}/healthz") as reply:
            await reply.read()
        taken.append(1000 * (time.perf_counter() - at))
        await asyncio.sleep(_APART)
    await until
    taken.sort()
    seconds = time.perf_counter() - begun
    return Answered(kind, seconds, len(taken), taken[len(taken) // 2], taken[-1])
