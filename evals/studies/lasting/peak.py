"""The most memory that a stretch of work held, where the system lets a process forget its peak.

    forget_peak()
    ...
    peak_bytes()

On Linux the peak is that since ``forget_peak``; elsewhere it is that of the process so far.
"""

from __future__ import annotations

import resource
from pathlib import Path

__all__ = ["forget_peak", "peak_bytes"]

_RESETS = Path("/proc/self/clear_refs")
_PEAK = "5"  # what proc(5) says to write


def forget_peak() -> bool:
    """Let the peak start again from what the process holds now; False where it cannot."""
    try:
        _RESETS.write_text(_PEAK)
    except OSError:
        return False
    return True


def peak_bytes() -> int:
    """Bytes of main memory at the peak."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
