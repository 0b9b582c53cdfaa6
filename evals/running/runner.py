"""Run what is missing: the items of a suite without a record under the same key, and only those.

    run_system(suite, Job("box", suite.name, setup), Path("runs"))      ->  one record per item

A record's key is a digest of the item's content, the system's identity and the settings, so
nothing that was made is made again, and nothing stale is taken for fresh.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from evals.records import Item, Record
from evals.running.engine import Engine, Job, Keyed, in_process
from evals.running.journal import Journal
from evals.suites.protocol import Suite
from evals.systems.catalogue import make_system
from evals.systems.identity import digest_of

__all__ = ["BATCH", "FORM", "journal_of", "key_of", "run_system"]

BATCH = 128
"""Items that are worked on together, and at most lost when a run is killed."""
FORM = "1"
"""Raised when records are to be made anew although nothing else about them changed."""


def key_of(item: Item, identity: str) -> str:
    """The key of the record that a system of this identity makes of an item."""
    return digest_of(FORM, identity, item.to_json())


def journal_of(runs: Path, suite: str, system: str) -> Path:
    """Where a system's records of a suite are kept."""
    return runs / suite / f"{system}.jsonl"


def run_system(
    suite: Suite,
    job: Job,
    runs: Path,
    engine: Engine = in_process,
    progress: Callable[[int, int], None] | None = None,
    batch: int = BATCH,
) -> tuple[Record, ...]:
    """The records of every item, in the suite's order, after making those that are missing.

    ``progress`` is told how many of how many items have one. Raises JournalError for a file of
    records that cannot be used, SetupError for a system that cannot be made.
    """
    identity = make_system(job.system, job.setup).identity
    keyed = [(key_of(item, identity), item) for item in suite.items]
    tell = progress or _silent
    with Journal(journal_of(runs, suite.name, job.system)) as journal:
        missing = [(key, item) for key, item in keyed if key not in journal.records]
        done = len(keyed) - len(missing)
        tell(done, len(keyed))
        for made in engine(job, _batches(missing, batch)) if missing else ():
            journal.add(made)
            done += len(made)
            tell(done, len(keyed))
        return tuple(journal.records[key] for key, _ in keyed)


def _silent(done: int, of: int) -> None:
    """Nobody watches."""


def _batches(keyed: Sequence[Keyed], size: int) -> list[Sequence[Keyed]]:
    return [keyed[at : at + size] for at in range(0, len(keyed), size)]
