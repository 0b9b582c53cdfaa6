"""What a decoder gives: a text and where it was read, and bytes made readable within bounds."""

import re
from dataclasses import dataclass

__all__ = ["View", "as_text", "readable"]

_READABLE = re.compile(r"[^\W_]{2}")
# Of bytes that are no text only what could be words is kept: four good characters in a row.
_STRETCH = re.compile("[^\ufffd\x01-\x08\x0e-\x1f]{4,}|(?:[^\x00-\x7f\ufffd]){2,}")
_MOST_BROKEN = 0.2


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
    """Read bytes as UTF-8; of what is mostly no text, only the stretches that may be words."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
    if text.count("\ufffd") <= _MOST_BROKEN * len(text):
        return text
    kept = (found for found in _STRETCH.findall(text) if readable(found))
    return "\ufffd".join(kept)
