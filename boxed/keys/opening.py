"""The storage that a word names: a file, or the URL of a PostgreSQL database."""

from __future__ import annotations

from pathlib import Path

from boxed.keys.errors import KeyStoreError
from boxed.keys.postgres import SCHEMES, PostgresStorage
from boxed.keys.sqlite import SqliteStorage
from boxed.keys.storage import Storage

__all__ = ["open_storage"]


def open_storage(location: str) -> Storage:
    """The storage, with its tables made where they are missing; raises KeyStoreError."""
    storage: Storage
    if location.startswith(SCHEMES):
        storage = PostgresStorage(location)
    elif "://" in location:
        # A URL may hold a password: it is not quoted.
        remedy = "write a postgresql:// URL, or the path of a file"
        raise KeyStoreError("setting 'keys'", "is a URL of no database that is known", remedy)
    else:
        storage = SqliteStorage(Path(location))
    storage.prepare()
    return storage
