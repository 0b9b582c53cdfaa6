"""The texts of a request that is no chat: every string in it that a product may read.

    input_texts({"model": "m", "prompt": "A harbour", "size": "auto"})   # ("A harbour", "auto")
    with_inputs(body, ["A port", "auto"])

Only the model's name is passed over, and pictures and sound: `data:` addresses, and long runs of
base64 in the fields that are there for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from boxed.api.chat import Body, map_texts

__all__ = ["input_texts", "with_inputs"]

_MODEL = "model"
_MEDIA = frozenset({"image", "images", "mask", "b64_json", "image_url", "audio", "file"})
_KEYS = _MEDIA | {"file_id", "type", "url", "detail"}
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{256,}={0,2}")


def input_texts(body: Body) -> tuple[str, ...]:
    """Every string of a request's body, and every key of an inner object, in order."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    _mapped(body, note)
    return tuple(found)


def with_inputs(body: Body, texts: Sequence[str]) -> Body:
    """The body with other texts in the places of its own; as many as `input_texts` gives."""
    left: Iterator[str] = iter(texts)
    return _mapped(body, lambda _: next(left))


def _mapped(body: Body, change: Callable[[str], str]) -> Body:
    return {
        key: value if key == _MODEL else _field(key, value, change) for key, value in body.items()
    }


def _field(key: str, value: Any, change: Callable[[str], str]) -> Any:
    if key not in _MEDIA:
        return map_texts(value, change)
    if isinstance(value, str):
        return value if _BASE64.fullmatch(value) else map_texts(value, change)
    if isinstance(value, list):
        return [_field(key, item, change) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        fields = cast("Body", value)
        return {
            name if name in _KEYS else change(name): _field(name, item, change)
            for name, item in fields.items()
        }
    return value
