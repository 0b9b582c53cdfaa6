"""Names run together: @therealstephenking, #StephenKing2, stephenedwinking."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from guards.hashed import WordNumbers
from guards.names.common_words import is_usual_given
from guards.reading.canonical import fold

__all__ = ["IN_HANDLE", "RUN_TOGETHER", "handle_begun", "handles", "is_inside", "run_together"]

IN_HANDLE = 8
"""Letters of a name that is looked for inside a handle."""
RUN_TOGETHER = 32
"""Letters of the longest name with a middle name that is found in one word."""
_SHORTEST_RUN = 9
_PART = 3  # letters of a name's words in it
_BEFORE = ("", "the", "real", "thereal", "official", "its", "iam", "im")
_LONGEST = 40
_HANDLE = re.compile(rf"[@#][\w.-]{{8,{_LONGEST}}}")
_BEGUN = re.compile(rf"[@#][\w.-]{{0,{_LONGEST}}}\Z")


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
    begun = _BEGUN.search(raw, max(0, len(raw) - _LONGEST - 1))
    return None if begun is None else len(fold(raw[: begun.start()]).text)


def is_inside(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Does what stands from `start` to `end` lie in one of these spans?"""
    at = bisect_right(spans, start, key=lambda span: span[0]) - 1
    return at >= 0 and end <= spans[at][1]


def run_together(word: str, numbers: WordNumbers) -> Iterator[tuple[int, int]]:
    """(first, last) words of names by number that `word` begins and ends with, by one unknown name.

    Between them stands nothing but a first name or two: stephenedwinking.
    """
    if not (_SHORTEST_RUN <= len(word) <= RUN_TOGETHER and word.isascii() and word.isalpha()):
        return
    tails = [
        (at, numbers[word[at:]])
        for at in range(_PART, len(word) - _PART + 1)
        if word[at:] in numbers
    ]
    if not tails:
        return
    for start in (len(one) for one in _BEFORE if word.startswith(one)):
        for end in range(start + _PART, len(word)):
            if (head := numbers.get(word[start:end])) is not None:
                for at, tail in tails:
                    if end < at and is_usual_given(word[end:at]):
                        yield head, tail
