"""Issuing a receipt: numbered, signed and appended to the ledger, all of it or nothing."""

from __future__ import annotations

from retrieval.ledger.canonical import Body
from retrieval.ledger.chain import Position
from retrieval.ledger.keys import Keys
from retrieval.ledger.protocol import Ledger
from retrieval.ledger.receipt import KIND, Receipt, ReceiptDraft, sign_receipt


def issue_receipt(draft: ReceiptDraft, ledger: Ledger, keys: Keys, *, job: str) -> Receipt:
    """Number, sign and append a receipt in one step that either happens or does not.

    A job that was killed after it may call again: the same `job` (an opaque id) gets the receipt
    that it was issued before, whatever the draft says now. Raises LedgerError.
    """

    def at(position: Position) -> Body:
        number = f"R-{position.ordinal:06d}"
        return sign_receipt(draft, number, position.previous, keys).body()

    return Receipt.model_validate(ledger.append_at(KIND, at, once=job).body)
