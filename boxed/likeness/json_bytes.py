r"""How a product writes its JSON: blanks, line breaks, letters beyond ASCII, a last line feed.

    style = style_of(b'{"id": "x"}\n', {"id": "x"})
    written({"id": "y"}, style)  -> b'{"id": "y"}\n'

A clean reply leaves in the product's own bytes, so another in its place must be written alike.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import orjson

from boxed.api.chat import Body

__all__ = ["COMPACT", "Style", "style_of", "written"]


@dataclass(frozen=True, slots=True)
class Style:
    """``indent`` None writes one line; ``blanks`` puts one behind commas and colons."""

    indent: int | None = None
    blanks: bool = False
    ascii_only: bool = False
    end: str = ""


COMPACT = Style()
_STYLES = tuple(
    Style(indent, blanks, ascii_only, end)
    for ascii_only in (False, True)
    for indent, blanks in ((None, False), (None, True), (2, True), (4, True), (1, True))
    for end in ("", "\n")
)


def style_of(raw: bytes, body: Body) -> Style:
    """The way in which ``raw`` writes ``body``, or the one we know that comes nearest in length."""
    lengths: list[int] = []
    for style in _STYLES:
        same = written(body, style)
        if same == raw:
            return style
        lengths.append(abs(len(same) - len(raw)))
    return _STYLES[lengths.index(min(lengths))]


def written(body: Body, style: Style) -> bytes:
    """``body`` in this style, in UTF-8."""
    if style == COMPACT:
        return orjson.dumps(body)
    separators = (", ", ": ") if style.blanks and style.indent is None else None
    if not style.blanks:
        separators = (",", ":")
    text = json.dumps(
        body, indent=style.indent, separators=separators, ensure_ascii=style.ascii_only
    )
    return (text + style.end).encode("utf-8", "surrogatepass")
