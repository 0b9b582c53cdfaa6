"""One step of `evals.bench.erase`: `python -m evals.bench.erase_process fill|erase|rebuild FOLDER`.

`fill FOLDER CHUNKS SUBJECT` makes a store and a copy of it. Prints one line of JSON.
"""

from __future__ import annotations

import hashlib
import resource
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from threadpoolctl import threadpool_limits

from evals.bench.coined import ordinary_words
from guards.verdicts import Vectors
from retrieval.chroma.store import ChromaStore, open_store
from retrieval.closure import ForgetRequest, closure
from retrieval.erasing.erasure import ErasureRequest, erase
from retrieval.ledger.keys import open_keys
from retrieval.ledger.ledger import open_ledger, verify_ledger
from retrieval.ledger.verify import verify_receipt
from retrieval.records import Chunk, chunk_of, digest
from retrieval.store import LocalStore

SUBJECT = "Tovelka Brinasdorn"
_WORDS = 120
_PER_DOCUMENT = 10
_PAGE = 1000
# What is told between two of these belongs to the second.
_STEPS = {
    "planned": "plan",
    "replaced": "plan",
    "deleted": "delete",
    "vectors": "purge",
    "copied": "purge",
    "database": "purge",
    "purged": "purge",
    "scanned": "scan",
    "issued": "certify",
    "certified": "certify",
}


def unit_vectors(texts: Sequence[str]) -> Vectors:
    """A pseudo-random unit vector for each text, the same every time: float32 (n, 384)."""
    rows = np.empty((len(texts), 384), np.float32)
    for row, text in zip(rows, texts, strict=True):
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        row[:] = np.random.default_rng(seed).standard_normal(384, np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def chunks(count: int, subject: int) -> Iterator[Chunk]:
    """Coined documents of ten chunks; the last ``subject`` chunks name the subject."""
    for number in range(count):
        body = " ".join(ordinary_words(_WORDS, seed=number))
        about = f"{SUBJECT} wrote of it. " if number >= count - subject else ""
        text = f"Note {number:07}. {about}{body}"
        document = f"document-{number // _PER_DOCUMENT}"
        yield chunk_of(
            text,
            document=document,
            source="bench",
            offset=number % _PER_DOCUMENT * 1000,
            document_sha256=digest(document),
        )


def fill(folder: Path, count: int, subject: int) -> dict[str, Any]:
    """Make the store, and the copy that will be rebuilt."""
    began = time.perf_counter()
    with open_store(folder / "store", unit_vectors) as store:
        page: list[Chunk] = []
        for chunk in chunks(count, subject):
            page.append(chunk)
            if len(page) == _PAGE:
                store.add(page)
                page = []
        store.add(page)
    seconds = time.perf_counter() - began
    shutil.copytree(folder / "store", folder / "copy")
    return {"seconds": seconds}


def forget(folder: Path) -> dict[str, Any]:
    """Closure, erasure and check of the subject."""
    place = LocalStore(folder / "store")
    keys = open_keys(place.keys)
    ledger = open_ledger(place.ledger, keys)
    steps: dict[str, float] = {}
    with open_store(place.path, unit_vectors) as store:
        began = time.perf_counter()
        found = closure(store, ForgetRequest(subject=SUBJECT), unit_vectors)
        closed = time.perf_counter() - began
        (folder / "gone").write_bytes(orjson.dumps(found.erase))
        last = time.perf_counter()

        def told(step: str) -> None:
            nonlocal last
            now = time.perf_counter()
            name = _STEPS[step]
            steps[name] = steps.get(name, 0.0) + now - last
            last = now

        request = ErasureRequest(found.erase, found.redactions)
        receipt = erase(store, request, ledger, keys, on_step=told)
    ledger.close()
    began = time.perf_counter()
    verified = verify_receipt(receipt.file_bytes(), keys.public_key)
    chain = verify_ledger(place.ledger, keys.public_key, receipts=[receipt])
    if not (verified.ok and chain.ok):
        raise RuntimeError(f"the receipt does not verify: {verified.reason}; {chain.reason}")
    return {
        "gone": len(found.items),
        "closure": closed,
        "steps": steps,
        "verify": time.perf_counter() - began,
        "scope": receipt.scope,
        "scanned": sum(file.bytes for file in receipt.scan),
        "hits": sum(file.hits for file in receipt.scan),
        "memory": _peak(),
    }


def rebuild(folder: Path) -> dict[str, Any]:
    """The other chunks with their vectors into a new store, which takes the place of the old."""
    gone = frozenset(orjson.loads((folder / "gone").read_bytes()))
    began = time.perf_counter()
    ready: dict[str, Any] = {}

    def known(texts: Sequence[str]) -> Vectors:
        return np.stack([ready[text] for text in texts])

    with (
        open_store(folder / "copy", unit_vectors) as old,
        open_store(folder / "new", known) as new,
    ):
        for page in _pages(old, gone):
            vectors = old.vectors([chunk.id for chunk in page])
            ready = {chunk.text: row for chunk, row in zip(page, vectors, strict=True)}
            new.add(page)
    shutil.rmtree(folder / "copy")
    (folder / "new").rename(folder / "copy")
    return {"seconds": time.perf_counter() - began, "memory": _peak()}


def _pages(store: ChromaStore, gone: frozenset[str]) -> Iterator[list[Chunk]]:
    page: list[Chunk] = []
    for chunk in store.select():
        if chunk.id not in gone:
            page.append(chunk)
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page


def _peak() -> float:
    """Peak memory of this process in MiB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)


def main(words: Sequence[str]) -> None:
    """Run the step that the words name and print its line."""
    # As a real embedder does in the product: idle BLAS threads take the processor from busy ones.
    threadpool_limits(1, user_api="blas")
    step, folder = words[0], Path(words[1])
    if step == "fill":
        done = fill(folder, int(words[2]), int(words[3]))
    else:
        done = {"erase": forget, "rebuild": rebuild}[step](folder)
    sys.stdout.buffer.write(orjson.dumps(done) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
