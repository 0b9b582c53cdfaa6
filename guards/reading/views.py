"""Decoded views: what a text says once its encodings are undone.

    views("SHNpYW8gWXVuLUh3YQ==")  ->  [View("base64", "Hsiao Yun-Hwa", (0, 20))]

Understood are the codes of `byte_codes`, `number_codes` and `sign_codes`, percent escapes, HTML
entities and backspaces, three layers deep. Shifted alphabets and reversed names are read by
`MentionIndex` itself. Decoding is bounded: no view is longer than its source, and a text of more
views, or of more letters in them, than the limits below is not read in part but refused.
"""

from collections.abc import Iterator, Sequence

from guards.reading.backspaces import BACKSPACE, typed_over
from guards.reading.byte_codes import byte_codes
from guards.reading.code_signs import signs_of
from guards.reading.decoded import View
from guards.reading.escapes import PARTED, has_escapes, unescape
from guards.reading.number_codes import number_codes
from guards.reading.sign_codes import sign_codes
from guards.reading.tally import scanned

__all__ = [
    "LONGEST_REPLY",
    "MAX_VIEWS",
    "TooManyEncodingsError",
    "View",
    "is_readable",
    "most_decoded",
    "together",
    "views",
]

MAX_VIEWS = 50_000
"""Views of one text."""
LONGEST_REPLY = 4_000_000
"""Characters of one text of a reply; a longer one counts as a leak."""
_DECODED_FOR_EACH, _DECODED_ANYWAY = 32, 200_000
_DEPTH = 3
_SHORTEST = 6  # characters of any code
_BETWEEN = "\n" * 40
"""Wider than any gap that a name can hold."""
_TOGETHER = 65_536  # characters of views that are searched at once


class TooManyEncodingsError(ValueError):
    """A text holds more encodings than are read; says how many, and nothing of the text."""


def most_decoded(length: int) -> int:
    """How many characters all views of a text of this length may have together."""
    return _DECODED_ANYWAY + _DECODED_FOR_EACH * length


def views(text: str) -> list[View]:
    """Every decoded view of `text`, by source and then depth; empty for ordinary text.

    Raises TooManyEncodingsError beyond `MAX_VIEWS` or `most_decoded` characters.
    """
    found: list[View] = []
    frontier = [View("", text, 0, len(text))]
    seen: set[str] = set()
    count, left = 0, most_decoded(len(text))
    for _ in range(_DEPTH):
        deeper: list[View] = []
        for parent in frontier:
            for view in _decodings(parent.text):
                if view.text in seen:
                    continue
                seen.add(view.text)
                count, left = count + 1, left - len(view.text)
                if count > MAX_VIEWS or left < 0:
                    raise TooManyEncodingsError(
                        f"a text of {len(text):,} characters holds more than {MAX_VIEWS:,} "
                        f"encodings, or more than {most_decoded(len(text)):,} characters in them"
                    )
                if parent.kind:
                    view = View(parent.kind, view.text, parent.start, parent.end)
                deeper.append(view)
        found += deeper
        frontier = deeper
    tally = scanned.get()
    if tally is not None and found:
        tally.views += len(found)
        tally.characters += sum(len(view.text) for view in found)
    return found


def is_readable(text: str) -> bool:
    """Say whether a text holds no more encodings than are read."""
    try:
        views(text)
    except TooManyEncodingsError:
        return False
    return True


def together(found: Sequence[View]) -> Iterator[tuple[str, Sequence[View]]]:
    """Views in groups, each with a text that holds all of the group apart from one another.

    What stands in no such text stands in none of its views: thousands of short views are searched
    at once, and one by one only where something was found.
    """
    first, size = 0, 0
    for number, view in enumerate(found):
        size += len(view.text)
        if size >= _TOGETHER or number + 1 == len(found):
            group = found[first : number + 1]
            yield _BETWEEN.join(view.text for view in group), group
            first, size = number + 1, 0


def _decodings(text: str) -> Iterator[View]:
    signs = signs_of(text) if len(text) >= _SHORTEST else None
    if signs is not None:
        yield from byte_codes(text, signs)
    if has_escapes(text):
        shown = unescape(text).text
        if shown != text:
            yield View("escapes", shown, 0, len(text))
            if PARTED in shown:  # pieces that are cut within a word
                yield View("escapes", shown.replace(PARTED, ""), 0, len(text))
    if BACKSPACE in text:
        yield View("backspaces", typed_over(text), 0, len(text))
    if signs is not None:
        yield from sign_codes(text, signs)
        yield from number_codes(text, signs)
