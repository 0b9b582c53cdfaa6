"""What a product heard in a recording, told in any of the API's formats without forgotten names.

covered_object({"text": "Jane Roe came.", "words": [{"word": "Jane"}, {"word": "Roe"}, ...]}, c)
->  {"text": "[name] came.", "words": [{"word": "[name]"}, {"word": ""}, ...]}
"""

from __future__ import annotations

import re
from typing import Any, cast

from boxed.api.chat import Body
from boxed.deciding.covering import Covering
from boxed.deciding.screened_inputs import MARK

__all__ = ["covered_lines", "covered_object", "covered_value"]

# Fields that are read one behind another where objects stand in a list, and what parts them.
_READ_ON = {"word": " ", "text": " ", "transcript": " ", "token": ""}
# Numbers that spell the text once more.
_SPELLING = frozenset({"tokens", "logprobs", "bytes"})
_TIMES = re.compile(
    r"\s*(?:(?:\d+:)?\d+:\d+[.,]\d+\s*-->\s*(?:\d+:)?\d+:\d+[.,]\d+"
    r"(?:\s+[a-z]{1,12}:[0-9.,%a-z-]{1,16}){0,6}|\d{0,9}|WEBVTT)\s*"
)
_TAG = re.compile(r"<[^<>]*>")


def covered_object(body: Body, covering: Covering) -> Body | None:
    """A JSON transcript; None where it cannot be covered. Numbers that spell a name go as well."""
    out = covered_value(body, covering)
    if out is None:
        return None
    return cast("Body", _unspelled(out) if covering.touched else out)


def covered_lines(text: str, covering: Covering) -> str | None:
    """Subtitles (SRT, WebVTT) or plain text, line by line; lines of times and numbers stay."""
    lines = text.split("\n")
    spoken = [n for n, line in enumerate(lines) if not _TIMES.fullmatch(line)]
    covered = covering.series([lines[n] for n in spoken])
    if covered is None:
        return None
    for number, line in zip(spoken, covered, strict=True):
        lines[number] = line
    out = "\n".join(lines)
    plain = _TAG.sub("", " ".join(covered))
    return out if covering.leak(out) is None and covering.leak(plain) is None else None


def covered_value(value: Any, covering: Covering) -> Any:
    """A JSON value with names covered in every string and key; None where that cannot be."""
    if isinstance(value, str):
        return covering.text(value)
    if isinstance(value, dict):
        return _object(cast("Body", value), covering)
    if isinstance(value, list):
        return _list(cast("list[Any]", value), covering)
    return value


def _object(fields: Body, covering: Covering) -> Body | None:
    out: Body = {}
    for key, item in fields.items():
        name = key if covering.leak(key) is None else MARK
        covered = covered_value(item, covering)
        if covered is None and item is not None:
            return None
        out[name] = covered
    return out


def _list(items: list[Any], covering: Covering) -> list[Any] | None:
    if items and all(isinstance(item, str) for item in items):
        return cast("list[Any] | None", covering.series(items))
    for field, between in _READ_ON.items():
        if items and all(isinstance(i, dict) and isinstance(i.get(field), str) for i in items):
            read = covering.series([item[field] for item in items], between)
            if read is None:
                return None
            items = [{**item, field: text} for item, text in zip(items, read, strict=True)]
    out = [covered_value(item, covering) for item in items]
    lost = any(one is None and item is not None for one, item in zip(out, items, strict=True))
    return None if lost else out


def _unspelled(value: Any) -> Any:
    if isinstance(value, dict):
        fields = cast("Body", value)
        return {key: _unspelled(item) for key, item in fields.items() if key not in _SPELLING}
    if isinstance(value, list):
        return [_unspelled(item) for item in cast("list[Any]", value)]
    return value
