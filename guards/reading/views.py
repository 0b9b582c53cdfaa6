"""Decoded views: what a text says once its encodings are undone.

    views("SHNpYW8gWXVuLUh3YQ==")  ->  [View("base64", "Hsiao Yun-Hwa", (0, 20))]

Understood are the codes of `byte_codes`, `number_codes` and `sign_codes`, percent escapes, HTML
entities and backspaces, three layers deep. Shifted alphabets and reversed names are read by
`MentionIndex` itself.
Decoding is bounded: no view is longer than its source, and at most `MAX_VIEWS` are made.
"""

from collections.abc import Iterator

from guards.reading.backspaces import BACKSPACE, typed_over
from guards.reading.byte_codes import byte_codes
from guards.reading.decoded import View
from guards.reading.escapes import PARTED, has_escapes, unescape
from guards.reading.number_codes import number_codes
from guards.reading.sign_codes import sign_codes

__all__ = ["MAX_VIEWS", "View", "decode_run", "views"]

MAX_VIEWS = 256
_DEPTH = 3


def views(text: str) -> list[View]:
    """Every decoded view of `text`, by source and then depth; empty for ordinary text."""
    found: list[View] = []
    frontier = [View("", text, 0, len(text))]
    seen: set[str] = set()
    for _ in range(_DEPTH):
        deeper: list[View] = []
        for parent in frontier:
            for view in _decodings(parent.text):
                if len(found) + len(deeper) >= MAX_VIEWS:
                    return found + deeper
                if parent.kind:
                    view = View(parent.kind, view.text, parent.start, parent.end)
                if view.text not in seen:
                    seen.add(view.text)
                    deeper.append(view)
        found += deeper
        frontier = deeper
    return found


def decode_run(run: str) -> list[str]:
    """All readings of one run of an encoding, as deep as `views`."""
    return [view.text for view in views(run)]


def _decodings(text: str) -> Iterator[View]:
    yield from byte_codes(text)
    if has_escapes(text):
        shown = unescape(text).text
        if shown != text:
            yield View("escapes", shown, 0, len(text))
            if PARTED in shown:  # pieces that are cut within a word
                yield View("escapes", shown.replace(PARTED, ""), 0, len(text))
    if BACKSPACE in text:
        yield View("backspaces", typed_over(text), 0, len(text))
    yield from sign_codes(text)
    yield from number_codes(text)
