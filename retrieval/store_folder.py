"""The folder of a local store: made once, known by its settings file, open in one place at a time.

``boxed.json`` holds ``{"format": 1}``. Chroma's embedded engine is not made for two processes, and
an erasure must know that nobody else writes: whoever opens the folder holds its lock, which ends
with the process, however that ends.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from retrieval.records import Chunk
from retrieval.store import LocalStore, StoreError, StoreLocation

FORMAT = 1
# Bytes that must stay free for Chroma's index, log and journal, and how many more a batch takes for
# each character of its text: log, document, full-text trigrams, and the journal of all three.
RESERVE = 64 * 2**20
_GROWTH = 16


def prepare(place: LocalStore, *, create: bool) -> None:
    """Check that the folder is a store of this format, or make it one where it is new or empty.

    Raises StoreError where it is neither, or where there is none and ``create`` is False.
    """
    if place.settings.is_file():
        return _check(place)
    if place.path.exists() and not place.path.is_dir():
        raise StoreError(place, "is a file", "name a folder")
    # A killed process may have left the lock, or the settings half written, and nothing else.
    begun = {place.lock.name, _draft(place).name}
    if place.path.is_dir() and any(item.name not in begun for item in place.path.iterdir()):
        raise StoreError(place, "is a folder with other content", "name a store or a new folder")
    if not create:
        raise StoreError(place, "holds no store", "check the name, or ingest something first")
    _make(place)


def take_lock(place: LocalStore) -> IO[str]:
    """The folder's lock, held until the file is closed or the process ends.

    Raises StoreError where it is held: by another process, or by another open store of this one.
    """
    try:
        file = open(place.lock, "a+", encoding="utf-8")  # noqa: SIM115
    except OSError as error:
        raise disk_fault(place, error) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        holder = file.read(20).strip()
        file.close()
        who = "this process" if holder == str(os.getpid()) else f"process {holder or '?'}"
        raise StoreError(
            place,
            f"is locked: {who} has it open",
            "wait or stop that process; to share a store, run a Chroma server and name its URL",
        ) from error
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def require_space(place: StoreLocation, chunks: Sequence[Chunk] = ()) -> None:
    """Make sure, before Chroma writes the chunks, that the disk has room; a server's is its own.

    A write that runs out of space in the middle leaves Chroma with a log that it can neither apply
    nor drop until there is room again, and its calls may then never return. Raises StoreError.
    """
    if not isinstance(place, LocalStore):
        return
    try:
        free = shutil.disk_usage(place.chroma).free
    except OSError as error:
        raise disk_fault(place, error) from error
    if free < RESERVE + _GROWTH * sum(len(chunk.text) for chunk in chunks):
        raise StoreError(
            place,
            f"the disk is full, or nearly so: {free // 2**20} MiB are free",
            "free some space and try again: nothing stored is lost",
        )


def disk_fault(place: object, error: OSError) -> StoreError:
    """An operating system's refusal as a fault of the store."""
    reason = error.strerror or type(error).__name__
    return StoreError(place, f"cannot be written: {reason}", "mend that and try again")


def unread_fault(place: LocalStore, error: OSError) -> StoreError:
    """A file or folder in the store that cannot be read; its own name might be content."""
    named = Path(os.fsdecode(error.filename or place.path))
    reason = error.strerror or type(error).__name__
    return StoreError(
        place, f"something in {named.parent} cannot be read: {reason}", "mend that and try again"
    )


def _check(place: LocalStore) -> None:
    try:
        found = json.loads(place.settings.read_text(encoding="utf-8"))
        version = found["format"]
    except OSError as error:
        raise StoreError(
            place, f"boxed.json cannot be read: {error.strerror}", "mend its permissions"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            place, "boxed.json is damaged", f'write {{"format": {FORMAT}}} into it'
        ) from error
    if version != FORMAT:
        raise StoreError(
            place,
            f"has format {str(version)[:20]}, and this version reads format {FORMAT}",
            "use the version of Boxed that made it",
        )


def _make(place: LocalStore) -> None:
    draft = _draft(place)
    try:
        place.path.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"format": FORMAT}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place.settings)
        place.chroma.mkdir(exist_ok=True)
    except OSError as error:
        raise disk_fault(place, error) from error


def _draft(place: LocalStore) -> Path:
    return place.settings.with_suffix(".json.new")
