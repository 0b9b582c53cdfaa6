r"""Escapes that are read in place: a browser or a parser shows `H&#115;iao` as `Hsiao`.

Understood are HTML character references, percent escapes, `\u0073` and `\x73`, and HTML tags
(which show nothing). `unescape` says which raw offset each character came from, and how much of
the end of a stream cannot be decided yet.
"""

import html
import re
from dataclasses import dataclass
from urllib.parse import unquote

__all__ = ["Unescaped", "has_escapes", "unescape"]

_HEX = "[0-9a-fA-F]"
_MORE = "(?:%[89abAB][0-9a-fA-F])"
_HINT = re.compile(r"[&%<\\]")
_ESCAPE = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    rf"|%[0-7]{_HEX}|%[cdCD]{_HEX}{_MORE}|%[eE]{_HEX}{_MORE}{{2}}|%[fF][0-7]{_MORE}{{3}}"
    r"|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}"
    r"|<[/!]?[A-Za-z-][^<>]{0,62}>"
)
# What may still become an escape. Over-long is safe here, too short is not.
_UNDECIDED = re.compile(
    r"(?:&(?:#(?:\d{0,7}|[xX][0-9a-fA-F]{0,6})|[A-Za-z][A-Za-z0-9]{0,31})?"
    rf"|%[0-7]?|%[c-fC-F](?:{_HEX}{_MORE}{{0,2}}(?:%[89abAB]?)?)?"
    r"|\\(?:u[0-9a-fA-F]{0,3}|x[0-9a-fA-F]?)?"
    r"|<[/!]?(?:[A-Za-z-][^<>]{0,62})?)\Z"
)
# The longest undecided end is a tag's: two characters, a letter and 62 more.
_TAIL = 80


@dataclass(frozen=True, slots=True)
class Unescaped:
    """Decoded `text` with the raw `starts` and `ends` of its characters.

    `spans` are the raw spans of the escapes (a tag shows nothing but has one); `decided` is the
    raw offset up to which the text was decoded.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    decided: int


def has_escapes(text: str) -> bool:
    """May `text` hold an escape? Cheap, and never wrong when it says no."""
    return _HINT.search(text) is not None


def _decode(escape: str) -> str:
    if escape[0] == "&":
        return html.unescape(escape)
    if escape[0] == "%":
        return unquote(escape, errors="replace")
    if escape[0] == "\\":
        return chr(int(escape[2:], 16))
    return ""


def unescape(text: str, *, closed: bool = True) -> Unescaped:
    """Read the escapes of `text`; with `closed` False the undecided end is left out."""
    decided = len(text)
    if not closed and (tail := _UNDECIDED.search(text, max(0, len(text) - _TAIL))):
        decided = tail.start()
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for match in _ESCAPE.finditer(text, 0, decided):
        start, end = match.span()
        spans.append((start, end))
        plain = text[at:start]
        decoded = _decode(match.group())
        parts += (plain, decoded)
        starts += (*range(at, start), *([start] * len(decoded)))
        ends += (*range(at + 1, start + 1), *([end] * len(decoded)))
        at = end
    parts.append(text[at:decided])
    starts += range(at, decided)
    ends += range(at + 1, decided + 1)
    return Unescaped("".join(parts), tuple(starts), tuple(ends), tuple(spans), decided)
