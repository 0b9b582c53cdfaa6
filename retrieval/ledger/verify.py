"""Checks that need no private key: a receipt by itself, and a ledger from its first entry on."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from retrieval.ledger.canonical import parse
from retrieval.ledger.chain import GENESIS, Row, Verdict, entry_of, fault_of, signer_of
from retrieval.ledger.checkpoint import EVERY, Checkpoint, read_checkpoint
from retrieval.ledger.keys import PublicKey
from retrieval.ledger.merkle import Frontier
from retrieval.ledger.receipt import KIND, Receipt

_OWN_KEY = "which it names itself: compare that with the key you were given"


def read_receipt(data: bytes) -> Receipt:
    """A receipt from its file. Raises ValueError, which quotes nothing, when it is none."""
    try:
        return Receipt.model_validate(parse(data))
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the whole"
        raise ValueError(f"{field} is not as a receipt has it") from None
    except ValueError:
        raise ValueError("it is no JSON") from None


def verify_receipt(data: bytes, public_key: PublicKey | None = None) -> Verdict:
    """Whether `data`, a receipt file, is byte for byte what `public_key` signed.

    Without a key the one in the receipt is used: that shows that nothing was changed since it was
    signed, not by whom.
    """
    try:
        receipt = read_receipt(data)
    except ValueError as error:
        return Verdict(False, f"this is no receipt as it was issued: {error}")
    if receipt.file_bytes() != data:
        return Verdict(False, "the file is not written as receipts are: it was changed")
    named = PublicKey(receipt.public_key)
    if public_key is not None and named != public_key:
        return Verdict(False, f"it was signed by another key, {named.hex}")
    if not named.verifies(receipt.signature, receipt.signed_bytes()):
        return Verdict(False, "the signature does not fit: the receipt was changed")
    trust = "" if public_key else f", {_OWN_KEY}"
    return Verdict(True, f"receipt {receipt.number} is as it was signed by {named.hex}{trust}")


def verify_rows(
    rows: Iterable[Row],
    stored: Iterable[str],
    public_key: PublicKey | None = None,
    *,
    receipts: Sequence[Receipt] = (),
    checkpoints: Sequence[Checkpoint] = (),
) -> Verdict:
    """Whether `rows` are a whole chain signed by `public_key`, or by the key that they name.

    Every checkpoint that the ledger stores, and every one in `checkpoints`, must fit; every
    receipt in it must be valid and numbered without a gap; every one in `receipts` must be in it.
    """
    try:
        check = _Check(public_key, stored, checkpoints)
        for row in rows:
            check.row(row)
        check.end(receipts)
    except _Fault as fault:
        return Verdict(False, str(fault))
    return Verdict(True, check.summary())


class _Fault(Exception):
    """The first thing that is wrong, in a sentence."""


def _digest(receipt: Receipt) -> str:
    return hashlib.sha256(receipt.file_bytes()).hexdigest()


def _stored_checkpoint(record: str) -> Checkpoint:
    try:
        one = read_checkpoint(record)
    except ValueError:
        raise _Fault("a stored checkpoint is damaged") from None
    if one.file_bytes() != record.encode("utf-8", "replace"):
        raise _Fault("a stored checkpoint is not written as checkpoints are")
    return one


class _Check:
    """One pass over a ledger; memory grows with its receipts' hashes and checkpoints alone."""

    def __init__(
        self, key: PublicKey | None, stored: Iterable[str], held: Sequence[Checkpoint]
    ) -> None:
        self.key, self.trusted = key, key is not None
        self.tree, self.head = Frontier(), GENESIS
        self.receipts: dict[str, str] = {}
        kept = [_stored_checkpoint(record) for record in stored]
        self.stored = {one.size for one in kept}
        self.due = defaultdict[int, list[Checkpoint]](list)
        for one in [*kept, *held]:
            self.due[one.size].append(one)

    def row(self, row: Row) -> None:
        """The next entry. Raises _Fault."""
        index = self.tree.size + 1
        try:
            self.key = self.key or signer_of(row)
        except ValueError:
            raise _Fault(f"entry {index} is damaged") from None
        if fault := fault_of(row, index, self.head, self.key):
            raise _Fault(fault)
        self.head = row.hash
        self.tree.add(bytes.fromhex(row.hash))
        if row.kind == KIND:
            self._receipt(row)
        if index % EVERY == 0 and index not in self.stored:
            raise _Fault(f"the checkpoint over {index} entries is missing")
        for one in self.due.pop(index, []):
            self._checkpoint(one)

    def _receipt(self, row: Row) -> None:
        try:
            receipt = Receipt.model_validate(entry_of(row).body)
        except ValueError:
            raise _Fault(f"entry {row.index} holds no valid receipt") from None
        number = f"R-{len(self.receipts) + 1:06d}"
        if receipt.number != number or receipt.previous != row.previous:
            raise _Fault(f"entry {row.index} holds receipt {receipt.number}, not {number}")
        if not verify_receipt(receipt.file_bytes(), self.key).ok:
            raise _Fault(f"receipt {number} in entry {row.index} has no valid signature")
        self.receipts[number] = _digest(receipt)

    def _checkpoint(self, one: Checkpoint) -> None:
        if self.key is None or not one.signed_by(self.key):
            raise _Fault(f"the checkpoint over {one.size} entries has no valid signature")
        if one.head != self.head or one.root != self.tree.root().hex():
            raise _Fault(f"the first {one.size} entries are not those of their checkpoint")

    def end(self, held: Sequence[Receipt]) -> None:
        """After the last entry: what was there once must be there still. Raises _Fault."""
        if self.due:
            missing = max(self.due)
            raise _Fault(
                f"entries were removed: a checkpoint covers {missing}, {self.tree.size} are left"
            )
        for receipt in held:
            if self.receipts.get(receipt.number) != _digest(receipt):
                raise _Fault(
                    f"receipt {receipt.number} is not in this ledger: it was removed, or replaced"
                )

    def summary(self) -> str:
        """What was found in order."""
        if self.key is None:
            return "the ledger is empty"
        said = (
            f"{self.tree.size} entries in one chain, {len(self.receipts)} receipts, "
            f"{len(self.stored)} checkpoints, all signed by {self.key.hex}"
        )
        return said if self.trusted else f"{said}, {_OWN_KEY}"
