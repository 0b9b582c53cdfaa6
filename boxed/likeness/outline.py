"""The outline of a product's reply or chunk: its fields, and no word of what was said in them.

    outline({"id": "c-1", "choices": [{"index": 0, "message": {"content": "Hi"}}], "seed": 3}, may)
    -> {"id": "c-1", "choices": [{"index": 0, "message": {"content": ""}}], "seed": 3}

Numbers, empty values and OpenAI's own identifiers stay. Any other string stays only where it was
the same in the reply before, so that nothing of one client's reply can reach another client; one
that looks like an identifier is drawn anew each time, and one that does not is left out. No key and
no string stays that a policy of the book would hold back.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from boxed.api.chat import Body
from boxed.release.fields import KNOWN_KEYS

__all__ = ["NOTHING", "May", "Varying", "alike", "drawn", "outline"]


@dataclass(frozen=True, slots=True)
class May:
    """What may stay: a string at this path (``told``), a key that is none of OpenAI's (``key``)."""

    told: Callable[[str, str], bool]
    key: Callable[[str], bool]


NOTHING = May(lambda _path, _value: False, lambda _key: False)
"""No string and no key but OpenAI's."""

_IDENTIFIERS = frozenset({"id", "object", "model", "system_fingerprint", "service_tier"})
_KEPT = frozenset({"finish_reason", "role", "object", "type"})
_WORDS = frozenset({"content", "text"})
# What a model says or does in a reply is never part of its outline.
_SAID = frozenset({"tool_calls", "function_call", "reasoning", "reasoning_content", "audio",
                   "reasoning_details"})  # fmt: skip
_IDENTIFIER = re.compile(r"(?=.*\d)[A-Za-z0-9_\-]{6,80}")
_BEGINNINGS = frozenset({"chatcmpl", "cmpl", "req", "resp", "gen", "run", "msg", "call", "trace"})
_RANDOM_FROM = 12  # a part of an identifier without a digit is a word of the product's below this
_DEEPEST = 6


class Varying(str):
    """An identifier that is another in every reply; only its form is known."""


def outline(body: Body, may: May) -> Body:
    """The fields of a reply or chunk; of its choices the first."""
    out: Body = {}
    for key, value in body.items():
        if key == "choices":
            first = cast("list[Any]", value)[:1] if isinstance(value, list) else []
            out[key] = [_choice(one, may) for one in first if isinstance(one, dict)]
        elif key in _IDENTIFIERS and isinstance(value, str):
            out[key] = value
        else:
            _put(out, key, value, key, may, 0)
    return out


def drawn(value: Any) -> Any:
    """A copy of an outline, or of a part of one, with every varying identifier drawn anew."""
    if isinstance(value, Varying):
        return alike(value, strange=True)
    if isinstance(value, dict):
        return {key: drawn(item) for key, item in cast("Body", value).items()}
    if isinstance(value, list):
        return [drawn(item) for item in cast("list[Any]", value)]
    return value


def alike(example: str, *, strange: bool = False) -> str:
    """An identifier of the same form: 'chatcmpl-a8Yk2' gives 'chatcmpl-' and five others.

    Of one in a field that is ``strange`` to us only well-known beginnings stay.
    """
    return "".join(_part(part, strange) for part in re.split(r"([^A-Za-z0-9])", example))


def _part(part: str, strange: bool) -> str:
    named = part in _BEGINNINGS if strange and part.isalnum() else len(part) < _RANDOM_FROM
    if named and not any(letter.isdigit() for letter in part):
        return part
    if part.isdigit():
        return "".join(random.choices(string.digits, k=len(part)))
    if re.fullmatch(r"[0-9a-f]+", part):
        return "".join(random.choices("0123456789abcdef", k=len(part)))
    lower = part == part.lower()
    letters = string.ascii_lowercase if lower else string.ascii_letters
    return "".join(random.choices(letters + string.digits, k=len(part)))


def _choice(choice: Any, may: May) -> Body:
    out: Body = {}
    for key, value in cast("Body", choice).items():
        if key in ("message", "delta") and isinstance(value, dict):
            said: Body = {}
            for name, item in cast("Body", value).items():
                if name not in _SAID or not item:
                    _put(said, name, item, f"{key}.{name}", may, 1)
            out[key] = said
        elif key == "logprobs":
            out[key] = None
        else:
            _put(out, key, value, f"choice.{key}", may, 1)
    return out


def _put(out: Body, key: str, value: Any, path: str, may: May, depth: int) -> None:
    """Set what may be kept of a field; leave the field out where that is nothing."""
    name = path.rpartition(".")[2]
    if not (name in KNOWN_KEYS or name.isdigit() or may.key(name)):
        return
    if isinstance(value, str):
        if name in _WORDS:
            out[key] = ""
        elif not value or name in _KEPT or may.told(path, value):
            out[key] = value
        elif _IDENTIFIER.fullmatch(value) and may.key(value):
            out[key] = Varying(value)
    elif isinstance(value, dict) and depth < _DEEPEST:
        inner: Body = {}
        for item_key, item in cast("Body", value).items():
            _put(inner, item_key, item, f"{path}.{item_key}", may, depth + 1)
        out[key] = inner
    elif isinstance(value, list) and depth < _DEEPEST:
        items: Body = {}
        for place, item in enumerate(cast("list[Any]", value)):
            _put(items, str(place), item, f"{path}.{place}", may, depth + 1)
        out[key] = list(items.values())
    elif value is None or isinstance(value, bool | int | float):
        out[key] = value
