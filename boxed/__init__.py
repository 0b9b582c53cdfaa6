"""Floor 3: the box itself. ``from boxed import Box, wrap`` guards a client object in process."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boxed.library.face import Box, wrap

__all__ = ["Box", "wrap"]


def __getattr__(name: str) -> Any:
    """The library face, loaded only by those that use it: commands do without."""
    if name in __all__:
        return getattr(importlib.import_module("boxed.library.face"), name)
    raise AttributeError(f"module 'boxed' has no attribute {name!r}")
