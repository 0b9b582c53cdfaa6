"""What Chroma raises, said as a fault of the store with a remedy.

Chroma's own words may quote ids or texts, so they are never passed on: what is told is which known
kind of fault it is, or the exception's type. The exception itself stays the cause.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager

from retrieval.store import ServerStore, StoreError, StoreLocation
from retrieval.store_folder import RESERVE

_KNOWN = (
    (("database or disk is full", "no space left", "code: 13)", "storagefull"),
     "the disk is full", "free some space and try again: nothing stored is lost"),
    (("database is locked", "database table is locked", "code: 5)"),
     "another process has the database locked", "stop that process and try again"),
    (("readonly database", "read-only", "permission denied", "unable to open database"),
     "the folder cannot be written", "mend its permissions"),
    (("disk i/o error",), "the disk fails to read or write", "check its free space and health"),
    (("not a database", "malformed", "corrupt", "hnsw index", "hnsw segment"),
     "Chroma's files are damaged", "restore the folder from a backup, or ingest anew"),
    (("expecting embedding with dimension", "dimensionality"),
     "its vectors are not as long as this embedder's", "use the embedder that it was made with"),
    (("could not connect", "connecterror", "connection refused", "connect call failed",
      "timeout", "remoteprotocolerror", "readerror", "disconnected"),
     "no Chroma server answers", "start it with `chroma run`, and check host and port"),
)  # fmt: skip


@contextmanager
def told_by_store(place: StoreLocation) -> Generator[None]:
    """Turn whatever Chroma raises within into a StoreError."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        raise _fault(place, error) from error
    except BaseException as error:
        # A panic of Chroma's engine is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise _fault(place, error) from error


def _fault(place: StoreLocation, error: BaseException) -> StoreError:
    said = f"{type(error).__name__} {error}".lower()
    for signs, happened, remedy in _KNOWN:
        if any(sign in said for sign in signs):
            return StoreError(place, happened, remedy)
    if isinstance(place, ServerStore):
        return StoreError(
            place, f"the server failed ({type(error).__name__})", "look into the server's log"
        )
    if shutil.disk_usage(place.path).free < RESERVE:
        return StoreError(place, "the disk is full", "free some space and try again")
    return StoreError(
        place, f"Chroma failed ({type(error).__name__})", "look at the cause of this error"
    )
