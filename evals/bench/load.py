"""The load generator, a process of its own: `python -m evals.bench.load URL KIND TALK USERS N S`.

KIND is whole, stream, or paced, a stream with pauses. TALK is alone (each last turn stands on its
own) or leaning (it leans on the turn before, which a screen by meaning must then read as well).
Prints one JSON object: seconds of each reply, sorted, replies per second, and how many were asked
for. It stops after N replies or S seconds, whichever comes first.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import sys
import time
from collections.abc import Iterator

import aiohttp
import orjson
import uvloop

from evals.bench.coined import ordinary_words
from guards.meaning.context import is_context_dependent

__all__ = ["main"]

_WARM_UP, _PACED_WARM_UP = 20, 2  # replies; a paced one takes a second
# Enough different questions that no cache of embeddings answers for the screen.
_QUESTIONS = 2000


def _questions(leaning: bool) -> Iterator[str]:
    """Questions of some fifteen words, all leaning on the turn before, or none."""
    plain = "Please translate the following list of words into French: stone bridge"
    words = [w for w in set(ordinary_words(2000)) if not is_context_dependent(f"{plain} {w}?")]
    opening = "And what about it, please" if leaning else plain
    while True:
        yield f"{opening}: {' '.join(secrets.choice(words) for _ in range(10))}?"


def _requests(kind: str, leaning: bool) -> list[bytes]:
    model, streamed = "paced" if kind == "paced" else "mock", kind != "whole"
    said = " ".join(ordinary_words(60, seed=3))
    requests: list[bytes] = []
    for question in itertools.islice(_questions(leaning), _QUESTIONS):
        messages = [
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": said[:150]},
            {"role": "assistant", "content": said[150:]},
            {"role": "user", "content": question},
        ]
        requests.append(orjson.dumps({"model": model, "messages": messages, "stream": streamed}))
    return requests


async def _user(
    session: aiohttp.ClientSession,
    url: str,
    bodies: Iterator[bytes],
    seconds: list[float],
    until: list[float],
) -> None:
    """Ask one reply after the other; `until` holds the end time and how many are left."""
    headers = {"Content-Type": "application/json"}
    while until[1] > 0 and time.perf_counter() < until[0]:
        until[1] -= 1
        began = time.perf_counter()
        async with session.post(url, data=next(bodies), headers=headers) as response:
            got = await response.read()
        seconds.append(time.perf_counter() - began)
        if response.status != 200 or not got:
            raise RuntimeError(f"{url} answered {response.status}: {got[:200]!r}")


async def main(url: str, kind: str, leaning: bool, users: int, most: int, longest: float) -> None:
    """Load `url` with `users` at a time and print what was measured."""
    bodies = itertools.cycle(_requests(kind, leaning))
    connector = aiohttp.TCPConnector(limit=users)
    async with aiohttp.ClientSession(connector=connector) as session:
        warm = _PACED_WARM_UP if kind == "paced" else _WARM_UP
        await _user(session, url, bodies, [], [time.perf_counter() + 30, warm])
        seconds: list[float] = []
        began = time.perf_counter()
        until = [began + longest, most]
        await asyncio.gather(*(_user(session, url, bodies, seconds, until) for _ in range(users)))
        took = time.perf_counter() - began
    result = {"seconds": sorted(seconds), "per_second": len(seconds) / took}
    result["asked"] = len(seconds) + warm
    sys.stdout.write(orjson.dumps(result).decode() + "\n")


if __name__ == "__main__":
    _url, _kind, _talk, _users, _most, _longest = sys.argv[1:]
    uvloop.run(main(_url, _kind, _talk == "leaning", int(_users), int(_most), float(_longest)))
