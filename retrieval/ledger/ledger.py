"""The ledger over its storage: append, checkpoint, prove, verify."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from retrieval.ledger.canonical import Body
from retrieval.ledger.chain import (
    GENESIS,
    Entry,
    Position,
    Row,
    Verdict,
    entry_of,
    fault_of,
    seal,
)
from retrieval.ledger.checkpoint import EVERY, Checkpoint, read_checkpoint, sign_checkpoint
from retrieval.ledger.errors import LedgerError
from retrieval.ledger.keys import Keys, PublicKey
from retrieval.ledger.merkle import Frontier, InclusionProof, prove
from retrieval.ledger.postgres import SCHEMES, PostgresStorage
from retrieval.ledger.receipt import Receipt
from retrieval.ledger.sqlite import SqliteStorage
from retrieval.ledger.storage import Storage, Transaction
from retrieval.ledger.verify import verify_rows

LEDGER_FILE = "ledger.sqlite"
"""A store's ledger, where no URL says otherwise."""

_REMEDY = "run 'boxed ledger verify'"


def open_ledger(location: str | Path, keys: Keys) -> ChainLedger:
    """The ledger at `location`, a file or a postgresql:// URL; made if missing. LedgerError."""
    storage = _storage(location)
    storage.prepare()
    return ChainLedger(storage, keys)


def verify_ledger(
    location: str | Path,
    public_key: PublicKey | None = None,
    *,
    receipts: Sequence[Receipt] = (),
    checkpoints: Sequence[Checkpoint] = (),
) -> Verdict:
    """Check a ledger without a private key; see `verify_rows`. LedgerError where there is none."""
    with _storage(location).reading() as at:
        return verify_rows(
            at.rows(), at.checkpoints(), public_key, receipts=receipts, checkpoints=checkpoints
        )


class ChainLedger:
    """A Ledger. Threads and processes may share it: its storage lets one writer in at a time."""

    def __init__(self, storage: Storage, keys: Keys) -> None:
        self._storage, self._keys = storage, keys

    def append(self, kind: str, body: Body, *, once: str = "") -> Entry:
        """See Ledger."""
        return self.append_at(kind, lambda _: body, once=once)

    def append_at(self, kind: str, build: Callable[[Position], Body], *, once: str = "") -> Entry:
        """See Ledger. A chain whose end is damaged is not continued: raises LedgerError."""
        with self._storage.writing() as at:
            if once and (done := at.find(kind, once)):
                return self._entry(done)
            last = at.last()
            self._refuse_damaged(last)
            position = Position(
                last.index + 1 if last else 1, last.hash if last else GENESIS, at.count(kind) + 1
            )
            row = seal(position, _now(), kind, once, build(position), self._keys)
            at.insert(row)
            if row.index % EVERY == 0:
                self._checkpoint(at)
            return entry_of(row)

    def entries(self) -> Iterator[Entry]:
        """See Ledger."""
        with self._storage.reading() as at:
            for row in at.rows():
                yield self._entry(row)

    def checkpoint(self) -> Checkpoint:
        """See Ledger."""
        with self._storage.writing() as at:
            return self._checkpoint(at)

    def prove(self, index: int) -> tuple[InclusionProof, Checkpoint]:
        """See Ledger."""
        with self._storage.writing() as at:
            pinned = self._newest(at)
            if pinned is None or pinned.size < index:
                pinned = self._checkpoint(at)
            if not 1 <= index <= pinned.size:
                problem = f"there is no entry {index}"
                raise LedgerError(self._storage.place, problem, f"it holds {pinned.size} entries")
            leaves = [bytes.fromhex(row.hash) for row in at.rows() if row.index <= pinned.size]
        return prove(leaves, index - 1), pinned

    def verify(
        self, *, receipts: Sequence[Receipt] = (), checkpoints: Sequence[Checkpoint] = ()
    ) -> Verdict:
        """See Ledger."""
        key = self._keys.public_key
        with self._storage.reading() as at:
            return verify_rows(
                at.rows(), at.checkpoints(), key, receipts=receipts, checkpoints=checkpoints
            )

    def close(self) -> None:
        """See Ledger."""
        self._storage.close()

    def _checkpoint(self, at: Transaction) -> Checkpoint:
        newest = self._newest(at)
        tree = newest.frontier() if newest else Frontier()
        head = newest.head if newest else GENESIS
        for row in at.rows(after=tree.size):
            tree.add(bytes.fromhex(row.hash))
            head = row.hash
        if newest is not None and newest.size == tree.size:
            return newest
        if not tree.size:
            raise LedgerError(self._storage.place, "is empty", "there is nothing to pin yet")
        made = sign_checkpoint(tree, head, datetime.now(UTC), self._keys)
        at.insert_checkpoint(made.size, made.file_bytes().decode("ascii"))
        return made

    def _newest(self, at: Transaction) -> Checkpoint | None:
        record = at.last_checkpoint()
        if record is None:
            return None
        try:
            newest = read_checkpoint(record)
        except ValueError:
            newest = None
        if newest is None or not newest.signed_by(self._keys.public_key):
            problem = "the newest checkpoint is damaged or signed by another key"
            raise LedgerError(self._storage.place, problem, _REMEDY)
        return newest

    def _refuse_damaged(self, last: Row | None) -> None:
        if last and (fault := fault_of(last, last.index, last.previous, self._keys.public_key)):
            raise LedgerError(self._storage.place, fault, _REMEDY)

    def _entry(self, row: Row) -> Entry:
        try:
            return entry_of(row)
        except ValueError:
            raise LedgerError(
                self._storage.place, f"entry {row.index} is damaged", _REMEDY
            ) from None


def _storage(location: str | Path) -> Storage:
    if isinstance(location, str) and location.startswith(SCHEMES):
        return PostgresStorage(location)
    if isinstance(location, str) and "://" in location:
        problem = f"a ledger is a file or a {SCHEMES[0]} URL"
        raise LedgerError(location.split("://")[0] + "://…", problem, "name one of these")
    return SqliteStorage(Path(location))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
