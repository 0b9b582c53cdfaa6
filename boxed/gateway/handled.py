"""A request that was handled, in numbers: what logs, metrics and traces are told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from boxed.deciding.audit import Audit

__all__ = ["GONE", "Handled", "Sink"]

GONE = 499
"""The status, in logs and figures alone, of a request whose client left."""


@dataclass(frozen=True, slots=True)
class Handled:
    """One request and its response; no text of either.

    ``began`` and ``ended`` are nanoseconds since 1970, ``first_byte`` too (0: there was none).
    ``parent`` is the client's ``traceparent`` header as it came, ``key_id`` the public part of the
    virtual key that was used, if any.
    """

    id: str
    route: str
    status: int
    began: int
    first_byte: int
    ended: int
    bytes_in: int
    bytes_out: int
    audit: Audit
    parent: str
    key_id: str = ""

    @property
    def result(self) -> str:
        """``passed``, ``guarded`` (a policy was concerned), ``refused``, ``failed`` or ``gone``."""
        if self.status == GONE:
            return "gone"
        if self.status >= 500 or not self.status:
            return "failed"
        if self.status >= 400:
            return "refused"
        return "guarded" if self.audit.trace.policies else "passed"


Sink = Callable[[Handled], None]
"""What is told of every request that was handled."""
