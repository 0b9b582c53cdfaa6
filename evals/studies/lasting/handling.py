"""Who carries out a stream of forget requests: the box by its policies, a method by training.

    for event in events(20, {5: 8}):
        done = handler.handle(event)      ->  the system from now on, seconds, tokens, peak memory

The box adds a policy and takes it out again. A method goes on from its last model; no training
undoes a request, so a withdrawal starts over from the original, with one request for all that are
still in force.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from boxed.drafting.policies import draft_policies
from boxed.models.local import LocalModel
from evals.studies.lasting.requests import Event
from evals.studies.lasting.starting import Starts, worker_of
from evals.systems.local import LocalSystem
from evals.systems.protocol import System
from evals.training.peak import forget_peak, peak_bytes
from prompts.policy import Example, Policy
from retrieval.whole_file import write_whole

__all__ = ["PER_AUTHOR", "Done", "Handler", "Policies", "Training", "records_of"]

PER_AUTHOR = 20
"""Records of each author: TOFU's sets hold one author after the other."""


@dataclass(frozen=True, slots=True)
class Done:
    """The system after a step, and what the step cost; ``peak`` in bytes of the process."""

    system: System
    seconds: float
    tokens: int
    peak: int


class Handler(Protocol):
    """Carries out one step after the other."""

    def handle(self, event: Event) -> Done:
        """The system once the event's requests hold, and no others."""
        ...


def records_of(examples: Sequence[Example], request: int) -> Sequence[Example]:
    """The records of the author that a request names."""
    return examples[(request - 1) * PER_AUTHOR : request * PER_AUTHOR]


@dataclass(slots=True)
class Policies:
    """A box whose book holds a policy for each request in force."""

    name: str
    starts: Starts
    policies: dict[int, Policy] = field(default_factory=dict[int, Policy])

    def handle(self, event: Event) -> Done:
        """Draft the new policy, drop those withdrawn, and make the box ready to answer."""
        self.starts.embed(["loaded before the clock runs"])
        forget_peak()
        begun = time.perf_counter()
        suite, folder = self.starts.suite, self.starts.folder(self.name)
        records = records_of(suite.forget, event.request)
        drafted = draft_policies(records, suite.retain, response=worker_of(self.name))
        [self.policies[event.request]] = drafted
        for request in event.revoked:
            del self.policies[request]
        system = self.starts.boxed(self.name, folder, tuple(self.policies.values()))
        return Done(system, time.perf_counter() - begun, 0, peak_bytes())


@dataclass(slots=True)
class Training:
    """A model that is unlearned again and again, each time on from the last result."""

    method: str
    starts: Starts
    model: Path | None = None

    def handle(self, event: Event) -> Done:
        """Unlearn the new author; where one was withdrawn, all in force from the original."""
        model = None if event.revoked else self.model
        out = self.starts.out / "stream" / self.method / f"model-{event.place:02}"
        requests = event.in_force if event.revoked else (event.request,)
        forget = self._written(requests, f"{event.place:02}")
        forget_peak()
        start = model or self.starts.folder("original")
        done = self.starts.unlearned(self.method, start, forget, out)
        self.model = out
        system = LocalSystem(self.method, LocalModel(out), str(out))
        return Done(system, done.seconds, done.tokens, done.peak_bytes)

    def together(self, requests: Sequence[int]) -> Done:
        """All requests as one, from the original."""
        out = self.starts.out / "stream" / self.method / "model-together"
        forget_peak()
        forget = self._written(requests, "together")
        done = self.starts.unlearned(self.method, self.starts.folder("original"), forget, out)
        system = LocalSystem(self.method, LocalModel(out), str(out))
        return Done(system, done.seconds, done.tokens, done.peak_bytes)

    def _written(self, requests: Sequence[int], name: str) -> Path:
        rows = [
            record.model_dump_json()
            for request in requests
            for record in records_of(self.starts.suite.forget, request)
        ]
        file = self.starts.out / "stream" / self.method / f"request-{name}.jsonl"
        write_whole(file, "".join(f"{row}\n" for row in rows).encode())
        return file
