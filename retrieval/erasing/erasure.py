"""Erase records so that no byte of them is left in the store's files, and certify what was seen.

    request = ErasureRequest(ids=("5f0c…",), redactions=(("77ab…", "The text that stays."),))
    receipt = erase(store, request, ledger, keys)
    resume(store, ledger, keys)          # after a start: finishes what a killed process left

A job is planned, its redacted texts are replaced, the rows are deleted, the files purged, every
file of the store scanned, and a receipt issued. Each step can be taken again with the same result,
so a process that is killed at any moment leaves a job that `resume` brings to the same end. The
receipt says 'physical' only where the scan found nothing; a server's files cannot be scanned.
"""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from retrieval.chroma.purge import ChromaFiles, clear_fresh_files, overwrite
from retrieval.chroma.reach import find_again
from retrieval.chroma.store import COLLECTION, ChromaStore
from retrieval.erasing.asked import ErasureRequest
from retrieval.erasing.job import Job, Jobs, Replacement, Scanned, new_id, trigrams_of
from retrieval.erasing.scan import (
    SHORTEST,
    Finder,
    PatternBuilder,
    Patterns,
    ScannedFile,
    files_below,
    scan_file,
)
from retrieval.ledger.canonical import Json
from retrieval.ledger.issuing import issue_receipt
from retrieval.ledger.keys import Keys
from retrieval.ledger.protocol import Ledger
from retrieval.ledger.receipt import (
    UNSEEN,
    FileScan,
    Receipt,
    ReceiptDraft,
    TableCount,
)
from retrieval.records import Chunk, chunk_id, digest
from retrieval.store import LocalStore, StoreError
from retrieval.store_folder import unread_fault

__all__ = ["ErasureRequest", "abandon", "erase", "resume"]

OnStep = Callable[[str], None]
_SERVER_NOTE = "not possible: the disk belongs to the server"
_DIGESTS = (
    "the SHA-256 of a whole document, which its chunks bear: where only a part of it went, whoever "
    "has the rest can test guesses about that part"
)
_KEPT_PRIVATE = "the private keys in keys/, which no content enters and whose digests stay private"


def erase(
    store: ChromaStore,
    request: ErasureRequest,
    ledger: Ledger,
    keys: Keys,
    *,
    records: LocalStore | None = None,
    on_step: OnStep | None = None,
) -> Receipt:
    """Erase the records and redact the others; a redacted record gets the id of its new text.

    ``records`` is where the ledger of a server's store is kept, and so the job: without it what is
    cut short on a server cannot be finished. ``on_step`` hears 'planned', 'replaced', 'deleted',
    'vectors', 'copied', 'database', 'purged', 'scanned', 'issued', 'certified'. Raises StoreError
    with nothing changed where an id is unknown, and ValueError where a redaction changes nothing;
    later ones, and LedgerError, leave a job that `resume` finishes.
    """
    tell = on_step or _nobody
    chunks = {chunk.id: chunk for chunk in store.select(ids=request.all_ids)}
    missing = sum(id not in chunks for id in request.all_ids)
    if missing:
        raise StoreError(
            store.location, f"holds no record under {missing} of the ids", "select them anew"
        )
    old = [chunks[id] for id in request.all_ids]
    new = [_redacted(chunks[id], text) for id, text in request.redactions]
    if any(chunk.id in chunks for chunk in new):
        raise ValueError("a redaction leaves its text as it is; leave it out")
    draft = _job(request, old, new, keys)
    if not isinstance(store.location, LocalStore):
        return _begin_on_server(store, records, draft, ledger, keys)
    jobs = Jobs(store.location)
    jobs.tidy()
    job = _plan(store, store.location, jobs, draft, old, request.spellings)
    tell("planned")
    return _run(store, store.location, jobs, job, ledger, keys, tell)


def resume(
    store: ChromaStore,
    ledger: Ledger,
    keys: Keys,
    *,
    records: LocalStore | None = None,
    on_step: OnStep | None = None,
) -> list[Receipt]:
    """Finish every job that was cut short; their receipts. Raises StoreError, LedgerError.

    ``records`` as for `erase`.
    """
    if not isinstance(store.location, LocalStore):
        jobs = Jobs(records) if records is not None else None
        return [
            _run_on_server(store, jobs, job, ledger, keys)
            for job in (jobs.unfinished() if jobs else ())
            if job.server == str(store.location)
        ]
    jobs = Jobs(store.location)
    return [
        _run(store, store.location, jobs, job, ledger, keys, on_step or _nobody)
        for job in jobs.unfinished()
    ]


