"""What SIGHUP means: an operator asks for something, or the terminal was closed.

A process that began in a terminal ends with it, as any would. One that did not, or whose terminal
is still there, was sent the signal by somebody.
"""

from __future__ import annotations

import os
from collections.abc import Callable

__all__ = ["watched_terminal"]


def watched_terminal() -> Callable[[], bool]:
    """Look at standard input; the function that comes back says later whether its terminal went."""
    began_in_one = os.isatty(0)
    return lambda: began_in_one and not os.isatty(0)
