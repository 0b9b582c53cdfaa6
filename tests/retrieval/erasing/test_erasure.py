"""The whole erasure: what is left, what the receipt says, and what a killed process leaves."""

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from byte_search import hits, own_needles
from cheap_embedder import cheap_embed
from killed_erasure import STEPS, request_of
from letters import letters, of_person
from places import PARTS, ROOT

import retrieval.chroma.store as chroma_store
import retrieval.erasing.erasure as erasure
from retrieval.chroma.purge import ChromaFiles
from retrieval.chroma.store import ChromaStore, open_store
from retrieval.erasing.erasure import ErasureRequest, erase, resume
from retrieval.ledger.keys import Keys, open_keys
from retrieval.ledger.ledger import ChainLedger, open_ledger
from retrieval.ledger.receipt import Receipt
from retrieval.ledger.verify import verify_receipt
from retrieval.records import Chunk, chunk_of, digest
from retrieval.store import StoreError

LETTERS = letters(80)
PERSON = 3
REQUEST = request_of(LETTERS, PERSON)
OWN = of_person(LETTERS, PERSON)
STAY = [chunk for chunk in LETTERS if chunk not in OWN]
LAST = OWN[-1]
HALF = REQUEST.redactions[0][1]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chroma_store, "SYNC_THRESHOLD", 30)
        patch.setattr(chroma_store, "BATCH_SIZE", 10)
        with open_store(folder, cheap_embed) as store:
            for at in range(0, len(LETTERS), 25):
                store.add(LETTERS[at : at + 25])
    keys = open_keys(folder / "keys")
    open_ledger(folder / "ledger.sqlite", keys).close()
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "store"))


@pytest.fixture
def store(folder: Path) -> Iterator[ChromaStore]:
    with open_store(folder, cheap_embed) as opened:
        yield opened


@pytest.fixture
def keys(folder: Path) -> Keys:
    return open_keys(folder / "keys")


@pytest.fixture
def ledger(folder: Path, keys: Keys) -> Iterator[ChainLedger]:
    opened = open_ledger(folder / "ledger.sqlite", keys)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def sought(filled: Path) -> set[bytes]:
    """What must be found nowhere: of the half that stays of the last letter, nothing counts."""
    kept = dataclasses.replace(LAST, text=HALF)
    return own_needles(filled, OWN, [*STAY, kept]) | {LAST.id.encode(), LAST.sha256.encode()}


def snapshot(store: ChromaStore, chunks: list[Chunk]) -> list[tuple[Chunk, bytes]]:
    ids = [chunk.id for chunk in chunks]
    rows = store.vectors(ids)
    return [(c, row.tobytes()) for c, row in zip(store.select(ids=ids), rows, strict=True)]


def receipts_of(ledger: ChainLedger) -> list[Receipt]:
    return [Receipt.model_validate(entry.body) for entry in ledger.entries()]


def test_erased_redacted_scanned_and_certified(
    store: ChromaStore, folder: Path, ledger: ChainLedger, keys: Keys, sought: set[bytes]
):
    assert {id.encode() for id in REQUEST.all_ids} <= {needle for _, needle in hits(folder, sought)}
    before = snapshot(store, STAY)
    steps: list[str] = []
    receipt = erase(store, REQUEST, ledger, keys, on_step=steps.append)
    assert steps == [*STEPS, "certified"]
    assert hits(folder, sought) == []
    assert snapshot(store, STAY) == before
    (half,) = store.select({"document": LAST.document})
    assert half == dataclasses.replace(LAST, id=half.id, text=HALF, sha256=digest(HALF))
    assert store.query(HALF, 1)[0].chunk == half
    assert store.count() == len(STAY) + 1
    assert (receipt.scope, receipt.store) == ("physical", "local")
    assert (receipt.erased, receipt.redacted) == (len(OWN) - 1, 1)
    assert verify_receipt(receipt.file_bytes(), keys.public_key).ok
    assert receipts_of(ledger) == [receipt]


def test_the_receipt_tells_what_was_counted_and_scanned_and_no_content(
    store: ChromaStore, folder: Path, ledger: ChainLedger, keys: Keys, sought: set[bytes]
):
    receipt = erase(store, REQUEST, ledger, keys)
    counted = {table.name: (table.before, table.after) for table in receipt.tables}
    rows = len(LETTERS), len(STAY) + 1
    assert counted["embeddings"] == counted["embedding_fulltext_search"] == rows
    assert counted["hnsw"][0] > counted["hnsw"][1] > 0
    scanned = {file.file: file.hits for file in receipt.scan}
    assert set(scanned.values()) == {0}
    names = {"data_level0.bin", "index_metadata.pickle", "chroma.sqlite3", "ledger.sqlite"}
    assert names <= {Path(name).name for name in scanned}
    assert not [name for name in scanned if name.endswith((".npz", ".trigrams", ".pem", ".key"))]
    expected = {keys.commit_record(chunk.id, chunk.text) for chunk in OWN}
    assert set(receipt.commitments) == expected
    assert not [needle for needle in sought if needle in receipt.file_bytes()]
    assert list((folder / "jobs").iterdir()) == []


