"""How many requests an account made in the last minute: a window that slides with the clock.

    minute = Minute()
    minute.wait(limit, now)    -> 0.0, or the seconds until one more is allowed
    minute.note(now)           one was let in

Every span of 60 seconds holds at most `limit` requests, at any border of minutes. It lives in the
memory of one process: what others let in is counted in the storage.
"""

from __future__ import annotations

from collections import deque

__all__ = ["Minute"]

_SECONDS = 60.0


class Minute:
    """The requests of one account. Times come from a clock that never goes back."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def wait(self, limit: int, now: float) -> float:
        """Seconds until another request is within ``limit``; 0.0 if it is now."""
        self._forget(now)
        if len(self._times) < limit:
            return 0.0
        return self._times[len(self._times) - limit] + _SECONDS - now

    def note(self, now: float) -> None:
        """Count one request that was let in."""
        self._times.append(now)

    def undo(self) -> None:
        """The last one was not let in after all."""
        if self._times:
            self._times.pop()

    def idle(self, now: float) -> bool:
        """Has nothing happened in the last minute?"""
        self._forget(now)
        return not self._times

    def _forget(self, now: float) -> None:
        while self._times and self._times[0] + _SECONDS <= now:
            self._times.popleft()
