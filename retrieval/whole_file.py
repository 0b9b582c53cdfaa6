"""Write a file whole and durable: a killed process leaves the old one or the new one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["draft_of", "sync_folder", "write_whole"]


def write_whole(
    path: Path, data: bytes | Iterable[bytes | memoryview], *, private: bool = False
) -> None:
    """Put ``data`` in place of the file at ``path``, with the folders it needs. Raises OSError.

    It may come in pieces. What is ``private`` nobody but its owner may read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_of(path)
    try:
        draft.unlink(missing_ok=True)
        mode = 0o600 if private else 0o666
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.writelines((data,) if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def draft_of(path: Path) -> Path:
    """Where the file lies until it is whole: hidden, so that whoever reads the folder passes it."""
    return path.with_name(f".{path.name}.new")


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable; a system that cannot open folders does so by itself."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
