"""One forget request from its closure to its receipt, and back as far as there is a way back.

    with open_desk(store, settings) as desk:
        found = closure(store, request, embed)                # what goes, and why: changes nothing
        done = forget(desk, request, found, policies=folder)  # policy, erasure, receipt
        withdraw(desk, done.receipt.number)                   # the policy; what is erased is gone

The policy is in force before the first byte is erased, so whatever is cut short leaves the subject
suppressed. Every step can be taken again: `settle` finishes what a killed process left.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from boxed.forgetting.alone import alone_at
from boxed.forgetting.policy import NO_POLICY, file_for, policy_text, remove_policy, write_policy
from boxed.forgetting.records import Marked, Record, Records
from boxed.settings import Settings, SettingsError
from boxed.store.opening import records_of
from guards.names.forms import forms_of
from guards.names.seal import SealKey
from prompts.errors import BookError
from retrieval.closure import Closure, ForgetRequest
from retrieval.closure.quotations import removed
from retrieval.erasing.erasure import ErasureRequest, abandon, erase, resume
from retrieval.erasing.fingerprints import Fingerprints, Marks
from retrieval.ledger.keys import Keys, open_keys
from retrieval.ledger.ledger import open_ledger
from retrieval.ledger.protocol import Ledger
from retrieval.ledger.receipt import KIND, Receipt
from retrieval.records import Chunk
from retrieval.store import LocalStore
from retrieval.store_folder import require_space

if TYPE_CHECKING:
    from retrieval.chroma.store import ChromaStore

__all__ = [
    "Desk",
    "Forgotten",
    "Withdrawn",
    "forget",
    "note_of",
    "open_desk",
    "record_id",
    "settle",
    "withdraw",
]

POLICY, WITHDRAWAL = "policy", "withdrawal"
_ID_DIGITS = 12
OnStep = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Desk:
    """What forget requests on one store are carried out with; ``place`` holds all but the store."""

    store: ChromaStore
    keys: Keys
    ledger: Ledger
    prints: Fingerprints
    records: Records
    place: LocalStore


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A request carried out. ``policy`` is None where ``note`` says why there is none."""

    receipt: Receipt
    receipt_file: Path
    policy: Path | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A request taken back; ``entry`` is the ledger's index of the withdrawal.

    ``policies`` are the files that were removed, ``absent`` those that were not where they had been
    written: where their folder was moved, they may be in force still.
    """

    receipt: str
    policies: tuple[str, ...]
    entry: int
    absent: tuple[str, ...] = ()


@contextmanager
def open_desk(store: ChromaStore, settings: Settings) -> Generator[Desk]:
    """The desk of an open store; makes keys, ledger and fingerprints where there are none yet.

    Raises LedgerError, FingerprintError.
    """
    place = records_of(store.location, settings)
    with alone_at(place, store.location):
        keys = open_keys(place.keys)
        ledger = open_ledger(_ledger(place, settings), keys)
        try:
            with open_prints(place, keys) as prints:
                yield Desk(store, keys, ledger, prints, Records(place), place)
        finally:
            ledger.close()


def open_prints(place: LocalStore, keys: Keys) -> Fingerprints:
    """The fingerprints of what was erased from a store."""
    return Fingerprints(place.fingerprints, bytes.fromhex(keys.commit("fingerprints", None)))


def _ledger(place: LocalStore, settings: Settings) -> str | Path:
    return place.ledger if settings.ledger is None else settings.ledger.get_secret_value()


def needs_folder(request: ForgetRequest, policies: Path | None, with_policy: bool) -> None:
    """Raise SettingsError where a policy is wanted and there is no folder of the user's for it."""
    if with_policy and policies is None and request.way not in NO_POLICY:
        raise SettingsError(
            "no prompt folder is set, so what the model itself knows would not be suppressed; name "
            "one with --policies, make one with 'boxed init', or give --no-policy to erase from "
            "the store alone"
        )