def test_a_job_holds_no_text_and_after_the_delete_no_id(
    store: ChromaStore, folder: Path, ledger: ChainLedger, keys: Keys, sought: set[bytes]
):
    held: dict[str, set[bytes]] = {}

    def look(step: str) -> None:
        held[step] = {needle for _, needle in hits(folder / "jobs", sought)}

    erase(store, REQUEST, ledger, keys, on_step=look)
    ids = {id.encode() for id in REQUEST.all_ids}
    assert held["planned"] == held["replaced"] == ids
    assert not any(held[step] for step in STEPS[2:])


def test_what_survivors_hold_too_is_left_out_and_said(
    store: ChromaStore, folder: Path, ledger: ChainLedger, keys: Keys
):
    twin = chunk_of(
        OWN[0].text, document="a copy", source="web", offset=0, document_sha256=digest("copy")
    )
    store.add([twin])
    # Enough more for Chroma to write the twin's vector into its index.
    store.add(letters(120)[80:])
    receipt = erase(store, ErasureRequest((OWN[0].id, OWN[1].id)), ledger, keys)
    assert receipt.scope == "physical"
    assert "records with no text of their own: 1" in receipt.scan_note
    assert list(store.select(ids=[twin.id])) == [twin]
    assert hits(folder, [OWN[0].id.encode(), OWN[1].text.encode()]) == []


def test_texts_about_the_store_itself_can_be_certified(
    store: ChromaStore, folder: Path, ledger: ChainLedger, keys: Keys
):
    erase(store, ErasureRequest((STAY[0].id,)), ledger, keys)
    manual = chunk_of(
        "The receipt has request_commitment, commitments and scan_note; Chroma keeps "
        "total_elements_added, id_to_label and CREATE TABLE embeddings_queue; the job is purged. "
        "backups and snapshots of the disk. SQLite format 3. hnsw-local-persisted.",
        document="manual.md",
        source="docs",
        offset=0,
        document_sha256=digest("manual"),
        licence="physical",
        metadata={"deleted": "embedding_metadata", "holder": "purged", "default": "collections"},
    )
    store.add([manual])
    receipt = erase(store, ErasureRequest((manual.id,)), ledger, keys)
    assert receipt.scope == "physical", [file for file in receipt.scan if file.hits]
    assert hits(folder, [b"the job is purged", manual.id.encode()]) == []


def test_no_certificate_where_the_purge_left_something(
    store: ChromaStore, ledger: ChainLedger, keys: Keys, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ChromaFiles, "purge", lambda *_: None)
    receipt = erase(store, REQUEST, ledger, keys)
    assert receipt.scope == "logical"
    assert {Path(file.file).name for file in receipt.scan if file.hits} >= {
        "chroma.sqlite3",
        "data_level0.bin",
        "index_metadata.pickle",
    }


@pytest.mark.parametrize("name", ["chroma/notes.txt", "jobs/old.log", "copies/a letter.txt"])
def test_a_forgotten_copy_in_the_store_is_found(
    store: ChromaStore, folder: Path, ledger: ChainLedger, keys: Keys, name: str
):
    (folder / name).parent.mkdir(exist_ok=True)
    job = "jobs" in name

    def leave(step: str) -> None:
        if step == "deleted":
            (folder / name).write_text(f"He said: {OWN[1].text[10:60]}", encoding="utf-8")

    receipt = erase(store, REQUEST, ledger, keys, on_step=leave)
    found = {file.file for file in receipt.scan if file.hits}
    assert receipt.scope == "logical"
    assert found == {name.replace(" ", "%20")}, job


def test_a_folder_of_chroma_on_another_disk_is_scanned(
    folder: Path, ledger: ChainLedger, keys: Keys, tmp_path: Path
):
    (folder / "chroma").rename(tmp_path / "elsewhere")
    (folder / "chroma").symlink_to(tmp_path / "elsewhere")
    with open_store(folder, cheap_embed) as moved:
        receipt = erase(moved, REQUEST, ledger, keys)
    assert "chroma/chroma.sqlite3" in {file.file for file in receipt.scan}
    assert receipt.scope == "physical"


