"""The trace of decisions of one request: what was decided where, never any content.

``boxed ask --explain`` prints it; the audit line is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Step:
    """One decision: the stage that made it and what it decided, in words without content."""

    stage: str
    decision: str


@dataclass(slots=True)
class Trace:
    """Decisions in order, model calls, opaque ids of matched policies, workers that answered."""

    steps: list[Step] = field(default_factory=list[Step])
    model_calls: int = 0
    policies: set[str] = field(default_factory=set[str])
    workers: list[str] = field(default_factory=list[str])

    def note(self, stage: str, decision: str) -> None:
        """Add a decision."""
        self.steps.append(Step(stage, decision))
