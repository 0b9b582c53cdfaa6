"""Waiting for what comes soon after a reply: a log line is written when its last byte has left."""

import time
from collections.abc import Callable

SOON = 5.0


def until(true: Callable[[], bool], within: float = SOON) -> None:
    """Wait until ``true()``; fails after ``within`` seconds."""
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, f"still not so after {within:g} seconds"
        time.sleep(0.02)
