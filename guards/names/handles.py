"""Handles and hashtags, in which a name needs no borders: @therealstephenking, #StephenKing2."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from guards.reading.canonical import fold

__all__ = ["IN_HANDLE", "handle_begun", "handles", "is_inside"]

IN_HANDLE = 8
"""Letters of a name that is looked for inside a handle."""
_LONGEST = 31
_HANDLE = re.compile(r"[@#][\w.-]{8,40}")
_BEGUN = re.compile(r"[@#][\w.-]{0,30}\Z")


def handles(raw: str, folded: str) -> list[tuple[int, int]]:
    """Where handles stand in `folded`, the folded text of `raw`."""
    if "@" not in raw and "#" not in raw:
        return []
    spans = [match.span() for match in _HANDLE.finditer(raw)]
    if not spans or len(raw) == len(folded):
        return spans
    offsets = fold(raw).offsets or ()
    return [(bisect_left(offsets, start), bisect_left(offsets, end)) for start, end in spans]


def handle_begun(raw: str) -> int | None:
    """Where in the folded text the handle begins that `raw` may end in, for a stream to hold."""
    begun = _BEGUN.search(raw, max(0, len(raw) - _LONGEST))
    return None if begun is None else len(fold(raw[: begun.start()]).text)


def is_inside(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Does what stands from `start` to `end` lie in one of these spans?"""
    at = bisect_right(spans, start, key=lambda span: span[0]) - 1
    return at >= 0 and end <= spans[at][1]
