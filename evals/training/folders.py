"""Whose result a folder holds, so that no run goes on from what another one made.

    claim(out, out / "run.json", {"split": "retain90", "seed": 1}, foreign=bool(made))

An identity is all that decides what a run makes, as JSON. A gold retrain that went on from a
checkpoint of the full model would have seen the forget set; so the first thing that a run writes is
its identity, and a run with another one is turned away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from retrieval.whole_file import write_whole

__all__ = ["Identity", "check", "claim", "digest"]

Identity = Mapping[str, Any]
_SHOWN = 24  # a longer value is a digest or a list, which says nothing to a reader


def digest(file: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def claim(folder: Path, mark: Path, identity: Identity, foreign: bool) -> None:
    """Write in the file ``mark`` whose run the folder holds; the folder is made.

    Raises ValueError where the mark is another run's, and where there is none in a folder with
    ``foreign`` files.
    """
    if mark.exists():
        check(identity, json.loads(mark.read_text(encoding="utf-8")), folder)
    elif foreign:
        raise ValueError(
            f"{folder} holds files that do not say what they were made from; give another folder "
            "with --out, new or empty"
        )
    else:
        write_whole(mark, f"{json.dumps(identity, indent=1)}\n".encode())


def check(identity: Identity, found: Identity, folder: Path) -> None:
    """Raises ValueError, naming what differs, unless ``found`` is this run's identity."""
    differing = [name for name in identity if identity[name] != found.get(name)]
    if not differing:
        return
    told = ", ".join(_told(name, found.get(name), identity[name]) for name in differing)
    raise ValueError(
        f"{folder} holds another run, with a different {told}; give another folder with --out, or "
        "delete this one"
    )


def _told(name: str, found: Any, wanted: Any) -> str:
    short = all(len(str(value)) <= _SHOWN for value in (found, wanted))
    return f"{name} '{found}' (not '{wanted}')" if short and "digest" not in name else name