def abandon(store: ChromaStore, commitment: str) -> bool:
    """Give up the waiting job with this commitment, where nothing was deleted; whether it was.

    On a server parts may be overwritten already: there a job can only be finished. Raises
    StoreError.
    """
    if not isinstance(store.location, LocalStore):
        return False
    jobs = Jobs(store.location)
    for job in jobs.unfinished():
        begun = job.step not in ("planned", "replaced") or len(store.known(job.ids)) < len(job.ids)
        if commitment not in job.commitments or begun:
            continue
        # First, so that a job that is killed here and resumed puts them back.
        jobs.put(job.model_copy(update={"step": "planned"}))
        store.delete([replacement.id for replacement in job.replacements])
        jobs.finish(job)
        return True
    return False


def _nobody(_: str) -> None:
    """Nobody listens."""


def _redacted(old: Chunk, text: str) -> Chunk:
    id = chunk_id(text, old.document_sha256, old.offset)
    return replace(old, id=id, text=text, sha256=digest(text))


def _job(request: ErasureRequest, old: Sequence[Chunk], new: Sequence[Chunk], keys: Keys) -> Job:
    asked: Json = {
        "ids": sorted(request.ids),
        "redactions": sorted([id, text] for id, text in request.redactions),
    }
    return Job(
        id=new_id(),
        ids=request.all_ids,
        replacements=tuple(Replacement.model_validate(_fields(chunk)) for chunk in new),
        erased=len(request.ids),
        redacted=len(request.redactions),
        commitments=tuple(keys.commit_record(chunk.id, chunk.text) for chunk in old),
        request_commitment=keys.commit_request(asked),
        before={},
        searched=request.searched,
        undecided=request.undecided,
    )


def _fields(chunk: Chunk) -> dict[str, Any]:
    return {**asdict(replace(chunk, metadata={})), "metadata": dict(chunk.metadata)}


def _chunk(replacement: Replacement) -> Chunk:
    return Chunk(**replacement.model_dump())


def _plan(
    store: ChromaStore,
    place: LocalStore,
    jobs: Jobs,
    job: Job,
    old: Sequence[Chunk],
    spellings: Sequence[str],
) -> Job:
    """Gather what will be sought while the files still hold it, and put the job on disk."""
    sought = PatternBuilder()
    for spelling in spellings:
        sought.add(spelling.encode(errors="replace"))
    numbers = {id: number for number, id in enumerate(job.ids)}
    with store.offline():
        files = ChromaFiles(place, COLLECTION)
        for part in files.remains(job.ids):
            of_text = numbers[part.id] if part.kind == "text" else None
            sought.add(part.value, record=of_text)
        job = job.model_copy(update={"before": files.counts()})
        patterns = sought.build()
        # The same words may stand in what the ledger or a receipt says: not of these records.
        own = Finder(patterns).find_all(_read_own(place))
        jobs.start(job, patterns.without(own), trigrams_of([chunk.text for chunk in old]))
    return job


def _read_own(place: LocalStore) -> Iterator[bytes]:
    """What the store's own records say before the job: they hold no content of any record."""
    try:
        for path in files_below(place.path, skipped=[place.chroma, place.jobs, place.keys]):
            name = path.relative_to(place.path).parts[0]
            if name in {"receipts", "requests", "boxed.json"} or name.startswith(
                (place.ledger.name, place.fingerprints.name)
            ):
                yield path.read_bytes()
    except OSError as error:
        raise unread_fault(place, error) from error


def _run(
    store: ChromaStore,
    place: LocalStore,
    jobs: Jobs,
    job: Job,
    ledger: Ledger,
    keys: Keys,
    tell: OnStep,
) -> Receipt:
    """Take a job from where it is to its receipt."""

    def at(step: str, **changes: Any) -> Job:
        done = job.model_copy(update={"step": step, **changes})
        jobs.put(done)
        tell(step)
        return done

    if job.step == "planned":
        store.add([_chunk(replacement) for replacement in job.replacements])
        job = at("replaced")
    if job.step != "scanned":
        with store.offline():
            files = ChromaFiles(place, COLLECTION)
            if job.step == "replaced":
                files.delete(job.ids)
                job = at("deleted", ids=(), replacements=())
            # Also after a purge that was cut short of its scan: Chroma may have run since.
            files.purge(tell)
            job = at("purged")
            job = at("scanned", **_scan(place, files, jobs, job))
    clear_fresh_files(store)
    job = _looked_for(store, job)
    receipt = issue_receipt(_draft(job), ledger, keys, job=job.id)
    tell("issued")
    jobs.finish(job)
    tell("certified")
    return receipt


def _looked_for(store: ChromaStore, job: Job) -> Job:
    """With what became of the records that stay: whether each is still found by its vector."""
    return job.model_copy(update={"index": find_again(store).told})


