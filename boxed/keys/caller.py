"""Who asks: set by the gateway when a virtual key was let in, read by the box.

It travels beside the request as the audit does, so that no route can forget to pass it on.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["Caller", "current", "upstream_of_caller"]


@dataclass(frozen=True, slots=True)
class Caller:
    """A key's id, its tenant, and the upstream that answers it (None: the product itself)."""

    key: str
    tenant: str | None = None
    upstream: str | None = None


current: ContextVar[Caller | None] = ContextVar("boxed_caller", default=None)


def upstream_of_caller() -> str | None:
    """The upstream that answers whoever asks now; None is the product itself."""
    caller = current.get()
    return caller.upstream if caller is not None else None
