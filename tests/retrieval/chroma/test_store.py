"""The real store, embedded and on a server, and the one in memory, which must behave alike."""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from cheap_embedder import cheap_embed
from chroma_server import chroma_server

from retrieval.chroma.store import ChromaStore, open_store
from retrieval.fake_store import FakeStore
from retrieval.records import Chunk, chunk_of, digest
from retrieval.store import LocalStore, ServerStore, Store, StoreError

COLOURS = ["red", "green", "blue", "white", "black"]


def chunk(number: int, text: str = "", **fields: object) -> Chunk:
    made = chunk_of(
        text or f"Letter {number} of {COLOURS[number % 5]} ink.",
        document=f"letter-{number}",
        source=["archive", "web"][number % 2],
        offset=number,
        document_sha256=digest(str(number)),
        holder="Roe estate",
        subjects=("Jane Roe", "John Doe") if number % 3 == 0 else ("John Doe",),
        metadata={"year": 1970 + number, "share": number / 2, "seen": number == 1, "box": "7"},
    )
    return dataclasses.replace(made, **fields)


CHUNKS = [chunk(number) for number in range(12)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("server")) as (url, _):
        yield url


@pytest.fixture(params=["folder", "server", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield FakeStore(cheap_embed)
        return
    where = tmp_path / "store" if request.param == "folder" else request.getfixturevalue("server")
    with open_store(where, cheap_embed) as opened:
        yield opened
        opened.delete([found.id for found in opened.select()])


def test_the_same_chunk_twice_is_one_record(store: Store):
    assert store.add([*CHUNKS, CHUNKS[0]]) == 12
    assert store.add([CHUNKS[3], chunk(50)]) == 1
    assert store.count() == 13
    assert store.known([CHUNKS[0].id, "nobody"]) == {CHUNKS[0].id}


def test_a_chunk_comes_back_as_it_went_in(store: Store):
    store.add(CHUNKS)
    assert list(store.select()) == CHUNKS
    assert list(store.select(ids=[CHUNKS[5].id, "nobody", CHUNKS[2].id])) == [CHUNKS[5], CHUNKS[2]]
    bare = chunk_of("Bare.", document="d", source="s", offset=0, document_sha256="0")
    store.add([bare])
    assert list(store.select(ids=[bare.id])) == [bare]


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ({"source": "web"}, [1, 3, 5, 7, 9, 11]),
        ({"subjects": "Jane Roe"}, [0, 3, 6, 9]),
        ({"subjects": "Jane"}, []),
        ({"source": "web", "subjects": "Jane Roe"}, [3, 9]),
        ({"document": "letter-4", "holder": "Roe estate"}, [4]),
        ({"year": "1974"}, [4]),
        ({"share": "2.5"}, [5]),
        ({"share": "3"}, [6]),
        ({"seen": "true"}, [1]),
        ({"seen": "1"}, []),
        ({"box": "7", "offset": "8"}, [8]),
        ({"box": str(2**80)}, []),
        ({"colour": "red"}, []),
        ({"licence": "", "year": "1970"}, [0]),
    ],
)
def test_select_by_field(store: Store, where: dict[str, str], numbers: list[int]):
    store.add(CHUNKS)
    assert [found.offset for found in store.select(where)] == numbers
    both = store.select(where, [one.id for one in CHUNKS[:5]])
    assert [found.offset for found in both] == [number for number in numbers if number < 5]


def test_query_gives_the_nearest_first(store: Store):
    store.add(CHUNKS)
    found = store.query("Letter 7 of blue ink.", 4)
    assert found[0].chunk == CHUNKS[7]
    assert found[0].distance == pytest.approx(0, abs=1e-5)
    distances = [passage.distance for passage in found]
    assert distances == sorted(distances)
    near = cheap_embed(["Letter 7 of blue ink."])[0] @ cheap_embed([found[3].chunk.text])[0]
    assert found[3].distance == pytest.approx(1 - near, abs=1e-5)
    assert len(store.query("ink", 100)) == 12
    assert store.query("ink", 0) == []


