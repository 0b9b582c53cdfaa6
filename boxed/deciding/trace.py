"""The trace of decisions of one request: what was decided where, never any content.

``boxed ask --explain`` prints it; the audit line is made from it. The calls to models stand beside
it for as long as the request lasts, because its reply must count them; they are never printed.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from boxed.api.call import Call


@dataclass(frozen=True, slots=True)
class Step:
    """One decision: the stage that made it and what it decided, in words without content."""

    stage: str
    decision: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the work: what it was, and from when to when in nanoseconds since 1970."""

    name: str
    began: int
    ended: int


@dataclass(slots=True)
class Trace:
    """Decisions in order, model calls, opaque ids of matched policies, workers that answered.

    ``kinds`` are those of the matched policies, ``phases`` what took how long.
    """

    steps: list[Step] = field(default_factory=list[Step])
    model_calls: int = 0
    policies: set[str] = field(default_factory=set[str])
    workers: list[str] = field(default_factory=list[str])
    calls: list[Call] = field(default_factory=list[Call], repr=False, compare=False)
    kinds: set[str] = field(default_factory=set[str])
    phases: list[Phase] = field(default_factory=list[Phase], repr=False, compare=False)
    streamed: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    """Tokens of the prompt and of what was said, for each stream that was passed on."""

    def note(self, stage: str, decision: str) -> None:
        """Add a decision."""
        self.steps.append(Step(stage, decision))

    @contextmanager
    def phase(self, name: str) -> Generator[None]:
        """Note how long what stands inside takes, however it ends."""
        began, since = time.time_ns(), time.monotonic_ns()
        try:
            yield
        finally:
            self.phases.append(Phase(name, began, began + time.monotonic_ns() - since))

    def add(self, other: Trace) -> None:
        """Take over all of a trace of a part of the same request."""
        self.steps += other.steps
        self.model_calls += other.model_calls
        self.policies |= other.policies
        self.workers += other.workers
        self.calls += other.calls
        self.kinds |= other.kinds
        self.phases += other.phases
        self.streamed += other.streamed