def test_no_receipt_holds_the_name_of_a_file_that_tells_what_was_erased(
    store: ChromaStore, folder: Path, ledger: ChainLedger, keys: Keys
):
    name = OWN[1].text[10:60].replace("/", " ")
    (folder / f"{name}.txt").write_bytes(b"notes")
    (folder / ("\u6f22" * 80)).write_bytes(b"a name that a receipt has no room for")
    receipt = erase(store, REQUEST, ledger, keys)
    assert receipt.scope == "logical"
    assert [file.file for file in receipt.scan if file.hits] == ["name-withheld"]
    assert receipts_of(ledger) == [receipt]


def test_what_cannot_be_read_is_told_and_the_job_goes_on_when_it_can(
    store: ChromaStore, ledger: ChainLedger, keys: Keys, monkeypatch: pytest.MonkeyPatch
):
    def refused(path: Path, *_: object):
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(erasure, "scan_file", refused)
        with pytest.raises(StoreError, match="cannot be read: Permission denied"):
            erase(store, REQUEST, ledger, keys)
    assert [receipt.scope for receipt in resume(store, ledger, keys)] == ["physical"]


def test_an_unknown_id_changes_nothing(
    store: ChromaStore, folder: Path, ledger: ChainLedger, keys: Keys
):
    with pytest.raises(StoreError, match="holds no record under 2 of the ids"):
        erase(store, ErasureRequest((OWN[0].id, "0" * 32, "1" * 32)), ledger, keys)
    assert store.count() == len(LETTERS)
    assert not (folder / "jobs").exists()
    assert receipts_of(ledger) == []


def test_requests_that_mean_nothing_are_refused(
    store: ChromaStore, ledger: ChainLedger, keys: Keys
):
    for ids, redactions, why in (
        ((), (), "name an id"),
        (("a", "a"), (), "stands twice"),
        (("a",), (("a", "text"),), "stands twice"),
        ((), (("a", "  "),), "erase its record instead"),
    ):
        with pytest.raises(ValueError, match=why):
            ErasureRequest(ids, redactions)
    with pytest.raises(ValueError, match="leaves its text as it is"):
        erase(store, ErasureRequest((), ((OWN[0].id, OWN[0].text),)), ledger, keys)
    assert store.count() == len(LETTERS)


@pytest.mark.timeout(1200)
def test_killed_at_any_moment_it_resumes_to_the_same_end(
    filled: Path, tmp_path: Path, sought: set[bytes]
):
    with open_store(Path(shutil.copytree(filled, tmp_path / "whole")), cheap_embed) as store:
        before = snapshot(store, STAY)
    moments = moments_of(filled, tmp_path)
    assert len(moments) > len(STEPS) + 5
    for moment in moments:
        folder = tmp_path / moment.replace(" ", "-")
        keys = open_keys(folder / "keys")
        ledger = open_ledger(folder / "ledger.sqlite", keys)
        with open_store(folder, cheap_embed) as store:
            receipts = resume(store, ledger, keys)
            if not receipts_of(ledger):
                # Killed before there was a job: nothing at all has happened.
                assert snapshot(store, LETTERS)[0][0] == LETTERS[0], moment
                assert store.count() == len(LETTERS), moment
                receipts = [erase(store, REQUEST, ledger, keys)]
            check(store, folder, ledger, keys, moment)
            assert snapshot(store, STAY) == before, moment
            assert len(receipts) <= 1, moment
            assert hits(folder, sought) == [], moment
            assert resume(store, ledger, keys) == [], moment
        ledger.close()


def moments_of(filled: Path, work: Path) -> list[str]:
    found = subprocess.run(
        [sys.executable, PARTS / "killed_erasure.py", filled, work, str(PERSON)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{PARTS}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.splitlines()


def check(store: ChromaStore, folder: Path, ledger: ChainLedger, keys: Keys, moment: str) -> None:
    (receipt,) = receipts_of(ledger)
    assert (receipt.scope, receipt.erased, receipt.redacted) == ("physical", len(OWN) - 1, 1), (
        moment
    )
    assert verify_receipt(receipt.file_bytes(), keys.public_key).ok, moment
    assert ledger.verify().ok, moment
    assert store.count() == len(STAY) + 1, moment
    (half,) = store.select({"document": LAST.document})
    assert half.text == HALF, moment
    assert list((folder / "jobs").iterdir()) == [], moment
    assert not list(folder.rglob("*.new")), moment
    for chunk in STAY[::7]:
        assert store.query(chunk.text, 1)[0].chunk == chunk, moment