def forget(
    desk: Desk,
    request: ForgetRequest,
    found: Closure,
    *,
    policies: Path | None,
    seal: SealKey | None = None,
    on_policy: Callable[[], None] | None = None,
    on_step: OnStep | None = None,
) -> Forgotten:
    """Suppress what the request names, erase its closure, and keep the receipt.

    ``policies`` None writes no policy; ``seal`` seals it. ``on_policy`` is called as soon as the
    policy's file is there, before anything is erased. The closure must be of the store as it is.
    Raises BookError or SettingsError with nothing changed; OSError, StoreError and LedgerError may
    leave the policy in force and the erasure to be finished by `settle` or by the same request.
    """
    require_space(desk.store.location)
    settle(desk)
    record, before = _opened(desk, request)
    text = policy_text(_policy_id(record), request, seal) if policies else ""
    lost = list(desk.store.select(ids=[item.id for item in found.items]))
    marks = desk.prints.marks(_lost_texts(lost, dict(found.redactions)))
    token = desk.keys.commit_record(lost[0].id, lost[0].text) if lost else ""
    record = record.model_copy(update={"token": token, "marks": tuple(map(_flat, marks))})
    if policies is not None and text:
        record = _suppress(desk, record, before, policies, text)
        if on_policy is not None:
            on_policy()
    desk.records.put(record)
    desk.prints.record(_pending(record), marks)
    job = ErasureRequest(
        ids=found.erase,
        redactions=found.redactions,
        searched=found.searched,
        undecided=len(found.undecided),
        spellings=_spellings(request),
    )
    receipt = erase(desk.store, job, desk.ledger, desk.keys, records=desk.place, on_step=on_step)
    receipt_file = _finish(desk, record, receipt)
    policy = Path(record.policies[-1]) if record.policies else None
    return Forgotten(receipt, receipt_file, policy, note_of(request, policy))


def _spellings(request: ForgetRequest) -> tuple[str, ...]:
    """The names as the files are searched for them after the erasure."""
    forms = [form for name in request.names for form in forms_of(name)]
    cased = [way for form in forms for way in (form, form.lower(), form.upper())]
    return tuple(dict.fromkeys(cased))


def record_id(desk: Desk, request: ForgetRequest) -> str:
    """The id of a request's record: the same whenever it is made."""
    return desk.keys.commit("forget", request.model_dump(mode="json"))[:_ID_DIGITS]


def settle(desk: Desk) -> list[Receipt]:
    """Finish what killed processes left: erasures, their receipts' files, their fingerprints.

    Raises StoreError, LedgerError. The receipts that were missing until now.
    """
    resume(desk.store, desk.ledger, desk.keys, records=desk.place)
    waiting = [record for record in desk.records.all() if record.open]
    if not waiting:
        return []
    known = {number for record in desk.records.all() for number in record.receipts}
    fresh = [
        receipt
        for entry in desk.ledger.entries()
        if entry.kind == KIND
        for receipt in [Receipt.model_validate(entry.body)]
        if receipt.number not in known
    ]
    settled: list[Receipt] = []
    for record in waiting:
        own = [receipt for receipt in fresh if record.token in receipt.commitments]
        if own:
            _finish(desk, record, own[-1])
            settled.append(own[-1])
        else:
            # Nothing was erased; the policy stays in force until somebody withdraws it.
            desk.prints.lift(_pending(record))
            desk.records.put(record.model_copy(update=_CLOSED))
    return settled


