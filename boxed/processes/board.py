"""What each worker process says of itself, in memory that all of them read.

    board = Board(4)                     # before the fork
    board.tell(2, {"book": "04f2..."})   # in worker 2
    board.told(2)                        # in any of them; None: it said nothing, or is gone
    board.wipe(2)                        # its process ended

A slot has one writer. A reader that meets a half-written slot sees that from its sum, and reads
again.
"""

from __future__ import annotations

import mmap
import struct
import time
import zlib
from typing import Any

import orjson

__all__ = ["Board"]

_SLOT = 16 * 1024
_HEAD = struct.Struct("<II")
_TRIES = 20
_PAUSE = 0.0005


class Board:
    """One slot for each worker, counted from 1."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._memory = mmap.mmap(-1, workers * _SLOT)

    def tell(self, number: int, state: dict[str, Any]) -> None:
        """Write a worker's state in the place of what it said before; raises ValueError if long."""
        raw = orjson.dumps(state)
        if len(raw) > _SLOT - _HEAD.size:
            raise ValueError(f"a worker's state has {len(raw)} bytes; {_SLOT} is the most")
        start = self._start(number)
        self._memory[start : start + _HEAD.size] = _HEAD.pack(len(raw), zlib.crc32(raw))
        begin = start + _HEAD.size
        self._memory[begin : begin + len(raw)] = raw

    def told(self, number: int) -> dict[str, Any] | None:
        """What a worker said last."""
        start = self._start(number)
        for _ in range(_TRIES):
            length, sum = _HEAD.unpack(self._memory[start : start + _HEAD.size])
            if not length:
                return None
            begin = start + _HEAD.size
            raw = self._memory[begin : begin + length]
            if zlib.crc32(raw) == sum:
                return orjson.loads(raw)
            time.sleep(_PAUSE)
        return None  # whoever wrote it was killed in the middle

    def wipe(self, number: int) -> None:
        """Forget what a worker said."""
        self._memory[self._start(number) : self._start(number) + _HEAD.size] = _HEAD.pack(0, 0)

    def _start(self, number: int) -> int:
        if not 1 <= number <= self.workers:
            raise ValueError(f"there is no worker {number}; they are 1 to {self.workers}")
        return (number - 1) * _SLOT
