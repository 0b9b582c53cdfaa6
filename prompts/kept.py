"""What an immutable object works out once and keeps in a slot: its fields' dictionary stays small.

A dictionary of twenty-one fields that takes in one more doubles its room, for each of a hundred
thousand policies.
"""

from collections.abc import Callable
from typing import TypeVar, cast

__all__ = ["kept"]

_Owner = TypeVar("_Owner")
_Value = TypeVar("_Value")


def kept(owner: _Owner, slot: str, found: Callable[[_Owner], _Value]) -> _Value:
    """What ``found(owner)`` says, asked once; `slot` is one of its class's `__slots__`."""
    try:
        return cast(_Value, getattr(owner, slot))
    except AttributeError:
        value = found(owner)
        object.__setattr__(owner, slot, value)
        return value
