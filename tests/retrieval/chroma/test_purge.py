"""What is left in Chroma's files after a purge: of the erased nothing, of the others everything."""

import shutil
import sqlite3
import uuid
from pathlib import Path

import numpy as np
import pytest
from byte_search import hits, own_needles, trigrams_indexed
from cheap_embedder import cheap_embed
from letters import letters, of_person

import retrieval.chroma.store as chroma_store
from retrieval.chroma.hnsw_files import DELETED, HnswFiles, read_hnsw
from retrieval.chroma.purge import ChromaFiles, clear_fresh_files
from retrieval.chroma.store import COLLECTION, ChromaStore, open_store
from retrieval.records import Chunk
from retrieval.store import LocalStore, StoreError

LETTERS = letters(150)
GONE = of_person(LETTERS, 3)
STAY = [chunk for chunk in LETTERS if chunk not in GONE]
IDS = [chunk.id for chunk in GONE]


@pytest.fixture(scope="module", params=[40, 1000], ids=["persisted", "log only"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chroma_store, "SYNC_THRESHOLD", request.param)
        patch.setattr(chroma_store, "BATCH_SIZE", 10)
        with open_store(folder, cheap_embed) as store:
            for at in range(0, len(LETTERS), 30):
                store.add(LETTERS[at : at + 30])
            # What was deleted in the ordinary way is left behind: the purge takes that too.
            store.delete([LETTERS[7].id])
            store.add([LETTERS[7]])
    return folder


@pytest.fixture
def store(filled: Path, tmp_path: Path):
    shutil.copytree(filled, tmp_path / "store")
    with open_store(tmp_path / "store", cheap_embed) as opened:
        yield opened


def erase(store: ChromaStore, ids: list[str]) -> list[str]:
    steps: list[str] = []
    with store.offline():
        files = files_of(store)
        files.delete(ids)
        files.purge(steps.append)
    clear_fresh_files(store)
    return steps


def files_of(store: ChromaStore) -> ChromaFiles:
    assert isinstance(store.location, LocalStore)
    return ChromaFiles(store.location, COLLECTION)


def segment(store: ChromaStore) -> HnswFiles | None:
    assert isinstance(store.location, LocalStore)
    found = [path.parent for path in store.location.chroma.glob("*/index_metadata.pickle")]
    return read_hnsw(found[0]) if found else None


def everything(store: ChromaStore, chunks: list[Chunk]) -> list[tuple[Chunk, bytes]]:
    ids = [chunk.id for chunk in chunks]
    rows = store.vectors(ids)
    return [(c, row.tobytes()) for c, row in zip(store.select(ids=ids), rows, strict=True)]


def test_no_byte_of_the_erased_is_left_and_every_other_record_is_as_it_was(store: ChromaStore):
    folder = Path(str(store.location))
    needles = own_needles(folder, GONE, STAY)
    assert len(needles) > 500
    there = {needle for _, needle in hits(folder, needles)}
    assert {chunk.id.encode() for chunk in GONE} <= there
    assert len(there) > 0.7 * len(needles)
    before = everything(store, STAY)
    found_before = [store.query(chunk.text, 1)[0].chunk for chunk in STAY]
    assert erase(store, IDS) == ["vectors", "copied", "database"]
    assert hits(folder, needles) == []
    assert everything(store, STAY) == before
    assert [store.query(chunk.text, 1)[0].chunk for chunk in STAY] == found_before == STAY
    assert store.count() == len(STAY)
    assert hits(folder, needles) == []


def test_trigrams_that_only_the_erased_had_leave_the_index(store: ChromaStore):
    def trigrams(chunks: list[Chunk]) -> set[str]:
        texts = [chunk.text.lower() for chunk in chunks]
        return {text[at : at + 3] for text in texts for at in range(len(text) - 2)}

    own = trigrams(GONE) - trigrams(STAY)
    assert own
    database = Path(str(store.location)) / "chroma" / "chroma.sqlite3"
    assert own <= {term.lower() for term in trigrams_indexed(database)}
    erase(store, IDS)
    assert {term.lower() for term in trigrams_indexed(database)} <= trigrams(STAY)


def test_no_link_tells_where_the_erased_were(store: ChromaStore):
    before = segment(store)
    erase(store, IDS)
    files = segment(store)
    if before is None or files is None:
        assert files is None
        return
    ghosts = ~np.isin(files.labels, list(files.metadata["label_to_id"]))
    assert ghosts.sum() > 10
    links = files.rows[:, 1 : 1 + files.header.links_level0]
    assert not ghosts[links[files.linked()]].any()
    assert not links[~files.linked()].any()
    assert not files.rows[ghosts, 1:-2].any()
    assert (files.rows[ghosts, 0] == DELETED).all()
    assert not files.lengths[ghosts].any()
    assert not any(ghosts[slot] for slot in files.upper)
    assert not ghosts[files.header.entry]
    for slot, levels in files.upper.items():
        for level in range(1, len(levels) + 1):
            assert not ghosts[files.links_of(slot, level)].any()
    assert not set(IDS) & set(files.metadata["id_to_label"])


def test_between_delete_and_purge_nothing_finds_the_erased_and_writing_goes_on(store: ChromaStore):
    with store.offline():
        files_of(store).delete(IDS)
    more = letters(165)[150:]
    assert not set(IDS) & {found.chunk.id for found in store.query(GONE[0].text, 20)}
    assert (store.count(), store.known(IDS)) == (len(STAY), frozenset())
    store.add(more)
    folder = Path(str(store.location))
    needles = own_needles(folder, GONE, [*STAY, *more])
    with store.offline():
        files_of(store).purge(lambda _: None)
    clear_fresh_files(store)
    assert hits(folder, needles) == []
    kept = [*STAY, *more]
    assert [store.query(chunk.text, 1)[0].chunk for chunk in kept] == kept


def test_a_second_purge_changes_nothing_in_the_vectors(store: ChromaStore):
    erase(store, IDS)
    before = segment(store)
    with store.offline():
        files_of(store).purge(lambda _: None)
    after = segment(store)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert np.array_equal(before.rows, after.rows)


def test_everything_can_be_erased_and_the_store_used_again(store: ChromaStore):
    folder = Path(str(store.location))
    needles = own_needles(folder, GONE, [])
    erase(store, [chunk.id for chunk in LETTERS])
    assert store.count() == 0
    assert store.query("letter", 3) == []
    assert hits(folder, needles) == []
    assert store.add(LETTERS) == len(LETTERS)
    assert [store.query(chunk.text, 1)[0].chunk for chunk in LETTERS[:30]] == LETTERS[:30]
    needles = own_needles(folder, GONE, STAY)
    erase(store, IDS)
    assert hits(folder, needles) == []
    assert [store.query(chunk.text, 1)[0].chunk for chunk in STAY] == STAY


def test_the_newest_record_can_be_erased_and_later_ones_are_kept(store: ChromaStore):
    newest = LETTERS[7]
    erase(store, [newest.id])
    more = letters(170)[150:]
    store.add(more)
    assert store.count() == len(LETTERS) - 1 + len(more)
    assert [store.query(chunk.text, 1)[0].chunk for chunk in more] == more
    erase(store, [more[-1].id])
    with store.offline():
        pass
    assert [store.query(chunk.text, 1)[0].chunk for chunk in more[:-1]] == more[:-1]
    assert store.known([newest.id, more[-1].id]) == set()


def test_a_field_that_only_erased_records_had_is_known_no_more(store: ChromaStore):
    import dataclasses

    odd = dataclasses.replace(letters(200)[199], metadata={"Zebedee's secret field": "x"})
    store.add([odd])
    assert hits(Path(str(store.location)), [b"Zebedee's secret"])
    erase(store, [odd.id])
    assert hits(Path(str(store.location)), [b"Zebedee's secret"]) == []
    assert store.add([odd]) == 1
    assert list(store.select(ids=[odd.id])) == [odd]


def test_plainly_deleted_records_are_purged_as_well(store: ChromaStore):
    store.delete(IDS)
    folder = Path(str(store.location))
    needles = own_needles(folder, GONE, STAY)
    assert hits(folder, needles)
    erase(store, [STAY[0].id])
    assert hits(folder, needles) == []
    assert store.count() == len(STAY) - 1


def test_folders_of_vanished_collections_go_and_others_stay(store: ChromaStore):
    assert isinstance(store.location, LocalStore)
    orphan = store.location.chroma / str(uuid.uuid4())
    other = store.location.chroma / "notes"
    for folder in (orphan, other):
        folder.mkdir()
        (folder / "data_level0.bin").write_bytes(b"old")
    erase(store, IDS)
    assert not orphan.exists()
    assert other.exists()


def test_a_layout_that_is_not_known_is_refused_and_left_alone(store: ChromaStore):
    assert isinstance(store.location, LocalStore)
    database = store.location.chroma / "chroma.sqlite3"
    with store.offline():
        files = files_of(store)
        with sqlite3.connect(database) as connection:
            connection.execute("ALTER TABLE embeddings_queue RENAME COLUMN vector TO embedding")
        connection.close()
        before = database.read_bytes()
        with pytest.raises(StoreError, match=r"embeddings_queue in a way that is not known"):
            files.delete(IDS)
        with pytest.raises(StoreError, match=r"constraints\.txt"):
            files.purge(lambda _: None)
        assert database.read_bytes() == before
        with sqlite3.connect(database) as connection:
            connection.execute("ALTER TABLE embeddings_queue RENAME COLUMN embedding TO vector")
        connection.close()


def test_damaged_vectors_are_refused_and_left_alone(store: ChromaStore):
    if segment(store) is None:
        return
    assert isinstance(store.location, LocalStore)
    (header,) = store.location.chroma.glob("*/header.bin")
    with store.offline():
        files = files_of(store)
        whole = header.read_bytes()
        header.write_bytes(whole[:50])
        with pytest.raises(StoreError, match=r"header\.bin in a way that is not known"):
            files.purge(lambda _: None)
        header.write_bytes(whole)


def test_a_full_disk_leaves_the_database_as_it_was(
    store: ChromaStore, monkeypatch: pytest.MonkeyPatch
):
    import errno
    import os

    with store.offline():
        files = files_of(store)
        files.delete(IDS)
        monkeypatch.setattr(os, "fsync", _full(errno.ENOSPC))
        with pytest.raises(StoreError, match="the disk is full"):
            files.purge(lambda _: None)
        monkeypatch.undo()
        files.purge(lambda _: None)
        assert not list(Path(str(store.location)).rglob("*.new"))
    assert store.count() == len(STAY)


def _full(code: int):
    def fsync(_: int) -> None:
        raise OSError(code, "No space left on device")

    return fsync
