"""Results on disk, one small JSON file each, made once: a run that was killed goes on after them.

    recorded(file, "9f2c")            ->  None
    record(file, "9f2c", [1, 2])
    recorded(file, "9f2c")            ->  [1, 2]

The identity is a digest of everything that the result depends on. A file of another identity holds
nothing, and is replaced.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from retrieval.whole_file import write_whole

__all__ = ["once", "record", "recorded"]


def once(file: Path, identity: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What was recorded under this identity, or what ``make`` gives, recorded."""
    found = recorded(file, identity)
    if found is None:
        found = make()
        record(file, identity, found)
    return found


def recorded(file: Path, identity: str) -> Any | None:
    """What was recorded under this identity; None where that is nothing.

    Raises ValueError for a file that holds no result at all.
    """
    if not file.exists():
        return None
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return found["result"] if found["identity"] == identity else None
    except (ValueError, KeyError, TypeError):
        raise ValueError(
            f"{file} holds no result of this command; delete it, or give another --out"
        ) from None


def record(file: Path, identity: str, result: Any) -> None:
    """Write a result, whole. Raises OSError."""
    text = json.dumps({"identity": identity, "result": result}, indent=1)
    write_whole(file, f"{text}\n".encode())
