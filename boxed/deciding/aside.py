"""Long texts are read beside the event loop, so that other requests have their turns meanwhile.

leak = await aside(length_of(reply.body), partial(check.leak_in_reply, reply.body))
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar, cast

from boxed.release.fields import KNOWN_KEYS

__all__ = ["HEAVY", "aside", "length_of"]

HEAVY = 2_000
"""Characters whose reading takes some milliseconds, and from which it gets a thread of its own."""

Done = TypeVar("Done")


async def aside(length: int, work: Callable[[], Done]) -> Done:
    """What `work`, which reads a text of `length` characters, returns; in a thread if that is long.

    Where the caller is cancelled the thread reads on to its end, which the limit on texts bounds.
    """
    return await asyncio.to_thread(work) if length > HEAVY else work()


def length_of(value: Any) -> int:
    """Characters of every string of a JSON value, and of every key that no API has."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        unknown = sum([len(key) for key in fields if key not in KNOWN_KEYS])
        return unknown + sum(map(length_of, fields.values()))
    return sum(map(length_of, cast("list[Any]", value))) if isinstance(value, list) else 0
