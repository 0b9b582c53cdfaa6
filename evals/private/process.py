"""A private training in a process of its own: the peak of memory that it reports is its own."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any

from pydantic import TypeAdapter

from evals.data.jsonl import DataError
from evals.private.settings import Settings

__all__ = ["train_apart"]

_SETTINGS = TypeAdapter(Settings)


def train_apart(settings: Settings) -> None:
    """Train; the model lies in ``settings.out`` when this returns.

    Raises ValueError with what the process said, or how it ended.
    """
    told = _SETTINGS.dump_json(settings).decode()
    done = subprocess.run(  # noqa: S603 - this package's own program
        [sys.executable, "-m", "evals.private.process", told],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2]
        raise ValueError(said or f"private training ended with {done.returncode}; start it again")


if __name__ == "__main__":
    try:
        # The loop imports torch, which whoever only asks for a training does without.
        loop: Any = importlib.import_module("evals.private.train")
        loop.train(_SETTINGS.validate_json(sys.argv[1]))
    except (ValueError, OSError, DataError) as error:
        sys.exit(str(error))
