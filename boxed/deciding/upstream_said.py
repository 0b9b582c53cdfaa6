"""Which of a failing product's own words its client may read.

A product's error often tells a developer what to mend ("max_tokens is too large") and sometimes
quotes: the prompt, a worker's instructions, a stand-in, an answer. What names or describes a
subject that is to be forgotten is not passed on, whoever said it first.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from boxed.api.chat import ChatRequest, turns_of
from boxed.deciding.graph import Context
from boxed.deciding.leak_check import LeakCheck
from boxed.models.errors import Safe, shown
from boxed.models.protocol import UpstreamError
from guards.verdicts import Turn

__all__ = ["in_its_words", "safe_for"]


def safe_for(way: Context, request: ChatRequest | None = None) -> Safe:
    """What tells whether a text may be shown to the client of ``request``.

    Facts count for the policies that the request gives evidence of. Compares by meaning, so call
    what it gives in a thread.
    """
    snapshot, live = way.snapshot, way.live
    body = request.body if request is not None else {"messages": []}
    screen = partial(snapshot.screen.screen, now=live.now, tenant=live.tenant, drawn=live.drawn)
    found = screen(turns_of(body))
    touched = frozenset(e.policy for e in found)
    base = LeakCheck.of(snapshot, live, body)
    check = replace(base, policies=touched, known=touched, said="", exempt=frozenset())

    def safe(text: str) -> bool:
        if check.leak_in_text(text) is not None:
            return False
        told = screen((Turn("user", text),), grey=False)
        return not any(e.certain for e in told)

    return safe


async def in_its_words(
    error: UpstreamError, way: Context, request: ChatRequest | None = None
) -> UpstreamError:
    """The error with as much of the product's own words as the client may read."""
    if not error.theirs:
        return error

    def judged() -> UpstreamError:
        return shown(error, safe_for(way, request))

    return await asyncio.to_thread(judged)