def _scan(place: LocalStore, files: ChromaFiles, jobs: Jobs, job: Job) -> dict[str, Any]:
    sought, trigrams = jobs.sought(job)
    dead, gone = files.dead_postings(trigrams)
    own = sought.without(Finder(sought).find_all(files.held()))
    # The job's own hashes are destroyed when it ends; their digest would be one of content.
    skipped = [place.lock, place.keys, *jobs.secrets(job)]
    scanned = _scan_files(place, own, skipped, dead)
    if any(file.hits for file in scanned):
        # Equal texts have equal vectors: only now is it worth reading those of every survivor.
        own = own.without(Finder(own).find_all(files.held_vectors()))
        scanned = _scan_files(place, own, skipped, dead)
    note = _note(job, sought, own, gone)
    return {"scan": scanned, "note": note, "after": files.counts()}


def _scan_files(
    place: LocalStore, own: Patterns, skipped: Sequence[Path], dead: int
) -> tuple[Scanned, ...]:
    # Short values could be words of the job's own file or of the ledger's: sought in Chroma's only.
    near, far = Finder(own), Finder(own, short=False)
    scanned: list[Scanned] = []
    try:
        for path in files_below(place.path, skipped=skipped):
            name = path.relative_to(place.path).as_posix()
            found = scan_file(path, name, near if path.is_relative_to(place.chroma) else far)
            in_index = dead if path.parent == place.chroma and path.suffix == ".sqlite3" else 0
            scanned.append(_entry(found, in_index))
    except OSError as error:
        raise unread_fault(place, error) from error
    return tuple(scanned)


def _entry(found: ScannedFile, more: int) -> Scanned:
    return Scanned(file=found.file, bytes=found.bytes, sha256=found.sha256, hits=found.hits + more)


def _note(job: Job, sought: Patterns, own: Patterns, trigrams: int) -> str:
    alike = job.erased + job.redacted - own.records()
    return (
        f"{own.count} byte patterns of text, ids, metadata and vectors and {trigrams} trigrams "
        f"sought; left out: {sought.count - own.count} that surviving records hold too, "
        f"{sought.vague} values under {SHORTEST} bytes; records with no text of their own: {alike}"
    )


def _draft(job: Job) -> ReceiptDraft:
    clean = bool(job.scan) and not any(file.hits for file in job.scan)
    tables = [
        TableCount(name=name, before=rows, after=job.after.get(name, 0))
        for name, rows in job.before.items()
    ]
    return ReceiptDraft(
        issued=datetime.now(UTC),
        store="local" if job.scan else "server",
        request_commitment=job.request_commitment,
        erased=job.erased,
        redacted=job.redacted,
        commitments=job.commitments,
        tables=tuple(tables),
        scan=tuple(FileScan(**file.model_dump()) for file in job.scan),
        scan_note=job.note,
        scope="physical" if clean else "logical",
        exclusions=(*UNSEEN, _DIGESTS, *([_KEPT_PRIVATE] if job.scan else [])),
        searched=job.searched or None,
        undecided=job.undecided if job.searched else None,
        index=job.index or None,
        versions={
            "boxed": version("boxed"),
            "chromadb": version("chromadb"),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
        },
    )


def _begin_on_server(
    store: ChromaStore, records: LocalStore | None, job: Job, ledger: Ledger, keys: Keys
) -> Receipt:
    jobs = Jobs(records) if records is not None else None
    begun = {"server": str(store.location), "before": {"embeddings": store.count()}}
    job = job.model_copy(update={**begun, "note": _SERVER_NOTE})
    if jobs is not None:
        jobs.tidy()
        jobs.begin(job)
    return _run_on_server(store, jobs, job, ledger, keys)


def _run_on_server(
    store: ChromaStore, jobs: Jobs | None, job: Job, ledger: Ledger, keys: Keys
) -> Receipt:
    """What a server's interface allows: overwrite, delete, and look whether the ids are gone."""
    if job.step == "planned":
        store.add([_chunk(replacement) for replacement in job.replacements])
        overwrite(store, job.ids)
        store.delete(job.ids)
        left = len(store.known(job.ids))
        if left:
            raise StoreError(store.location, f"still holds {left} of the records", "try again")
        done = {"step": "deleted", "ids": (), "replacements": ()}
        job = job.model_copy(update={**done, "after": {"embeddings": store.count()}})
        if jobs is not None:
            jobs.put(job)
    job = _looked_for(store, job)
    receipt = issue_receipt(_draft(job), ledger, keys, job=job.id)
    if jobs is not None:
        jobs.finish(job)
    return receipt
