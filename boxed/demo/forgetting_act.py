"""The demo's last act: a store learns of somebody, forgets her, and proves it.

Everything is real (store, embedder, erasure, receipt, ledger) and lies in a folder that is thrown
away. The product is asked the same question before and after.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from boxed.api.chat import ChatRequest
from boxed.api.replies import text_of
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.deciding.trace import Step
from boxed.forgetting.request import Desk, Forgotten, forget, open_desk
from boxed.settings import Settings
from boxed.store.retrieving import Retriever, question_of
from boxed.store.shared import SharedStore
from guards.verdicts import Embed
from prompts.book import PolicyBook, load_book
from retrieval.chroma.store import ChromaStore, open_store
from retrieval.closure import ForgetRequest, closure
from retrieval.ingesting.ingest import ingest
from retrieval.ledger.verify import verify_receipt

__all__ = ["DIRECT", "QUESTION", "SUBJECT", "Act", "play"]

SUBJECT = "Orla Venn"
QUESTION = "Who was the first pilot of the ferry Grey Heron?"
DIRECT = f"Where was {SUBJECT} born?"
REQUEST = ForgetRequest(subject=SUBJECT, aliases=("O. Venn",))
GOES = frozenset({"orla-venn.txt", "letter-to-the-council.txt"})
ANSWERS = ("Venn was", "lighthouse", "Skerrow")


@dataclass(frozen=True, slots=True)
class Asked:
    """One asking: documents whose passages are near enough, the reply, and what was decided."""

    found: tuple[str, ...]
    reply: str
    decided: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """What happened; ``kept`` are documents of which every chunk is still there as it was."""

    chunks: int
    before: Asked
    reasons: Mapping[str, int]
    erased: int
    redacted: int
    scope: str
    scanned: int
    hits: int
    kept: tuple[str, ...]
    receipt: str
    receipt_holds: bool
    tampered_holds: bool
    refused_again: tuple[str, ...]
    after: Asked
    direct: Asked

    @property
    def failed(self) -> bool:
        """Did anything of it come out otherwise than promised?"""
        found = {*self.after.found, *self.direct.found}
        told = f"{self.after.reply} {self.direct.reply}"
        return (
            not self.receipt_holds
            or self.tampered_holds
            or self.hits > 0
            or not self.refused_again
            or bool(found & GOES)
            or any(word in told for word in ANSWERS)
        )


async def play(models: Models, embed: Embed, settings: Settings) -> Act:
    """Play it in a temporary folder, with a ledger of its own. Raises what its parts raise."""
    own = settings.model_copy(update={"ledger": None})
    with (
        tempfile.TemporaryDirectory(prefix="boxed-demo-") as folder,
        as_file(files("boxed.demo") / "corpus") as corpus,
    ):
        root = Path(folder)
        prompts = root / "prompts"
        (prompts / "policies").mkdir(parents=True)
        with open_store(root / "store", embed) as store, open_desk(store, own) as desk:
            return await _played(models, embed, desk, prompts, corpus)


async def _played(models: Models, embed: Embed, desk: Desk, prompts: Path, corpus: Path) -> Act:
    store = desk.store
    ingest([corpus], store, desk.prints)
    chunks = store.count()
    before = await _ask(models, load_book(prompts), embed, store, QUESTION)
    found = closure(store, REQUEST, embed)
    done = forget(desk, REQUEST, found, policies=prompts)
    kept = sorted({chunk.document for chunk in store.select()} - _touched(store))
    again = ingest([corpus], store, desk.prints)
    book = load_book(prompts)
    after = await _ask(models, book, embed, store, QUESTION)
    direct = await _ask(models, book, embed, store, DIRECT)
    receipt, data = done.receipt, done.receipt_file.read_bytes()
    return Act(
        chunks=chunks,
        before=before,
        reasons=dict(found.reasons),
        erased=receipt.erased,
        redacted=receipt.redacted,
        scope=receipt.scope,
        scanned=sum(file.bytes for file in receipt.scan),
        hits=sum(file.hits for file in receipt.scan),
        kept=tuple(kept),
        receipt=receipt.number,
        receipt_holds=verify_receipt(data, desk.keys.public_key).ok,
        tampered_holds=_tampered_holds(done, desk),
        refused_again=tuple(refusal.receipt for refusal in again.refused),
        after=after,
        direct=direct,
    )


async def _ask(
    models: Models, book: PolicyBook, embed: Embed, store: ChromaStore, question: str
) -> Asked:
    retriever = Retriever(SharedStore(store))
    box = Box(models, book, embed, retriever=retriever)
    request = ChatRequest({"model": "demo", "messages": [{"role": "user", "content": question}]})
    decision = await box.decide(request)
    passages = retriever.find(question_of(request))
    documents = tuple(dict.fromkeys(passage.chunk.document for passage in passages))
    return Asked(documents, text_of(decision.reply.body), tuple(decision.trace.steps))


def _touched(store: ChromaStore) -> set[str]:
    return {chunk.document for chunk in store.select() if "[removed]" in chunk.text}


def _tampered_holds(done: Forgotten, desk: Desk) -> bool:
    """Whether a copy that claims one record more still passes for the receipt."""
    receipt = done.receipt
    other = receipt.model_copy(update={"erased": receipt.erased + 1})
    return verify_receipt(other.file_bytes(), desk.keys.public_key).ok
