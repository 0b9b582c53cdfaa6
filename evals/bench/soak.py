"""Does a gateway that serves for long keep its memory and its descriptors?

    run(minutes=10, streams=32)

Gateway and mock product are processes of their own. So many clients ask at once, and every third
leaves before it has its answer. Between two rounds all of them rest, and what the gateway holds is
noted. The first third of the rounds warms it up: caches fill, the allocator takes its share.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp
import orjson
from rich.console import Console
from rich.table import Table

from evals.bench.coined import coined_policies
from evals.bench.gateway import process

__all__ = ["Held", "Soaked", "run"]

_REST = 1.0  # seconds without requests before a look
_PATIENCE = aiohttp.ClientTimeout(total=120)
_GROWTH = 0.03  # of the memory, between the middle and the last third of the rounds
_FEW = 2
_KINDS = ("whole", "stream", "guarded", "responses", "messages", "bad")


@dataclass(frozen=True, slots=True)
class Held:
    """What the resting gateway held after so many seconds."""

    seconds: float
    requests: int
    left: int
    mebibytes: float
    descriptors: int
    threads: int


@dataclass(frozen=True, slots=True)
class Soaked:
    """All looks; ``faults`` counts replies of 5xx."""

    looks: tuple[Held, ...]
    faults: int

    @property
    def growth(self) -> float:
        """How much more memory it held in the last third of the rounds than in the middle one."""
        part = max(1, len(self.looks) // 3)
        middle, last = self.looks[part : 2 * part] or self.looks[:1], self.looks[-part:]
        return median(one.mebibytes for one in last) / median(x.mebibytes for x in middle) - 1

    @property
    def flat(self) -> bool:
        """Neither memory nor the fewest descriptors grow.

        Connections to the product that nobody uses stay open for a while; a leak stays for good.
        """
        part = max(1, len(self.looks) // 3)
        before = min(one.descriptors for one in self.looks[part : 2 * part] or self.looks[:1])
        after = min(one.descriptors for one in self.looks[-part:])
        return self.growth < _GROWTH and after <= before + _FEW


def run(
    minutes: float = 30,
    streams: int = 32,
    policies: int = 1_000,
    rounds: int = 20,
    console: Console | None = None,
) -> Soaked:
    """Ask for so long, and print what was held and whether it grew."""
    shown = console or Console()
    names = [policy.title for policy in coined_policies(min(policies, 50))]
    with process("evals.bench.mock_product") as port:
        program = ("evals.bench.gateway_process", f"http://127.0.0.1:{port}/v1", str(policies))
        with process(*program, "lexical") as ready:
            soak = _Soak(f"http://127.0.0.1:{ready['port']}/v1", ready["pid"], names)
            found = asyncio.run(soak.rounds(minutes * 60, streams, rounds))
    shown.print(_table(found.looks, streams))
    verdict = "flat" if found.flat else "NOT flat"
    shown.print(
        f"{verdict}: memory {100 * found.growth:+.1f} % from the middle third to the last, "
        f"{found.faults} replies of 5xx"
    )
    return found


class _Soak:
    """One gateway under clients that come and go."""

    def __init__(self, url: str, pid: int, names: Sequence[str]) -> None:
        self._url, self._process, self._names = url, Path(f"/proc/{pid}"), names
        self._drawn = random.Random(0)
        self._requests = self._left = self._faults = 0

    async def rounds(self, seconds: float, streams: int, rounds: int) -> Soaked:
        began = time.monotonic()
        looks: list[Held] = []
        for number in range(rounds):
            until = began + seconds * (number + 1) / rounds
            connector = aiohttp.TCPConnector(limit=0)
            async with aiohttp.ClientSession(timeout=_PATIENCE, connector=connector) as session:
                await asyncio.gather(*(self._client(session, until) for _ in range(streams)))
            await asyncio.sleep(_REST)
            looks.append(self._look(time.monotonic() - began))
        return Soaked(tuple(looks), self._faults)

    async def _client(self, session: aiohttp.ClientSession, until: float) -> None:
        while time.monotonic() < until - _REST:
            self._requests += 1
            path, body = self._drawn_request()
            leaves = self._drawn.random() < 1 / 3
            await self._ask(session, path, body, self._drawn.randrange(40) if leaves else None)

    async def _ask(
        self, session: aiohttp.ClientSession, path: str, body: bytes, parts: int | None
    ) -> None:
        """Ask, and leave behind so many parts of the reply."""
        headers = {"Content-Type": "application/json"}
        async with session.post(f"{self._url}/{path}", data=body, headers=headers) as reply:
            self._faults += reply.status >= 500
            if parts is None:
                await reply.read()
                return
            read = 0
            async for _ in reply.content.iter_any():
                read += 1
                if read > parts:
                    break
            self._left += 1
            reply.close()  # the connection, in the middle of the reply

    def _drawn_request(self) -> tuple[str, bytes]:
        kind = self._drawn.choice(_KINDS)
        question = "What does the harbour master write into the great book each morning?"
        if kind == "guarded":
            question = f"Who is {self._drawn.choice(self._names)}?"
        turns = [{"role": "user", "content": f"{question} {self._drawn.random()}"}]
        stream = kind == "stream" or self._drawn.random() < 0.5
        if kind == "bad":
            return "chat/completions", b'{"model": "m", "messages": [{"role": 3}]}'
        if kind == "responses":
            asked = {"model": "m", "input": turns, "stream": stream, "store": False}
            return "responses", orjson.dumps(asked)
        asked = {"model": "m", "messages": turns, "stream": stream}
        if kind == "messages":
            return "messages", orjson.dumps({**asked, "max_tokens": 300})
        return "chat/completions", orjson.dumps(asked)

    def _look(self, seconds: float) -> Held:
        status = dict(
            line.split(":", 1) for line in (self._process / "status").read_text().splitlines()
        )
        return Held(
            seconds,
            self._requests,
            self._left,
            int(status["VmRSS"].split()[0]) / 1024,
            len(os.listdir(self._process / "fd")),
            int(status["Threads"]),
        )


def _table(looks: Sequence[Held], streams: int) -> Table:
    columns: dict[str, Callable[[Held], str]] = {
        "minute": lambda one: f"{one.seconds / 60:.1f}",
        "requests": lambda one: f"{one.requests:,}",
        "left early": lambda one: f"{one.left:,}",
        "MiB": lambda one: f"{one.mebibytes:.1f}",
        "descriptors": lambda one: str(one.descriptors),
        "threads": lambda one: str(one.threads),
    }
    table = Table(*columns, title=f"A gateway at rest between rounds of {streams} clients")
    for one in looks:
        table.add_row(*(cell(one) for cell in columns.values()))
    return table
