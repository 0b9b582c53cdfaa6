"""A stream of forget requests, one author each, of which some are withdrawn later. Pure.

events(3, {1: 3})    ->  request 1; request 2; request 3 and 1 withdrawn: 2 and 3 in force
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Event", "events"]


@dataclass(frozen=True, slots=True)
class Event:
    """One step: the request that comes, those withdrawn at it, and what then holds.

    Requests are counted from 1; ``withdrawn`` are all that were withdrawn up to here. ``step`` is
    the place of the request where it is not its number: 0 says that it is.
    """

    request: int
    revoked: tuple[int, ...]
    in_force: tuple[int, ...]
    withdrawn: tuple[int, ...]
    step: int = 0

    @property
    def place(self) -> int:
        """The step that this is, counted from 1."""
        return self.step or self.request


def events(count: int, revocations: Mapping[int, int]) -> tuple[Event, ...]:
    """``count`` steps with a request each; ``revocations`` give the step by the request.

    Raises ValueError for a request that is withdrawn before it came, or beyond the last step.
    """
    for request, step in revocations.items():
        if not 0 < request < step <= count:
            raise ValueError(
                f"request {request} cannot be withdrawn at step {step} of {count}; a request comes "
                "at the step of its own number, and is withdrawn at a later one"
            )
    found: list[Event] = []
    for step in range(1, count + 1):
        gone = tuple(request for request, when in sorted(revocations.items()) if when <= step)
        force = tuple(request for request in range(1, step + 1) if request not in gone)
        now = tuple(request for request in gone if revocations[request] == step)
        found.append(Event(step, now, force, gone))
    return tuple(found)
