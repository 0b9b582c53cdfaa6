"""What a decoder gives: a text and where it was read, and bytes made readable within bounds."""

import re
from dataclasses import dataclass

__all__ = ["View", "as_text", "kept", "readable"]

_READABLE = re.compile(r"[^\W_]{2}")
# What no text holds. NUL is not among it: every other byte of a text in UTF-16 is one.
_BROKEN = re.compile("[\ufffd\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_STRETCH = re.compile(f"[^{_BROKEN.pattern[1:-1]}]{{4,}}|[^\x00-\x9f\ufffd]{{2,}}")
_MOST_BROKEN = 8  # one character in so many may be broken before only stretches are kept
_MARK = "\ufffd"


@dataclass(frozen=True, slots=True)
class View:
    """`text` decoded from the raw offsets `start` to `end`; `kind` names the outermost encoding."""

    kind: str
    text: str
    start: int
    end: int


def readable(text: str) -> bool:
    """Is there anything to read in it? Random bytes seldom hold letters side by side."""
    return _READABLE.search(text) is not None


def as_text(raw: bytes) -> str:
    """`raw` read as UTF-8, as `kept`."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return kept(raw.decode("utf-8", "replace"))


def kept(text: str) -> str:
    """`text`; of one that is broken in many places only the stretches that may be words.

    Four good characters in a row are one, or two that are not ASCII.
    """
    if len(_BROKEN.findall(text)) * _MOST_BROKEN <= len(text):
        return text
    return _MARK.join(found for found in _STRETCH.findall(text) if readable(found))
