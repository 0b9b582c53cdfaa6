import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from cheap_embedder import cheap_embed
from places import PARTS

from retrieval.chroma.store import open_store
from retrieval.fake_store import FakeStore
from retrieval.ingesting.documents import Provenance
from retrieval.ingesting.ingest import Progress, ingest
from retrieval.records import Chunk
from retrieval.store import StoreError

KILLED_INGEST = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from cheap_embedder import cheap_embed
import retrieval.ingesting.ingest
from retrieval.chroma.store import open_store
from retrieval.ingesting.ingest import ingest
retrieval.ingesting.ingest.AT_ONCE = 100
def slow(texts):
    time.sleep(0.05)
    return cheap_embed(texts)
def tell(now):
    print(now.added, flush=True)
ingest([Path(sys.argv[1])], open_store(sys.argv[2], slow), None, tell)
"""


def letters(path: Path, number: int, words: int = 8) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for letter in range(number):
            text = " ".join(f"w{letter}x{word}." for word in range(words))
            file.write(json.dumps({"id": f"letter-{letter}", "text": text}) + "\n")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "long.txt").write_text(
        "\n\n".join(f"Paragraph {n}. " + "It rains. " * 40 for n in range(20))
    )
    (folder / "page.html").write_text("<h1>Jane Roe</h1><p>Born in Quito.")
    (folder / "copy.md").write_text("Jane Roe\n\nBorn in Quito.")
    (folder / "bad.txt").write_bytes(b"caf\xe9")
    letters(folder / "letters.jsonl", 40)
    return folder


def test_a_corpus_goes_in_once_with_its_provenance(tmp_path: Path, corpus: Path):
    steps: list[Progress] = []
    given = Provenance(holder="Roe estate", licence="CC-BY-4.0", subjects=("Jane Roe",))
    with open_store(tmp_path / "store", cheap_embed) as store:
        report = ingest([corpus], store, None, steps.append, given=given)
        assert report.documents == 43
        assert [fault.place for fault in report.faults] == [str(corpus / "bad.txt")]
        # The page and its copy have the same text: one record.
        assert (report.added, report.known) == (store.count(), 1)
        assert steps[-1].done == steps[-1].total == sum(f.stat().st_size for f in corpus.iterdir())
        assert steps[-1].added == report.added

        long = (corpus / "long.txt").read_text()
        chunks = list(store.select({"document": "long.txt"}))
        assert len(chunks) > 5
        for chunk in chunks:
            assert long[chunk.offset :].startswith(chunk.text)
            assert (chunk.source, chunk.holder, chunk.licence) == (
                str(corpus), "Roe estate", "CC-BY-4.0",
            )  # fmt: skip
            assert chunk.subjects == ("Jane Roe",)
        assert store.query("w7x1 w7x2 w7x3", 1)[0].chunk.document == "letter-7"

        again = ingest([corpus], store)
        assert (again.documents, again.added) == (43, 0)
        assert again.known == report.added + 1


def test_a_document_from_elsewhere_is_the_same_record(tmp_path: Path, corpus: Path):
    with open_store(tmp_path / "store", cheap_embed) as store:
        ingest([corpus], store)
        held = store.count()
        moved = corpus.rename(tmp_path / "moved")
        assert ingest([moved / "letters.jsonl"], store, given=Provenance("web")).added == 0
        (moved / "letters.jsonl").write_text('{"text": "Something new."}')
        assert ingest([moved], store).added == 1
        assert store.count() == held + 1


def test_subjects_that_are_given_later_are_added(tmp_path: Path):
    path = tmp_path / "letters.jsonl"
    lines = [
        {"id": "a", "text": "She kept bees.", "subjects": ["Ann Poe"]},
        {"id": "b", "text": "She kept bees.", "subjects": ["Jane Roe"]},
        {"id": "c", "text": "He kept geese."},
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    store = FakeStore(cheap_embed)
    report = ingest([path], store)
    assert (report.added, report.known) == (2, 1)
    assert [chunk.document for chunk in store.select({"subjects": "Jane Roe"})] == ["a"]
    report = ingest([path], store, given=Provenance(subjects=("Sam Low",)))
    assert (report.added, report.known) == (0, 3)
    bees, geese = store.select()
    assert (bees.document, bees.subjects) == ("a", ("Ann Poe", "Jane Roe", "Sam Low"))
    assert (geese.document, geese.subjects) == ("c", ("Sam Low",))


@pytest.mark.timeout(600)  # starts two processes that load Chroma
def test_a_killed_ingest_is_completed_by_the_next(tmp_path: Path):
    source = letters(tmp_path / "letters.jsonl", 450)
    place = tmp_path / "store"
    for wanted in (100, 200):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED_INGEST, source, place, PARTS],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= wanted - 100:
                time.sleep(0.04)
                os.kill(process.pid, signal.SIGKILL)
                break
        assert process.wait() == -signal.SIGKILL
    with open_store(place, cheap_embed) as store:
        before = store.count()
        assert 200 <= before < 450
        report = ingest([source], store)
        assert (report.documents, report.known, report.added) == (450, before, 450 - before)
        assert store.count() == 450
        chunks = list(store.select())
        assert {chunk.document for chunk in chunks} == {f"letter-{n}" for n in range(450)}
        for number in (0, 99, 100, 234, 449):
            text = next(store.select({"document": f"letter-{number}"})).text
            assert store.query(text, 1)[0].chunk.document == f"letter-{number}"


class Forgetful:
    """Refuses what speaks of Quito, as a guard would after an erasure."""

    def __init__(self) -> None:
        self.asked = 0

    def refusal(self, document_text: str, chunks: Sequence[Chunk]) -> str | None:
        self.asked += 1
        assert chunks
        assert all(chunk.text in document_text for chunk in chunks)
        return "R-000007" if "Quito" in document_text else None


def test_what_was_erased_is_refused_by_receipt_and_the_rest_goes_in(corpus: Path):
    store, guard = FakeStore(cheap_embed), Forgetful()
    report = ingest([corpus], store, guard)
    assert [(r.place, r.receipt) for r in report.refused] == [
        (f"{corpus}: copy.md", "R-000007"),
        (f"{corpus}: page.html", "R-000007"),
    ]
    assert report.documents == 41
    assert not [found for found in store.select() if "Quito" in found.text]
    asked = guard.asked
    ingest([corpus], store, guard)
    assert guard.asked == asked + 2, "what is stored already needs no guard"


def test_a_missing_path_stores_nothing(tmp_path: Path, corpus: Path):
    store = FakeStore(cheap_embed)
    with pytest.raises(FileNotFoundError):
        ingest([corpus, tmp_path / "nowhere"], store)
    assert store.count() == 0


def test_a_store_that_fails_midway_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("retrieval.ingesting.ingest.AT_ONCE", 50)
    source = letters(tmp_path / "letters.jsonl", 120)
    with open_store(tmp_path / "store", cheap_embed) as store:
        calls = []

        def stop(now: Progress) -> None:
            calls.append(now)
            raise StoreError(store.location, "the disk is full", "free some space")

        with pytest.raises(StoreError):
            ingest([source], store, None, stop)
        assert store.count() == 50
        assert ingest([source], store).added == 70
