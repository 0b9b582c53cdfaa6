"""The most memory that a stretch of work held, where the system lets a process forget its peak.

    forget_peak()
    ...
    peak_bytes()

On Linux the peak is that since ``forget_peak``; elsewhere it is that of the process so far.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

__all__ = ["forget_peak", "peak_bytes"]

_RESETS = Path("/proc/self/clear_refs")
_PEAK = "5"  # what proc(5) says to write
_STATUS = Path("/proc/self/status")
_HIGHEST = "VmHWM:"


def forget_peak() -> bool:
    """Let the peak start again from what the process holds now; False where it cannot."""
    try:
        _RESETS.write_text(_PEAK)
    except OSError:
        return False
    return True


def peak_bytes() -> int:
    """Bytes of main memory at the peak."""
    # getrusage's own number also holds the peak of the process that this one was started by.
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(_HIGHEST):
                return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
