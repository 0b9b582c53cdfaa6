"""Who does the work: this process, or a cluster; both make the same records of the same batches.

for records in in_process(Job("box", "nano-forget10", setup), batches):
    journal.add(records)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from evals.records import Item, Likelihoods, Record
from evals.systems.catalogue import Setup, make_system
from evals.systems.protocol import System, Undefined

__all__ = ["Engine", "Job", "Keyed", "in_process", "records_of"]

Keyed = tuple[str, Item]
"""An item with the key of the record that is to be made of it."""


@dataclass(frozen=True, slots=True)
class Job:
    """Which system works on which suite; any process can make the system from it."""

    system: str
    suite: str
    setup: Setup


class Engine(Protocol):
    """Makes the records of batches, in any order of the batches."""

    def __call__(self, job: Job, batches: Sequence[Sequence[Keyed]]) -> Iterable[Sequence[Record]]:
        """The records of one batch at a time, as they are ready."""
        ...


def in_process(job: Job, batches: Sequence[Sequence[Keyed]]) -> Iterator[Sequence[Record]]:
    """One batch after the other, here."""
    system = make_system(job.system, job.setup)
    for batch in batches:
        yield records_of(system, job.suite, batch)


def records_of(system: System, suite: str, batch: Sequence[Keyed]) -> list[Record]:
    """The records of some items, in their order."""
    items = [item for _, item in batch]
    replies = system.answer(items)
    found = _likelihoods(system, items)
    return [
        Record(
            key=key,
            suite=suite,
            item=item.id,
            part=item.part,
            system=system.name,
            reply=reply,
            likelihoods=given if isinstance(given, Likelihoods) else None,
            undefined=given if isinstance(given, str) else "",
            subject=item.subject,
        )
        for (key, item), reply, given in zip(batch, replies, found, strict=True)
    ]


def _likelihoods(system: System, items: Sequence[Item]) -> list[Likelihoods | Undefined | None]:
    """Those of the items whose replies are greedy: a drawn reply asks for none."""
    greedy = [item for item in items if not item.temperature]
    found = iter(system.likelihoods(greedy) if greedy else ())
    return [None if item.temperature else next(found) for item in items]
