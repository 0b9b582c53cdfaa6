"""Split a message into segments that could be asked apart, by punctuation alone.

'Who is Jane Roe? And what is the capital of France?' has two segments. Joined in order they give
the message back, so nothing a client wrote is ever lost.
"""

from __future__ import annotations

import re

MAX_SEGMENTS = 8
_AHEAD = 8  # characters in front of a boundary that may be an abbreviation
# Blanks are taken whole and from their beginning, or long runs of them would cost their square.
_BOUNDARY = re.compile(
    r"(?<=[.?!;。？！])\s++(?=\S)"  # noqa: RUF001  (full-width marks)
    r"|(?<!\n)\n++(?=\S)"
    r"|(?:,|(?<![\s,]))\s++(?=(?:and|also|but|then)\s++(?:who|what|when|where|which|why|how|tell|is|are|did|does|do|can)\b)",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e))\.$")


def segments(text: str) -> list[tuple[int, int]]:
    """(start, end) of each segment; one for the whole text when it does not split or is long."""
    starts = [0]
    for match in _BOUNDARY.finditer(text):
        if not _ABBREVIATED.search(text[max(starts[-1], match.start() - _AHEAD) : match.start()]):
            starts.append(match.end())
    bounds = [*starts[1:], len(text)]
    found = [
        (start, end) for start, end in zip(starts, bounds, strict=True) if text[start:end].strip()
    ]
    if not 1 < len(found) <= MAX_SEGMENTS:
        return [(0, len(text))]
    return found
