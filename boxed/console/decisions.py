"""The last requests as logs and figures know them, for whoever watches: no content of any.

A page asks for what came after the last that it has seen. Every process of a gateway keeps its
own, so each answer says whose it is, and a page that meets another process begins anew there.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Iterable
from typing import Any

from boxed.api.chat import Body
from boxed.box import Box
from boxed.console.data import Asked
from boxed.gateway.handled import Handled

__all__ = ["Decisions"]

_KEPT = 500
_OWN = ("/console", "/healthz", "/readyz", "/metrics")


class Decisions:
    """Keeps the last requests of this process; ``tell`` and ``serve`` run in one event loop."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._source = secrets.token_hex(8)
        self._last: deque[tuple[int, str, Body]] = deque(maxlen=_KEPT)
        self._count = 0
        self._names: tuple[str, dict[str, str]] = ("", {})

    def tell(self, handled: Handled) -> None:
        """Keep one request, unless it only looked at the gateway itself."""
        if handled.route.startswith(_OWN):
            return
        self._count += 1
        self._last.append((self._count, handled.audit.book, _told(handled)))

    async def serve(self, asked: Asked) -> Body:
        """What came after `after`, of this process; the names of policies, where they are known."""
        after = int(asked.query.get("after", "0")) if _is_number(asked.query.get("after")) else 0
        if asked.query.get("source") != self._source:
            after = 0
        new = [(book, told) for number, book, told in self._last if number > after]
        names = await self._named({book for book, told in new if told["policies"]})
        shown = [
            {**told, "policies": _named(told["policies"], names.get(book, {}))}
            for book, told in new
        ]
        return {"source": self._source, "after": self._count, "decisions": shown}

    async def _named(self, books: Iterable[str]) -> dict[str, dict[str, str]]:
        """Ids of policies by what logs call them, under the book in force if it is asked for."""
        snapshot = self._box.snapshot
        digest = snapshot.book.digest[:12]
        if digest not in books:
            return {}
        if self._names[0] != digest:
            ids = [policy.id for policy in snapshot.book.policies]
            found = await asyncio.to_thread(lambda: {snapshot.opaque(id): id for id in ids})
            self._names = (digest, found)
        return {digest: self._names[1]}


def _told(handled: Handled) -> Body:
    trace = handled.audit.trace
    return {
        "id": handled.id,
        "at": handled.began // 1_000_000,
        "route": handled.route,
        "status": handled.status,
        "result": handled.result,
        "ms": round((handled.ended - handled.began) / 1e6, 1),
        "first_ms": round((handled.first_byte - handled.began) / 1e6, 1)
        if handled.first_byte
        else None,
        "phases": _phases(handled),
        "policies": sorted(trace.policies),
        "workers": list(dict.fromkeys(trace.workers)),
        "calls": trace.model_calls,
        "key": handled.key_id,
    }


def _phases(handled: Handled) -> list[Body]:
    """What took how long, each kind of work once."""
    total: dict[str, int] = {}
    for phase in handled.audit.trace.phases:
        total[phase.name] = total.get(phase.name, 0) + phase.ended - phase.began
    return [{"name": name, "ms": round(spent / 1e6, 1)} for name, spent in total.items()]


def _named(opaque: Iterable[str], names: dict[str, str]) -> list[dict[str, Any]]:
    return [{"opaque": one, "id": names.get(one)} for one in opaque]


def _is_number(text: str | None) -> bool:
    return text is not None and text.isdecimal() and text.isascii() and len(text) < 16
