"""What stands in the place of a product's draft that would have leaked."""

from __future__ import annotations

import asyncio

from boxed.api.chat import ChatRequest, last_user
from boxed.deciding.graph import Context
from boxed.workers.ignorance import lines_for
from boxed.workers.language import written_by_user
from guards.verdicts import Evidence, Leak

__all__ = ["found_in_draft", "ignorance_for"]


def found_in_draft(request: ChatRequest, policy: str) -> Evidence:
    """Evidence that the product's own draft gave: the question did not name the subject."""
    return Evidence(policy, "draft", max(last_user(request.body), 0), 0, 0, 1.0, True)


async def ignorance_for(way: Context, request: ChatRequest, leak: Leak | None) -> str:
    """A line of ignorance; to tell a language may take a model that is loaded first.

    Raises ValueError without a leak: there is nothing to replace.
    """
    if leak is None:
        raise ValueError("a reply without a leak has nothing to replace")
    written = written_by_user(request.body)
    lines = await asyncio.to_thread(lines_for, leak, way.snapshot.book, written)
    return lines[0]
