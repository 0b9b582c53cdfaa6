"""Finish what killed processes left of forget requests, before anything else is asked of the store.

    done = finish_cut_short(store, settings, request)     # None: this request is still to be made

What a job has deleted already is found by no closure, so the same request made again has to finish
its job first, and is then done.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boxed.forgetting.records import Records
from boxed.forgetting.request import Forgotten, note_of, open_desk, record_id, settle
from boxed.settings import Settings
from boxed.store.opening import records_of
from retrieval.closure import ForgetRequest

if TYPE_CHECKING:
    from retrieval.chroma.store import ChromaStore

__all__ = ["cut_short", "finish_cut_short"]


def cut_short(store: ChromaStore, settings: Settings) -> bool:
    """Whether a process was killed, or failed, in the middle of a request. Changes nothing."""
    place = records_of(store.location, settings)
    return any(place.jobs.glob("*")) or any(record.open for record in Records(place).all())


def finish_cut_short(
    store: ChromaStore, settings: Settings, request: ForgetRequest | None = None
) -> Forgotten | None:
    """Finish it all; what came of ``request`` if it was among that.

    Raises StoreError, LedgerError, FingerprintError.
    """
    if not cut_short(store, settings):
        return None
    with open_desk(store, settings) as desk:
        receipts = {receipt.number: receipt for receipt in settle(desk)}
        record = desk.records.get(record_id(desk, request)) if request else None
        if request is None or record is None or not record.receipts:
            return None
        receipt = receipts.get(record.receipts[-1])
        if receipt is None:
            return None
        policy = Path(record.policies[-1]) if record.policies else None
        file = desk.records.receipt_file(receipt.number)
        return Forgotten(receipt, file, policy, note_of(request, policy))
