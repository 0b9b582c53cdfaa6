"""Whether the process lives, and whether requests can be answered: for probes and their readers.

Of several worker processes whichever is asked answers for all: each tells the others of itself
twice a second.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

from starlette.types import Receive, Scope, Send

from boxed.api.chat import Body
from boxed.gateway.asgi import send_json
from boxed.gateway.contract import BoxLike, Fellows
from boxed.keys.keyring import Keyring

__all__ = ["Health", "Live", "State"]

_EVERY = 0.5
_SILENT = 10.0
"""Seconds after which a worker that says nothing is held to hang."""
_LISTED = 50


class Live:
    """GET /healthz: says that the process lives."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        scope["route_name"] = "/healthz"
        await send_json(send, 200, {"status": "ok"})


class State:
    """How a gateway stands, this process and its fellows."""

    def __init__(self, box: BoxLike, keyring: Keyring | None, fellows: Fellows | None) -> None:
        self._box, self._keyring, self.fellows = box, keyring, fellows

    def own(self) -> Body:
        """How this process stands."""
        amiss, figures = self._box.condition(), self._box.figures()
        if self._keyring is not None and self._keyring.failing:
            amiss = {**amiss, "degraded": [*amiss.get("degraded", ()), "keys"]}
        return {
            "reason": self._box.ready(),
            "amiss": amiss,
            "book": figures.book,
            "policies": figures.policies,
            "reloads": figures.reloads,
        }

    def every(self) -> dict[int, Body]:
        """How each process stands that serves, by its number; 0 where there is but one."""
        if self.fellows is None:
            return {0: self.own()}
        self.tell()
        told = self.fellows.told()
        return {number: state for number, state in told.items() if state.get("serving")}

    def tell(self) -> None:
        """Tell the others of this process."""
        if self.fellows is not None:
            own = self.own()
            short = {**own, "amiss": _shortened(own["amiss"])}
            self.fellows.tell({**short, "serving": True, "at": time.monotonic()})

    @asynccontextmanager
    async def telling(self) -> AsyncGenerator[None]:
        """Tell the others as long as the block runs."""
        if self.fellows is None:
            yield
            return
        self.tell()
        running = asyncio.create_task(self._telling())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _telling(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            self.tell()


class Health:
    """GET /readyz."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        scope["route_name"] = "/readyz"
        every, fellows = self._state.every(), self._state.fellows
        reason, amiss = _together(every)
        if fellows is not None:
            workers = _workers(every, fellows.total)
            amiss = {**amiss, "workers": workers}
            short = workers["serving"] < workers["of"] or "silent" in workers
            uneven = "books" in workers
        else:
            short = uneven = False
        if reason is not None:
            await send_json(send, 503, {"status": "not ready", "reason": reason, **amiss})
            return
        # With something amiss every request is still answered, by what is there.
        wanting = "degraded" in amiss or short
        status = "stale" if "stale" in amiss or uneven else "degraded" if wanting else "ok"
        await send_json(send, 200, {"status": status, **amiss})


def _together(every: Mapping[int, Body]) -> tuple[str | None, Body]:
    """Why not all is guarded, if so, and what is amiss anywhere."""
    states = list(every.values())
    reason = next((state["reason"] for state in states if state["reason"] is not None), None)
    found: Body = {}
    stale = next((s["amiss"]["stale"] for s in states if "stale" in s["amiss"]), None)
    if stale is not None:
        found["stale"] = stale
    degraded = sorted({role for state in states for role in state["amiss"].get("degraded", ())})
    if degraded:
        found["degraded"] = degraded
    return reason, found


def _workers(every: Mapping[int, Body], total: int) -> Body:
    """Which worker is not as it should be, by its number."""
    found: Body = {"serving": len(every), "of": total}
    now = time.monotonic()
    lists = {
        "stale": [number for number, state in every.items() if "stale" in state["amiss"]],
        "not_ready": [number for number, state in every.items() if state["reason"] is not None],
        "silent": [number for number, state in every.items() if now - state["at"] > _SILENT],
    }
    found |= {name: numbers for name, numbers in lists.items() if numbers}
    if len({state["book"] for state in every.values()}) > 1:
        found["books"] = {str(number): state["book"] for number, state in every.items()}
    return found


def _shortened(amiss: Body) -> Body:
    """The same with lists of files cut short: a state has to fit where the others read it."""
    stale = amiss.get("stale")
    if stale is None:
        return amiss
    cut: dict[str, Any] = {
        name: cast("list[Any]", value)[:_LISTED] if isinstance(value, list) else value
        for name, value in stale.items()
    }
    return {**amiss, "stale": cut}
