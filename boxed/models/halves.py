r"""Characters that arrive in two halves, put together again.

Some products write their JSON strings token by token in UTF-16, so an emoji comes as "\ud83d" in
one chunk and as "\ude00" in the next. Each alone is no text: it can be neither read nor sent on.

    halves = Halves()
    halves.mended({"choices": [{"delta": {"content": "Hi \ud83d"}}]}, True)  -> "Hi "
    halves.mended({"choices": [{"delta": {"content": "\ude00!"}}]}, True)    -> "😀!"
"""

from __future__ import annotations

import json
import re
from typing import Any, cast

import orjson

from boxed.api.chat import Body

__all__ = ["Halves", "read_json", "without_halves"]

_ESCAPED_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_LONGEST_INT = 18
_Path = tuple[str | int, ...]


def read_json(raw: bytes) -> tuple[Any, bool]:
    """The value of a JSON text, and whether halves of characters are in it; raises ValueError."""
    try:
        return orjson.loads(raw), False
    except orjson.JSONDecodeError:
        if not _ESCAPED_HALF.search(raw):
            raise
    try:
        return json.loads(raw, parse_int=_integer, parse_constant=_refused), True
    except RecursionError:
        raise ValueError("the JSON text is nested too deeply") from None


def without_halves(value: Any) -> Any:
    """A copy of a JSON value with pairs put together and a question mark for what has no other."""
    if isinstance(value, str):
        return _joined(value)
    if isinstance(value, list):
        return [without_halves(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {_joined(key): without_halves(item) for key, item in fields.items()}
    return value


class Halves:
    """Mends the chunks of one stream; a first half waits for the next text in its place."""

    def __init__(self) -> None:
        self._waiting: dict[_Path, str] = {}

    @property
    def waiting(self) -> bool:
        """Has a first half come whose second has not?"""
        return bool(self._waiting)

    def mended(self, chunk: Body, halves: bool) -> Body:
        """The chunk, which may hold ``halves``, with whole characters only."""
        if not self._waiting and not halves:
            return chunk
        return {
            _joined(key): [self._choice(choice) for choice in cast("list[Any]", value)]
            if key == "choices" and isinstance(value, list)
            else without_halves(value)
            for key, value in chunk.items()
        }

    def _choice(self, choice: Any) -> Any:
        if not isinstance(choice, dict):
            return without_halves(choice)
        fields = cast("Body", choice)
        number = fields.get("index")
        place = (number if isinstance(number, int) else 0,)
        return {
            _joined(key): self._text_in((*place, key), value)
            if key in ("delta", "text")
            else without_halves(value)
            for key, value in fields.items()
        }

    def _text_in(self, path: _Path, value: Any) -> Any:
        if isinstance(value, str):
            text = self._waiting.pop(path, "") + value
            if text and "\ud800" <= text[-1] <= "\udbff":
                self._waiting[path], text = text[-1], text[:-1]
            return _joined(text)
        if isinstance(value, list):
            items = cast("list[Any]", value)
            return [self._text_in((*path, _step(n, one)), one) for n, one in enumerate(items)]
        if isinstance(value, dict):
            fields = cast("dict[str, Any]", value)
            return {_joined(key): self._text_in((*path, key), one) for key, one in fields.items()}
        return value


def _step(position: int, item: Any) -> int:
    """A tool call's own number, for its pieces come in lists of one."""
    own = cast("Body", item).get("index") if isinstance(item, dict) else None
    return own if isinstance(own, int) else position


def _joined(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _integer(digits: str) -> int | float:
    # Larger ones could not be sent on.
    return int(digits) if len(digits) <= _LONGEST_INT else float(digits)


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
