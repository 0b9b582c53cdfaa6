"""A private training in a process of its own: the peak of memory that it reports is its own."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from pydantic import TypeAdapter

from evals.data.jsonl import DataError
from evals.methods.private.settings import Settings
from evals.training.apart import run_apart

__all__ = ["train_apart"]

_SETTINGS = TypeAdapter(Settings)


def train_apart(settings: Settings) -> None:
    """Train; the model lies in ``settings.out`` when this returns.

    Raises ValueError with what the process said, or how it ended.
    """
    run_apart(
        "evals.methods.private.process", _SETTINGS.dump_json(settings).decode(), "private training"
    )


if __name__ == "__main__":
    try:
        # The loop imports torch, which whoever only asks for a training does without.
        loop: Any = importlib.import_module("evals.methods.private.train")
        loop.train(_SETTINGS.validate_json(sys.argv[1]))
    except (ValueError, OSError, DataError) as error:
        sys.exit(str(error))
