"""Names in what a stream's text shows once its escapes are read: `King,&nbsp;Stephen`.

    if shows_other("King,&nbsp;Stephen", past):
        list(scan_shown(index, "King,&nbsp;Stephen", past, closed=True))
    # [(0, 0, 18, "stephenking")]

Offsets are those of the text as it is written; `past` is what the stream has let go of before.
"""

from collections.abc import Iterator

from guards.names.mentions import MentionIndex
from guards.names.released import Released
from guards.names.word_names import Hit
from guards.reading.canonical import fold
from guards.reading.escapes import may_hold_escapes, unescape, unescape_signs

__all__ = ["hold_shown", "scan_shown", "shows_other"]


def shows_other(text: str, past: Released) -> bool:
    """May the text, or the character in front of it, show something else than it says?"""
    return past.left.plain != past.left.shown or may_hold_escapes(text, past.left.plain)


def scan_shown(index: MentionIndex, text: str, past: Released, *, closed: bool) -> Iterator[Hit]:
    """Every name; one at an undecided end may yet be part of a longer word, and does not count."""
    left = past.left
    shown = unescape(text, closed=closed, before=left.plain)
    folded = fold(shown.text)
    for policy, start, end, key in index.scan(
        shown.text, folded.text, before=left.shown, before_leet=left.shown_leet, closed=closed
    ):
        first, last = folded.start(start), folded.end(end) - 1
        yield policy, shown.starts[first], shown.ends[last], key
    if index.words is None or not _reads_other(text, past):
        return
    shown = unescape_signs(text, closed=closed)
    for policy, start, end, key in index.words.scan(
        shown.text, fold(shown.text), behind=past.behind_shown, closed=closed
    ):
        yield policy, shown.starts[start], shown.ends[end - 1], key


def hold_shown(
    index: MentionIndex, text: str, past: Released
) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Where the first name begins that may still go on, or what may become an escape.

    Beside it the spans of the escapes: half of one would be read as other letters.
    """
    left = past.left
    shown = unescape(text, closed=False, before=left.plain)
    folded = fold(shown.text)
    held = [shown.waiting]
    at = index.hold(shown.text, folded.text, before=left.shown, before_leet=left.shown_leet)
    if at is not None:
        held.append(shown.starts[folded.start(at)])
    if index.words is not None and _reads_other(text, past):
        read = unescape_signs(text, closed=False)
        at = index.words.hold(read.text, fold(read.text), behind=past.behind_shown)
        if at is not None:
            held.append(read.starts[at])
    return min(held), shown.spans


def _reads_other(text: str, past: Released) -> bool:
    """Do signs make other words of it? Else the words are those of the text as it is written."""
    shown = unescape_signs(text, closed=False)
    return past.behind != past.behind_shown or shown.decided < len(text) or bool(shown.spans)