def test_an_empty_store_answers(store: Store):
    assert store.query("ink", 3) == []
    assert list(store.select()) == list(store.select({"source": "x"})) == []
    assert store.count() == store.add([]) == 0
    assert store.vectors([]).shape == (0, 384)
    store.delete([])


def test_replace_leaves_nothing_of_the_old_record(store: Store):
    store.add(CHUNKS)
    new = dataclasses.replace(chunk(2, "Only [redacted]."), id=CHUNKS[2].id, metadata={"new": 1})
    store.replace([new])
    assert list(store.select(ids=[new.id])) == [new]
    assert list(store.select({"year": "1972"})) == []
    assert np.allclose(store.vectors([new.id]), cheap_embed([new.text]), atol=1e-6)
    assert store.query("Only [redacted].", 1)[0].chunk == new


def test_delete_takes_records_out_of_every_answer(store: Store):
    store.add(CHUNKS)
    store.delete([CHUNKS[7].id, "nobody", CHUNKS[7].id])
    assert store.count() == 11
    assert CHUNKS[7] not in list(store.select())
    assert CHUNKS[7] not in [passage.chunk for passage in store.query(CHUNKS[7].text, 12)]
    assert store.add([CHUNKS[7]]) == 1


def test_vectors_come_in_the_order_asked_for(store: Store):
    store.add(CHUNKS)
    rows = store.vectors([CHUNKS[9].id, CHUNKS[1].id, CHUNKS[9].id])
    assert rows.dtype == np.float32
    assert np.allclose(rows, cheap_embed([CHUNKS[n].text for n in (9, 1, 9)]), atol=1e-6)


def test_an_unknown_id_is_an_error_and_changes_nothing(store: Store):
    store.add(CHUNKS)
    with pytest.raises(StoreError, match="no record under 1 of the ids"):
        store.vectors([CHUNKS[0].id, "nobody"])
    with pytest.raises(StoreError, match="no record under 1 of the ids"):
        store.replace([chunk(0, "Changed.", id=CHUNKS[0].id), chunk(99)])
    assert list(store.select()) == CHUNKS


def test_a_record_changed_while_it_is_selected_is_no_trouble(store: Store):
    store.add(CHUNKS)
    seen = []
    for found in store.select():
        seen.append(found.offset)
        store.delete([found.id])
    assert seen == list(range(12))
    assert store.count() == 0


def test_many_records_in_pages(tmp_path: Path):
    many = [chunk(number) for number in range(2300)]
    with open_store(tmp_path / "store", cheap_embed) as store:
        assert store.add(many) == 2300
        assert list(store.select()) == many
        assert len(store.known([one.id for one in many])) == 2300
        assert len(store.query("red ink", 300)) == 300
        store.delete([one.id for one in many[:1500]])
        assert store.count() == 800


def test_a_folder_keeps_what_it_holds(tmp_path: Path):
    with open_store(tmp_path / "store", cheap_embed) as store:
        store.add(CHUNKS)
        assert store.location == LocalStore(tmp_path / "store")
        with store.offline() as folder:
            assert (folder / "chroma.sqlite3").is_file()
        assert store.count() == 12
    with open_store(tmp_path / "store", cheap_embed, create=False) as store:
        assert list(store.select()) == CHUNKS


def test_a_server_keeps_what_it_holds_and_its_files_to_itself(server: str):
    with open_store(server, cheap_embed) as store:
        assert store.location == ServerStore(server)
        with pytest.raises(StoreError, match="no files here"):
            store.offline().__enter__()


def test_with_the_real_embedder_meaning_is_found(tmp_path: Path):
    from retrieval.embedder import SentenceEmbedder

    texts = ["Her birthplace was Quito.", "Boil the egg for six minutes.", "Rain fell all night."]
    with open_store(tmp_path / "store", SentenceEmbedder()) as store:
        store.add([chunk(number, text) for number, text in enumerate(texts)])
        assert store.query("Where was she born?", 1)[0].chunk.text == texts[0]
        assert store.query("How do I cook breakfast?", 1)[0].chunk.text == texts[1]


def fault(location: object, **how: bool) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(str(location), cheap_embed, **how).close()
    assert str(location) in str(caught.value) or "URL" in str(caught.value)
    return str(caught.value)


def test_a_store_has_one_opener(tmp_path: Path):
    place = tmp_path / "store"
    opener = (
        "import sys, time; from retrieval.chroma.store import open_store; "
        f"store = open_store({str(place)!r}, None); print('open', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", opener], stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        assert f"process {other.pid} has it open" in fault(place)
    finally:
        other.kill()
        other.wait()
    with open_store(place, cheap_embed):
        assert "this process has it open" in fault(place)
    open_store(place, cheap_embed).close()


def test_what_is_no_store_is_left_alone(tmp_path: Path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    assert "other content" in fault(tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["notes.txt"]
    assert "is a file" in fault(tmp_path / "full" / "notes.txt")
    assert "holds no store" in fault(tmp_path / "nowhere", create=False)
    assert not (tmp_path / "nowhere").exists()


def test_another_format_and_damage_are_told(tmp_path: Path):
    place = tmp_path / "store"
    open_store(place, cheap_embed).close()
    settings = (place / "boxed.json").read_text()
    (place / "boxed.json").write_text('{"format": 99}')
    assert "format 99" in fault(place)
    (place / "boxed.json").write_text("{")
    assert "boxed.json is damaged" in fault(place)
    (place / "boxed.json").write_text(settings)
    (place / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    assert "Chroma's files are damaged" in fault(place)


def test_another_embedder_is_told(tmp_path: Path):
    with open_store(tmp_path / "store", cheap_embed) as store:
        store.add(CHUNKS)
    with open_store(tmp_path / "store", lambda texts: cheap_embed(texts)[:, :10]) as store:
        for work in (lambda: store.add([chunk(77)]), lambda: store.query("ink", 1)):
            with pytest.raises(StoreError, match="embedder that it was made with"):
                work()
        assert store.count() == 12


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid:8000"])
def test_no_server_is_told(url: str):
    assert "no Chroma server answers" in fault(url)


@pytest.mark.parametrize("url", ["http://", "http://a:b/", "https://u:p@host", "http://host/path"])
def test_an_address_of_no_server_is_told_and_not_repeated(url: str):
    assert "not the address of a Chroma server" in fault(url)


def test_a_server_that_dies_is_told(tmp_path: Path):
    with chroma_server(tmp_path) as (url, process):
        assert "holds no store" in fault(url, create=False)
        store = open_store(url, cheap_embed)
        store.add(CHUNKS)
        process.kill()
        process.wait()
        for work in (store.count, lambda: list(store.select()), lambda: store.add([chunk(77)])):
            with pytest.raises(StoreError, match="no Chroma server answers"):
                work()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting takes root")
def test_a_full_disk_is_told_and_the_store_unchanged(tmp_path: Path):
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("this machine mounts no tmpfs")
    try:
        with open_store(small / "store", cheap_embed) as store:
            store.add(CHUNKS)
            (small / "ballast").write_bytes(bytes(40 * 2**20))
            changed = chunk(0, "Changed.", id=CHUNKS[0].id)
            for work in (
                lambda: store.add([chunk(77)]),
                lambda: store.replace([changed]),
                lambda: store.delete([CHUNKS[0].id]),
            ):
                with pytest.raises(StoreError, match="the disk is full"):
                    work()
            assert list(store.select()) == CHUNKS
        with open_store(small / "store", cheap_embed) as store:
            assert store.query(CHUNKS[7].text, 1)[0].chunk == CHUNKS[7]
            (small / "ballast").unlink()
            assert store.add([chunk(77)]) == 1
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_records_of_another_program_are_told(tmp_path: Path):
    with open_store(tmp_path / "store", cheap_embed) as store:
        assert isinstance(store, ChromaStore)
        store.collection.add(ids=["x"], embeddings=cheap_embed(["x"]), documents=["x"])
        with pytest.raises(StoreError, match="not written by Boxed"):
            list(store.select())
