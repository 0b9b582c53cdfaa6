"""Modules that a command imports only when it runs, so that help is instant."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from boxed.commands.unsearched import unsearched

__all__ = ["module_of"]


def module_of(name: str) -> Any:
    """The module; where a library of it is missing the command ends with the remedy."""
    try:
        with unsearched(searched_later=True):
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in {"evals", "boxed"}:
            raise
        sys.exit(f"{error.name} is not installed; run: pip install 'boxed[evals]'")
