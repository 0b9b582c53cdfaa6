"""What a ledger does, whatever database it lies in.

entry = ledger.append("forget", {"job": "job-1"}, once="job-1")     # durable when it returns
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from retrieval.ledger.canonical import Body
from retrieval.ledger.chain import Entry, Position, Verdict
from retrieval.ledger.checkpoint import Checkpoint
from retrieval.ledger.merkle import InclusionProof
from retrieval.ledger.receipt import Receipt


class Ledger(Protocol):
    """An append-only, hash-chained list. Every method raises LedgerError when storage fails."""

    def append(self, kind: str, body: Body, *, once: str = "") -> Entry:
        """Append one entry, durable when this returns.

        With `once` set, a second append of the same kind and `once` gives back the first entry.
        `body` must hold no content of any record: ids of jobs, counts, digests, commitments.
        """
        ...

    def append_at(self, kind: str, build: Callable[[Position], Body], *, once: str = "") -> Entry:
        """Append an entry whose body depends on its place; no other can come between."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Every entry, oldest first."""
        ...

    def checkpoint(self) -> Checkpoint:
        """A signed checkpoint over everything so far; raises LedgerError for an empty ledger."""
        ...

    def prove(self, index: int) -> tuple[InclusionProof, Checkpoint]:
        """That entry `index` (from 1) is under the newest checkpoint, made if there is none."""
        ...

    def verify(
        self, *, receipts: Sequence[Receipt] = (), checkpoints: Sequence[Checkpoint] = ()
    ) -> Verdict:
        """Check the whole chain, and that receipts and checkpoints kept elsewhere fit it."""
        ...

    def close(self) -> None:
        """Let go of the storage."""
        ...
