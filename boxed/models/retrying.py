"""When a call to the product is tried again, and after how long.

Exponential backoff with full jitter over the upper half (wait, then up to twice as long), so that
replicas that failed together do not come back together.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from boxed.models.protocol import UpstreamError

__all__ = ["FailedTry", "Retrying"]

Result = TypeVar("Result")


class FailedTry(Exception):
    """One try failed with `error`; `retryable` says whether another may help.

    `wait` are the seconds that the product asked for.
    """

    def __init__(self, error: UpstreamError, *, retryable: bool, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.retryable = retryable
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Retrying:
    """`retries` tries after the first; waits from `first_wait` seconds, doubled each time.

    No wait is longer than `longest_wait`: a product that asks for more gets no further try, and
    the client is told its Retry-After.
    """

    retries: int = 2
    first_wait: float = 0.5
    longest_wait: float = 20.0

    async def run(self, once: Callable[[], Awaitable[Result]]) -> Result:
        """The result of the first try that succeeds; raises the UpstreamError of the last one."""
        tried = 0
        while True:
            try:
                return await once()
            except FailedTry as failure:
                wait = self._wait(tried, failure)
                if wait is None:
                    raise failure.error from None
            tried += 1
            await asyncio.sleep(wait)

    def _wait(self, tried: int, failure: FailedTry) -> float | None:
        if not failure.retryable or tried >= self.retries:
            return None
        if failure.wait is not None:
            return failure.wait if failure.wait <= self.longest_wait else None
        backoff = min(self.first_wait * 2**tried, self.longest_wait)
        return backoff * random.uniform(0.5, 1.0)
