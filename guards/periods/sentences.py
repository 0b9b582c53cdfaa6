"""Where one sentence ends and the next begins, told from the text up to there alone.

The same for a whole text and for one that is still being written: `first_end` says where the first
sentence ends as soon as nothing that follows can change it.
"""

import re
from collections.abc import Iterator

from guards.periods.words import MONTHS

__all__ = ["first_end", "sentences"]

_LONGEST = 600  # characters; a longer one is cut at a space
_AHEAD = 4 * _LONGEST
_MARK = re.compile(r"[。！？]|\n+|[.!?][\"'”’)\]*]*(?=\s)")
_NEXT = re.compile(r"\s+(\W*[^\W_]+)(?=\W)|\s+\S*\Z")
_ABBREVIATED = re.compile(
    r"(?:\b[^\W\d_]\.?[^\W\d_]|\b[^\W\d_]|\b(?:mr|mrs|ms|dr|prof|st|no|nr|vs|etc|approx|ca|c|inc|ltd|"
    r"co|jr|sr|gen|col|sen|rep|gov|art|vol|pp|ed|est)|" + "|".join(sorted(MONTHS)) + r")\.$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\b\d{1,2}\.$")


def first_end(text: str, *, closed: bool) -> int | None:
    """Offset at which the first sentence of `text` ends, None if it may still go on.

    `closed` says that nothing follows `text`, which then is a sentence as it stands.
    """
    for mark in _MARK.finditer(text):
        if mark.end() > _LONGEST:
            break
        told = mark[0]
        if told[0] in "。！？\n":
            return mark.end()
        before = text[: mark.start() + 1]
        if told[0] == "." and _ABBREVIATED.search(before[-20:]):
            continue
        if told[0] == "." and _ORDINAL.search(before[-6:]):
            following = _NEXT.match(text, mark.end())
            if following is None or following[1] is None:
                if not closed:
                    return _cut(text)
                continue
            if following[1].lower().strip("\"'“”") in MONTHS:
                continue
        return mark.end()
    if len(text) > _LONGEST:
        return _cut(text)
    return len(text) if closed and text else None


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of every sentence; joined in order they give the text back."""
    start = 0
    while start < len(text):
        # Far enough for the longest sentence: of a long text not all is copied for each.
        end = first_end(text[start : start + _AHEAD], closed=True)
        start, at = start + (end or len(text)), start
        yield at, start


def _cut(text: str) -> int | None:
    """Where a sentence that is too long is cut: at its last space in front of the limit."""
    if len(text) <= _LONGEST:
        return None
    at = text.rfind(" ", 0, _LONGEST)
    return at + 1 if at > 0 else _LONGEST
