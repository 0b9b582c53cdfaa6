"""The single values at the head of a GGUF file, in milliseconds: gguf's own reader takes seconds.

    metadata(Path("model.gguf"))["general.architecture"]        # 'llama'

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3).
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

__all__ = ["metadata"]

Value = int | float | bool | str

_FORMS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9


def metadata(file: Path) -> dict[str, Value]:
    """Numbers, flags and texts by key; lists are passed over. ValueError if it is no GGUF file."""
    with file.open("rb") as opened:
        if opened.read(4) != b"GGUF":
            raise ValueError(f"{file} is no GGUF file; name one, or a transformers folder")
        try:
            version, _, count = _number(opened, "I"), _number(opened, "Q"), _number(opened, "Q")
            if version not in (2, 3):
                raise ValueError(f"{file} is of GGUF version {version}; versions 2 and 3 are read")
            found: dict[str, Value] = {}
            for _ in range(int(count)):
                key, kind = _text(opened), int(_number(opened, "I"))
                value = _value(opened, kind)
                if value is not None:
                    found[key] = value
        except (struct.error, KeyError, UnicodeDecodeError):
            raise ValueError(f"{file} is cut short or broken; fetch it again") from None
    return found


def _value(opened: BinaryIO, kind: int) -> Value | None:
    if kind == _STRING:
        return _text(opened)
    if kind != _ARRAY:
        return _number(opened, _FORMS[kind])
    inner, count = int(_number(opened, "I")), int(_number(opened, "Q"))
    if inner in _FORMS:
        opened.seek(_within(opened, count * struct.calcsize(f"<{_FORMS[inner]}")), 1)
        return None
    for _ in range(count):
        if inner == _STRING:
            opened.seek(_within(opened, int(_number(opened, "Q"))), 1)
        else:
            _value(opened, inner)
    return None


def _number(opened: BinaryIO, form: str) -> int | float | bool:
    packed = struct.Struct(f"<{form}")
    return packed.unpack(opened.read(packed.size))[0]


def _text(opened: BinaryIO) -> str:
    return opened.read(_within(opened, int(_number(opened, "Q")))).decode("utf-8")


def _within(opened: BinaryIO, size: int) -> int:
    """``size``, where the file goes on for so many bytes."""
    if size > os.fstat(opened.fileno()).st_size - opened.tell():
        raise struct.error
    return size
