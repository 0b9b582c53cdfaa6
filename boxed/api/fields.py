"""Fields of a client's request, read with an error that names the one at fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from boxed.api.chat import Body

__all__ = ["FieldError", "a_list", "a_text", "an_object", "maybe_list", "maybe_object"]


class FieldError(ValueError):
    """A request that cannot be read: ``message`` for the client, the field, and the API's code."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code


def an_object(value: Any, place: str) -> Body:
    """``value`` as an object; raises FieldError."""
    if not isinstance(value, dict):
        raise FieldError(f"'{place}' must be an object.", place)
    return cast("Body", value)


def a_list(value: Any, place: str) -> list[Any]:
    """``value`` as a list; raises FieldError."""
    if not isinstance(value, list):
        raise FieldError(f"'{place}' must be a list.", place)
    return cast("list[Any]", value)


def a_text(value: Any, place: str) -> str:
    """``value`` as a string; raises FieldError."""
    if not isinstance(value, str):
        raise FieldError(f"'{place}' must be a string.", place)
    return value


def maybe_object(value: Any) -> Mapping[str, Any]:
    """``value`` if it is an object, else an empty one: for what a product sends."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def maybe_list(value: Any) -> list[Any]:
    """``value`` if it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []
