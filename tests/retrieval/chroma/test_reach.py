"""Every record is found by its own vector, and one that the index lost is found again."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from guards.verdicts import Vectors
from retrieval.chroma import reach
from retrieval.chroma.hnsw_files import read_hnsw
from retrieval.chroma.purge import ChromaFiles
from retrieval.chroma.reach import find_again, unreachable
from retrieval.chroma.store import COLLECTION, ChromaStore, open_store
from retrieval.records import Chunk, chunk_of, digest
from retrieval.store import LocalStore


def embed(texts: Sequence[str]) -> Vectors:
    rows = []
    for text in texts:
        seed = int.from_bytes(hashlib.sha256(text.split(":")[0].encode()).digest()[:8], "big")
        rows.append(np.random.default_rng(seed).normal(size=16))
    made = np.asarray(rows)
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def chunks(first: int, count: int, text: str = "record {}") -> list[Chunk]:
    texts = [text.format(number) for number in range(first, first + count)]
    return [
        chunk_of(one, document=one, source="s", offset=0, document_sha256=digest(one))
        for one in texts
    ]


def cut_off(store: ChromaStore, count: int) -> list[str]:
    """Take every link to some records out of the index, as Chroma itself does now and then."""
    assert isinstance(store.location, LocalStore)
    with store.offline() as folder:
        ChromaFiles(store.location, COLLECTION)
        segment = next(path.parent for path in folder.glob("*/header.bin"))
        files = read_hnsw(segment)
        slots = [slot for slot in range(files.header.slots) if slot not in files.upper][:count]
        for slot in range(files.header.slots):
            links = files.links_of(slot, 0).tolist()
            files.link(slot, 0, [target for target in links if target not in slots])
        files.write()
        return [files.metadata["label_to_id"][int(files.labels[slot])] for slot in slots]


def test_a_record_that_the_index_lost_is_put_in_again(tmp_path: Path) -> None:
    with open_store(tmp_path / "store", embed) as store:
        store.add(chunks(0, 1200))
        before = {chunk.id: chunk for chunk in store.select()}
        vectors = store.vectors(sorted(before))
        lost = cut_off(store, 3)
        assert sorted(unreachable(store, sorted(before))) == sorted(lost)
        found = find_again(store)
        assert (found.count, found.checked, found.repaired, found.lost) == (1200, 1200, 3, 0)
        assert found.told == (
            "1,200 of 1,200 records found by their own vector; 3 were put into the index again",
        )
        assert {chunk.id: chunk for chunk in store.select()} == before
        assert np.allclose(store.vectors(sorted(before)), vectors, atol=1e-6)
        # It lasts when what waits in Chroma's log is written, and when the store is opened anew.
        store.add(chunks(1200, 1100))
        assert find_again(store).repaired == 0
    with open_store(tmp_path / "store", embed) as store:
        assert unreachable(store, sorted(before)) == []


def test_a_process_killed_while_a_record_was_out_leaves_it_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path / "store", embed) as store:
        store.add(chunks(0, 30))
        before = {chunk.id: chunk for chunk in store.select()}

        def killed(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(store.collection, "add", killed)
        with pytest.raises(KeyboardInterrupt):
            reach._added_again(store, sorted(before)[:3])  # pyright: ignore[reportPrivateUsage]
        assert store.count() == 27
    with open_store(tmp_path / "store", embed) as store:
        assert {chunk.id: chunk for chunk in store.select()} == before
        assert find_again(store).lost == 0
    assert not (tmp_path / "store" / "index-repair.json").exists()


def test_equal_records_hide_nobody(tmp_path: Path) -> None:
    with open_store(tmp_path / "store", embed) as store:
        store.add(chunks(0, 40, "same: {}"))
        store.add(chunks(0, 30))
        assert find_again(store).told[0].startswith("70 of 70 records")


def test_of_many_records_those_named_and_a_sample_are_looked_for(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(reach, "ALL", 20)
    with open_store(tmp_path / "store", embed) as store:
        store.add(chunks(0, 60))
        named = [chunk.id for chunk in store.select()][:5]
        found = find_again(store, named)
        assert 20 <= found.checked <= 25
        assert "the store holds 60" in found.told[-1]
        assert find_again(store, every=True).checked == 60


class Grouped:
    """Vectors in groups of which half go and new ones come: so Chroma's index loses records."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.centres = self.rng.normal(size=(6, 128))
        self.groups: dict[str, int] = {}
        self.vectors: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.vectors[text] for text in texts])

    def chunks(self, count: int) -> list[Chunk]:
        made = chunks(len(self.groups), count)
        groups = self.rng.integers(6, size=count)
        drawn = self.centres[groups] + 0.5 * self.rng.normal(size=(count, 128))
        unit = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
        self.groups |= dict(zip((chunk.text for chunk in made), groups.tolist(), strict=True))
        self.vectors |= dict(zip((chunk.text for chunk in made), unit, strict=True))
        return made

    def lose(self, store: ChromaStore) -> list[str]:
        """The records that no query finds after half of the groups went and others came."""
        store.add(self.chunks(600))
        for _ in range(2):
            gone = set(self.rng.choice(6, 3, replace=False).tolist())
            old = [chunk.id for chunk in store.select() if self.groups[chunk.text] in gone]
            store.delete(old)
            store.add(self.chunks(len(old)))
            lost = unreachable(store, [chunk.id for chunk in store.select()])
            if lost:
                return lost
        return []


def test_what_chroma_itself_loses_is_found_again(tmp_path: Path) -> None:
    # The levels of its index are drawn by chance: not every run of a seed loses a record.
    for seed in (1, 11, 8, 0, 1, 11, 8, 0):
        made = Grouped(seed)
        with open_store(
            tmp_path / f"store-{seed}-{len(list(tmp_path.iterdir()))}", made.embed
        ) as store:
            lost = made.lose(store)
            if not lost:
                continue
            before = {chunk.id: chunk for chunk in store.select()}
            found = find_again(store)
            assert (found.repaired, found.lost) == (len(lost), 0)
            assert unreachable(store, lost) == []
            assert {chunk.id: chunk for chunk in store.select()} == before
            assert np.allclose(
                store.vectors(lost), made.embed([before[id].text for id in lost]), atol=1e-6
            )
            return
    pytest.fail("no seed made Chroma lose a record: the repair was not shown")
