"""One open store for many: requests read it side by side, an erasure has it for itself.

A local store has one opener at a time, and an erasure closes Chroma's files for a while. A request
that comes meanwhile is not kept waiting: it is answered without the store.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Generic, TypeVar

from retrieval.store import Store, StoreError

AnyStore = TypeVar("AnyStore", bound=Store)


class SharedStore(Generic[AnyStore]):
    """A store that threads share; ``close`` waits for those that use it."""

    def __init__(self, store: AnyStore) -> None:
        self._store = store
        self._readers = 0
        self._taken = False
        self._closed = False
        self._changed = threading.Condition()

    @contextmanager
    def reading(self) -> Generator[AnyStore | None]:
        """The store to read from, or None while somebody has it alone."""
        with self._changed:
            free = not self._taken
            self._readers += free
        try:
            yield self._store if free else None
        finally:
            if free:
                with self._changed:
                    self._readers -= 1
                    self._changed.notify_all()

    @contextmanager
    def alone(self) -> Generator[AnyStore]:
        """The store with nobody else in it; waits for that. Raises StoreError once it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken or self._closed)
            if self._closed:
                raise StoreError(self._store.location, "was closed", "open it again")
            self._taken = True
            self._changed.wait_for(lambda: not self._readers)
        try:
            yield self._store
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()

    def close(self) -> None:
        """Let go of the store for good: nobody gets it again."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.wait_for(lambda: not self._taken)
            self._taken = True
            self._changed.wait_for(lambda: not self._readers)
        self._store.close()
