r"""Pictures and sound on their way out: names in the texts that stand in their bytes.

    gate = BinaryGate(named)
    gate.feed(b"ID3...TIT2...Jane Roemer reads\x00...")   ->  b""     and gate.leaked is True

What is seen or heard cannot be read here. But files carry words beside it, titles, comments and the
prompt that they were made of, in UTF-8 or UTF-16. In a short run of letters, which chance makes,
only long names count.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

__all__ = ["BinaryGate", "Named", "in_base64"]

Named = Callable[[str], int]
"""The letters of the longest protected name in a text, 0 without one."""

_LETTER = rb"[\x20-\x7e]|[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}"
_UTF8 = re.compile(rb"(?:%b){6,}" % _LETTER)
_UTF16 = re.compile(rb"(?:[\x20-\x7e]\x00){4,}")
_TAIL = re.compile(rb"(?:[\x20-\x7e\x80-\xf4]\x00?)*\Z")
_LONG_RUN, _LONG_NAME = 24, 7
_HELD = 1024
"""Bytes of a run at the end of what has come that wait for the next."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")


class BinaryGate:
    """Passes bytes on; once ``leaked``, none any more."""

    def __init__(self, named: Named) -> None:
        self.leaked = False
        self._named = named
        self._held = b""
        self._before = b""  # the end of what has left, where a run goes on

    def feed(self, piece: bytes) -> bytes:
        """The bytes that may leave now."""
        if self.leaked:
            return b""
        whole = self._held + piece
        found = _TAIL.search(whole, max(0, len(whole) - _HELD))
        end = found.start() if found is not None else len(whole)
        return self._out(whole, end)

    def close(self) -> bytes:
        """The rest."""
        return b"" if self.leaked else self._out(self._held, len(self._held))

    def _out(self, whole: bytes, end: int) -> bytes:
        if self._names(self._before + whole):
            self.leaked = True
            self._held = b""
            return b""
        self._held = whole[end:]
        self._before = (self._before + whole[:end])[-_HELD:]
        return whole[:end]

    def _names(self, raw: bytes) -> bool:
        for run in _UTF8.finditer(raw):
            text = run.group().decode("utf-8", "replace")
            if self._named(text) >= (1 if len(text) >= _LONG_RUN else _LONG_NAME):
                return True
        return any(self._named(run.group().decode("utf-16-le")) for run in _UTF16.finditer(raw))


def in_base64(text: str, named: Named) -> bool | None:
    """Do the bytes behind a text of base64 hold a name? None where it is no base64."""
    if text.startswith("data:"):
        text = text.partition(";base64,")[2]
    if not _BASE64.fullmatch(text):
        return None
    try:
        raw = base64.b64decode(text.translate({45: "+", 95: "/"}), validate=True)
    except (binascii.Error, ValueError):
        return None
    gate = BinaryGate(named)
    gate.feed(raw)
    gate.close()
    return gate.leaked
