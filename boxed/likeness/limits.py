"""The client's own limits kept by words that no model of the product wrote: length and stop words.

A product that is asked for 5 tokens gives 5; a longer line in its place would tell.
"""

from __future__ import annotations

from typing import Any, cast

from boxed.api.chat import Body
from boxed.likeness.memory import Known

__all__ = ["most_tokens", "shortened"]


def most_tokens(body: Body) -> int | None:
    """The most tokens of one choice, None where the client sets no limit."""
    for key in ("max_completion_tokens", "max_tokens"):
        limit = body.get(key)
        if isinstance(limit, int) and not isinstance(limit, bool) and limit > 0:
            return limit
    return None


def shortened(
    text: str, tokens: int, body: Body, known: Known, *, before: str = "", spent: int = 0
) -> tuple[str, int, str | None]:
    """The text up to a stop word or the limit, its tokens, and "length" or "stop" if it was cut.

    ``before`` are words of the same choice that have left, ``spent`` the tokens of them.
    """
    reason: str | None = None
    found = [
        at for stop in _stops(body) if (at := (before + text).find(stop, _from(before, stop))) >= 0
    ]
    if found:
        kept = text[: max(0, min(found) - len(before))]
        tokens = round(tokens * len(kept) / len(text)) if text else 0
        text, reason = kept, "stop"
    limit = most_tokens(body)
    if limit is not None and spent + tokens > limit:
        left = max(0, limit - spent)
        text = known.beginning(text, tokens, left)
        tokens, reason = left, "length"
    return text, tokens, reason


def _from(before: str, stop: str) -> int:
    return max(0, len(before) - len(stop) + 1)


def _stops(body: Body) -> list[str]:
    given = body.get("stop")
    listed = cast("list[Any]", given) if isinstance(given, list) else [given]
    return [stop for stop in listed if isinstance(stop, str) and stop]
