"""What the processes of one gateway hold in common: a folder for figures, and conversations.

The folder lies in the system's one for temporary files, is the owner's alone, and is gone when the
gateway ends. Conversations that the settings keep in memory lie there in a file, sealed under a key
that is nowhere but in the memory of these processes.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import prometheus_client.values
from prometheus_client.multiprocess import mark_process_dead
from pydantic import SecretStr

from boxed.settings import Settings

__all__ = ["common_folder", "forget_process", "shared_settings"]

_FIGURES = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def common_folder() -> Generator[Path]:
    """A folder for this gateway; from here on figures are counted in it, for all processes."""
    folder = Path(tempfile.mkdtemp(prefix="boxed-"))
    os.environ[_FIGURES] = str(folder)
    prometheus_client.values.ValueClass = prometheus_client.values.MultiProcessValue()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def forget_process(pid: int) -> None:
    """Leave out of the figures what a process that ended was doing; what it counted stays."""
    mark_process_dead(pid)


def shared_settings(settings: Settings, folder: Path) -> Settings:
    """The settings with what is kept in memory in the common folder instead."""
    if settings.conversations != "memory":
        return settings
    return settings.model_copy(
        update={
            "conversations": folder / "conversations.sqlite",
            "conversations_key": SecretStr(secrets.token_hex(32)),
        }
    )
