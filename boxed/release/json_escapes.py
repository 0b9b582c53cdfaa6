r"""JSON inside a string: tool arguments and JSON-mode content say `\u0048siao\nYun` for a name.

    decode(r"\u0048siao\nYun")  ->  "Hsiao\nYun"

`EscapeReader` does the same for a stream, and knows which raw offset each decoded one stands for.
Escapes are read wherever they stand: outside JSON a backslash is rare, and one reading too many
only guards more.
"""

from __future__ import annotations

import re
from bisect import bisect_right

__all__ = ["EscapeReader", "decode"]

_HEX = "[0-9a-fA-F]"
_ESCAPE = re.compile(
    rf"\\(?:u(?P<high>[dD][89abAB]{_HEX}{{2}})\\u(?P<low>[dD][c-fC-F]{_HEX}{{2}})"
    rf"|u(?P<unit>{_HEX}{{4}})|(?P<short>[\"\\/bfnrt]))"
)
# What may still become an escape, or the first half of a surrogate pair.
_UNFINISHED = re.compile(
    rf"\\(?:u{_HEX}{{0,3}}|u[dD][89abAB]{_HEX}{{2}}(?:\\(?:u{_HEX}{{0,3}})?)?)?\Z"
)
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def decode(text: str) -> str:
    """Read every JSON escape in `text`; lone surrogates become U+FFFD."""
    return _ESCAPE.sub(_decoded, text) if "\\" in text else text


def _decoded(match: re.Match[str]) -> str:
    if short := match["short"]:
        return _SHORT.get(short, short)
    if unit := match["unit"]:
        point = int(unit, 16)
        return "\ufffd" if 0xD800 <= point < 0xE000 else chr(point)
    high, low = int(match["high"], 16), int(match["low"], 16)
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


class EscapeReader:
    """Decodes a stream piece by piece, whatever its cuts."""

    def __init__(self) -> None:
        self._rest = ""
        self._decoded = 0
        self._raw = 0
        # Decoded and raw offset behind each escape.
        self._decoded_ends: list[int] = [0]
        self._raw_ends: list[int] = [0]

    def feed(self, piece: str, *, closed: bool = False) -> str:
        """Decode what is decided by now; with `closed` True, all that is left."""
        text = self._rest + piece
        parts: list[str] = []
        at = 0
        while (slash := text.find("\\", at)) >= 0:
            if not closed and _UNFINISHED.match(text, slash):
                break
            self._plain(parts, text[at:slash])
            match = _ESCAPE.match(text, slash)
            if match is None:
                self._plain(parts, "\\")
                at = slash + 1
            else:
                self._escape(parts, match)
                at = match.end()
        end = len(text) if slash < 0 else slash
        self._plain(parts, text[at:end])
        self._rest = text[end:]
        return "".join(parts)

    def raw_offset(self, decoded: int) -> int:
        """The raw offset up to which the first `decoded` characters were read."""
        last = bisect_right(self._decoded_ends, decoded) - 1
        return self._raw_ends[last] + decoded - self._decoded_ends[last]

    def _plain(self, parts: list[str], text: str) -> None:
        parts.append(text)
        self._decoded += len(text)
        self._raw += len(text)

    def _escape(self, parts: list[str], match: re.Match[str]) -> None:
        parts.append(_decoded(match))
        self._decoded += 1
        self._raw += match.end() - match.start()
        self._decoded_ends.append(self._decoded)
        self._raw_ends.append(self._raw)
