"""Erasures on a real Chroma server, whose disk is not ours: overwritten, deleted, and said so."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from cheap_embedder import cheap_embed
from chroma_server import chroma_server
from killed_erasure import request_of
from letters import letters, of_person

import retrieval.erasing.erasure as erasure
from guards.verdicts import Vectors
from retrieval.chroma.store import COLLECTION, open_store
from retrieval.erasing.erasure import erase, resume
from retrieval.erasing.job import Job, Jobs
from retrieval.ledger.keys import Keys, open_keys
from retrieval.ledger.ledger import ChainLedger, open_ledger
from retrieval.ledger.receipt import Receipt
from retrieval.store import LocalStore

LETTERS = letters(80)
PERSON = 3
REQUEST = request_of(LETTERS, PERSON)
OWN = of_person(LETTERS, PERSON)
STAY = [chunk for chunk in LETTERS if chunk not in OWN]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "records"
    place.mkdir()
    return place


@pytest.fixture
def keys(folder: Path) -> Keys:
    return open_keys(folder / "keys")


@pytest.fixture
def ledger(folder: Path, keys: Keys) -> Iterator[ChainLedger]:
    opened = open_ledger(folder / "ledger.sqlite", keys)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("server")) as (url, _):
        yield url


def receipts_of(ledger: ChainLedger) -> list[Receipt]:
    return [Receipt.model_validate(entry.body) for entry in ledger.entries()]


def test_a_server_is_overwritten_and_the_receipt_says_that_nothing_was_scanned(
    tmp_path: Path, ledger: ChainLedger, keys: Keys
):
    with chroma_server(tmp_path / "server") as (url, _), open_store(url, cheap_embed) as store:
        store.add(LETTERS)
        receipt = erase(store, REQUEST, ledger, keys)
        assert (receipt.store, receipt.scope, receipt.scan) == ("server", "logical", ())
        assert receipt.scan_note == "not possible: the disk belongs to the server"
        assert (receipt.erased, receipt.redacted) == (len(OWN) - 1, 1)
        assert store.known(REQUEST.all_ids) == set()
        assert store.count() == len(STAY) + 1
        assert resume(store, ledger, keys) == []


@pytest.mark.parametrize("moment", ["add", "overwrite", "delete", "issue_receipt"])
def test_what_is_cut_short_on_a_server_is_finished_with_one_receipt(
    server: str, folder: Path, ledger: ChainLedger, keys: Keys, monkeypatch: pytest.MonkeyPatch,
    moment: str,
):  # fmt: skip
    def killed(*_: object, **__: object):
        raise KeyboardInterrupt

    records = LocalStore(folder)
    with open_store(server, cheap_embed) as store:
        store.add(LETTERS)
        with monkeypatch.context() as patched:
            patched.setattr(erasure if hasattr(erasure, moment) else store, moment, killed)
            with pytest.raises(KeyboardInterrupt):
                erase(store, REQUEST, ledger, keys, records=records)
        (receipt,) = resume(store, ledger, keys, records=records)
        assert (receipt.erased, receipt.redacted) == (len(OWN) - 1, 1)
        assert store.known(REQUEST.all_ids) == set()
        assert len(list(store.select())) == len(STAY) + 1
        assert receipts_of(ledger) == [receipt]
        assert list((folder / "jobs").iterdir()) == []
        store.delete([chunk.id for chunk in store.select()])


def test_a_job_of_another_server_is_left_alone(
    server: str, folder: Path, ledger: ChainLedger, keys: Keys
):
    records = LocalStore(folder)
    job = Job(
        id="ab", ids=(OWN[0].id,), replacements=(), erased=1, redacted=0, commitments=("0" * 64,),
        request_commitment="0" * 64, before={}, server="http://other:8000",
    )  # fmt: skip
    Jobs(records).begin(job)
    with open_store(server, cheap_embed) as store:
        assert resume(store, ledger, keys, records=records) == []
    assert receipts_of(ledger) == []


def test_vectors_of_any_length_are_overwritten(server: str, ledger: ChainLedger, keys: Keys):
    def short(texts: Sequence[str]) -> Vectors:
        rows = cheap_embed(texts)[:, :8] + 1e-3
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    with open_store(server, cheap_embed) as store:
        store.client.delete_collection(COLLECTION)
    with open_store(server, short) as store:
        store.add(LETTERS)
        assert erase(store, REQUEST, ledger, keys).erased == len(OWN) - 1
        store.client.delete_collection(COLLECTION)
