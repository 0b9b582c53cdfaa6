"""A command's module, imported only when the command runs: help is instant."""

from __future__ import annotations

import importlib
from typing import Any

from boxed.commands.unsearched import unsearched

__all__ = ["module_of"]


def module_of(name: str) -> Any:
    """``boxed.commands.NAME``; raises ImportError."""
    with unsearched(searched_later=True):
        return importlib.import_module(f"boxed.commands.{name}")
