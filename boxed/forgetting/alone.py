"""One process at a time at the records of a store that several may reach over the network.

A store in a folder is open in one process anyhow; beside a Chroma server's, two gateways or a
command could each take the other's job under way for one that was cut short.
"""

from __future__ import annotations

import fcntl
from collections.abc import Generator
from contextlib import contextmanager

from retrieval.store import LocalStore, StoreLocation

__all__ = ["alone_at"]


@contextmanager
def alone_at(place: LocalStore, location: StoreLocation) -> Generator[None]:
    """Wait until no other process of this machine is at the records in ``place``, and be alone.

    Processes of one thread each, or threads that take turns: it must not be entered twice.
    """
    if isinstance(location, LocalStore):
        yield
        return
    place.path.mkdir(parents=True, exist_ok=True)
    with open(place.path / "turn", "a", encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
