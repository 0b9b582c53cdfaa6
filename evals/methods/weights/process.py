"""An unlearning request in a process of its own: the peak of memory that it reports is its own.

    unlearn_apart(Settings("npo", "model", Path("forget.jsonl"), Path("out")))

A process's peak never falls, so a second request in the same process would report the first one's.
Of several processes that are asked for one folder at once, the others wait for the first, and find
the model finished; so does whoever asks again after a kill that left the process behind.
"""

from __future__ import annotations

import fcntl
import importlib
import sys
from typing import Any

from pydantic import TypeAdapter

from evals.data.jsonl import DataError
from evals.methods.weights.settings import Settings
from evals.training.apart import run_apart

__all__ = ["unlearn_apart"]

_SETTINGS = TypeAdapter(Settings)


def unlearn_apart(settings: Settings) -> None:
    """Carry the request out; the model lies in ``settings.out`` when this returns.

    Raises ValueError with what the process said, or how it ended.
    """
    run_apart("evals.methods.weights.process", _SETTINGS.dump_json(settings).decode(), "unlearning")


def _carry_out(told: str) -> None:
    settings = _SETTINGS.validate_json(told)
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    with settings.out.with_name(f"{settings.out.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # The loop imports torch, which whoever only asks for a request does without.
        loop: Any = importlib.import_module("evals.methods.weights.unlearn")
        loop.unlearn(settings)


if __name__ == "__main__":
    try:
        _carry_out(sys.argv[1])
    except (ValueError, OSError, DataError) as error:
        sys.exit(str(error))