def withdraw(desk: Desk, number: str, *, readmit: bool = False) -> Withdrawn:
    """Take back the policy that came with a receipt; what was erased stays erased.

    ``number`` is the receipt's, or the id of the policy where it has none yet. ``readmit`` lets the
    content be ingested again. An erasure that was cut short before its first delete is given up.
    The withdrawal is an entry of the ledger. Raises SettingsError where there is nothing to take
    back.
    """
    found = [
        record
        for record in desk.records.all()
        if number in record.receipts or number == _policy_id(record)
    ]
    if not found:
        raise SettingsError(
            f"no forget request of this store has the receipt {number}; its folder 'receipts' has "
            "those that there are"
        )
    record = found[0]
    # Content may be let in again also where there never was a policy, or is none any more.
    if not record.policies and not (readmit and record.receipts):
        raise SettingsError(
            f"the request of {number} has no policy in force to withdraw; with --readmit what it "
            "erased may be ingested again"
        )
    body = {
        "request": record.id,
        "receipts": list(record.receipts),
        "policies": [_commit(desk, policy) for policy in record.policies],
        "readmitted": readmit,
    }
    once = f"{record.id}-{record.run}" + "-readmit" * readmit
    entry = desk.ledger.append(WITHDRAWAL, body, once=once)
    gone = tuple(policy for policy in record.policies if remove_policy(Path(policy)))
    for receipt in record.receipts if readmit else ():
        desk.prints.lift(receipt)
    absent = tuple(policy for policy in record.policies if policy not in gone)
    record = record.model_copy(update={"policies": ()})
    if record.open and abandon(desk.store, record.token):
        desk.prints.lift(_pending(record))
        record = record.model_copy(update=_CLOSED)
    desk.records.put(record)
    return Withdrawn(number, gone, entry.index, absent)


_CLOSED = {"open": False, "marks": (), "token": ""}


def _opened(desk: Desk, request: ForgetRequest) -> tuple[Record, Record | None]:
    """The request's record, begun anew, and as it was; one with a policy in force keeps it."""
    id = record_id(desk, request)
    known = desk.records.get(id)
    if known is None:
        return Record(id=id), None
    return known.model_copy(update={"open": True, "run": known.run + 1}), known


def _suppress(
    desk: Desk, record: Record, before: Record | None, policies: Path, text: str
) -> Record:
    """Put the policy in force and into the ledger."""
    file = file_for(policies, _policy_id(record))
    own = tuple(dict.fromkeys((*record.policies, str(file))))
    record = record.model_copy(update={"policies": own})
    # Kept first: a policy that no record names could not be withdrawn.
    desk.records.put(record)
    try:
        write_policy(policies, file, text)
    except (BookError, OSError):
        desk.records.put(before or record.model_copy(update={**_CLOSED, "policies": ()}))
        raise
    body = {"request": record.id, "policy": _commit(desk, text)}
    desk.ledger.append(POLICY, body, once=f"{record.id}-{record.run}")
    return record


def _finish(desk: Desk, record: Record, receipt: Receipt) -> Path:
    """Keep the receipt's file and let the fingerprints name it."""
    marks = [Marks(bytes.fromhex(digest), pairs) for digest, pairs in record.marks]
    desk.prints.record(receipt.number, marks)
    desk.prints.lift(_pending(record))
    file = desk.records.keep_receipt(receipt.number, receipt.file_bytes())
    numbers = (*record.receipts, receipt.number)
    desk.records.put(record.model_copy(update={**_CLOSED, "receipts": numbers}))
    return file


def _commit(desk: Desk, value: str) -> str:
    return desk.keys.commit(POLICY, value)


def _policy_id(record: Record) -> str:
    return f"forgotten-{record.id}"


def _pending(record: Record) -> str:
    return f"pending-{record.id}"


def _flat(marks: Marks) -> Marked:
    return marks.digest.hex(), marks.pairs


def _lost_texts(lost: Iterable[Chunk], redactions: dict[str, str]) -> list[str]:
    """What goes of each document as one text: whole chunks in order, and what is cut out."""
    documents: dict[str, list[tuple[int, str]]] = {}
    for chunk in lost:
        stays = redactions.get(chunk.id)
        pieces = [chunk.text] if stays is None else removed(chunk.text, stays)
        own = documents.setdefault(chunk.document_sha256, [])
        own += [(chunk.offset, piece) for piece in pieces]
    return ["\n".join(text for _, text in sorted(own)) for own in documents.values()]


def note_of(request: ForgetRequest, policy: Path | None) -> str:
    """Why there is no policy; empty where there is one."""
    if policy is not None:
        return ""
    return NO_POLICY.get(request.way, "no policy was asked for")
