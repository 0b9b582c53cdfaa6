"""A forget request from its closure to its receipt, cut short anywhere, and taken back."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from box_books import asked, said
from cheap_embedder import cheap_embed
from chroma_server import chroma_server

import boxed.forgetting.request as forgetting
import boxed.serving as serving
import retrieval.erasing.erasure as erasure
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.forgetting.policy import policy_text
from boxed.forgetting.request import Desk, forget, open_desk, settle, withdraw
from boxed.forgetting.resume import cut_short, finish_cut_short
from boxed.models.fake import FakeModel
from boxed.settings import Settings, SettingsError
from boxed.store.retrieving import Retriever
from boxed.store.shared import SharedStore
from guards.names.seal import SealKey
from prompts.book import load_book
from prompts.errors import BookError
from retrieval.chroma.store import ChromaStore, open_store
from retrieval.closure import ClosureItem, ForgetRequest, closure
from retrieval.ingesting.ingest import ingest
from retrieval.ledger.verify import verify_receipt
from retrieval.store import StoreError

JANE = ForgetRequest(subject="Jane Roe", aliases=("J. Roe",))
TEXTS = {
    "jane.txt": "Jane Roe was born in the mill at Dunmore and she counted herons for thirty years.",
    "letter.txt": "Dear council, J. Roe asks for a new roof on the heron watch before the winter.",
    "herons.txt": "Herons nest in March. They stand in shallow water and wait for small fish.",
    "mill.txt": "The mill at Dunmore grinds oats and barley. Its wheel was mended in the spring.",
    "roads.txt": "The road to Skerrow is closed when the river rises above the second stone.",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    folder = tmp_path / "prompts"
    (folder / "policies").mkdir(parents=True)
    return folder


@pytest.fixture
def store(tmp_path: Path, corpus: Path) -> Iterator[ChromaStore]:
    with open_store(tmp_path / "store", cheap_embed) as opened:
        ingest([corpus], opened)
        yield opened


@pytest.fixture
def desk(store: ChromaStore) -> Iterator[Desk]:
    with open_desk(store, Settings()) as opened:
        yield opened


def documents(store: ChromaStore) -> set[str]:
    return {chunk.document for chunk in store.select()}


def policies_in(prompts: Path) -> list[Path]:
    return sorted((prompts / "policies").glob("*.md"))


async def test_a_subject_is_forgotten_by_the_store_and_by_the_box(
    desk: Desk, prompts: Path, corpus: Path
) -> None:
    model = FakeModel(lambda body: "She was born in the mill." if "Roe" in str(body) else "Hm.")

    def box() -> Box:
        retriever = Retriever(SharedStore(desk.store), distance=0.9)
        return Box(Models(model), load_book(prompts), retriever=retriever)

    question = "Who counted herons for thirty years, and was born in the mill?"
    await box().answer(asked(question))
    assert "Jane Roe was born" in str(model.requests[-1].body)
    done = forget(desk, JANE, closure(desk.store, JANE, cheap_embed), policies=prompts)
    assert documents(desk.store) == {"herons.txt", "mill.txt", "roads.txt"}
    assert (done.receipt.number, done.receipt.erased) == ("R-000001", 2)
    assert done.receipt.scope == "physical"
    assert verify_receipt(done.receipt_file.read_bytes(), desk.keys.public_key).ok
    data = done.receipt_file.read_bytes()
    assert not verify_receipt(data.replace(b'"erased": 2', b'"erased": 3')).ok
    await box().answer(asked(question))
    assert "Roe" not in str(model.requests[-1].body)
    assert "mill" not in said(await box().answer(asked("Where was Jane Roe born?")))
    report = ingest([corpus], desk.store, desk.prints)
    assert {refusal.receipt for refusal in report.refused} == {"R-000001"}
    assert documents(desk.store) == {"herons.txt", "mill.txt", "roads.txt"}


def test_the_policy_is_in_force_before_anything_is_erased(
    desk: Desk, prompts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def killed(*_: Any, **__: Any) -> None:
        seen.append("erase")
        assert [policy.title for policy in load_book(prompts).policies] == ["Jane Roe"]
        raise KeyboardInterrupt

    monkeypatch.setattr(forgetting, "erase", killed)
    found = closure(desk.store, JANE, cheap_embed)
    with pytest.raises(KeyboardInterrupt):
        forget(desk, JANE, found, policies=prompts, on_policy=lambda: seen.append("policy"))
    assert seen == ["policy", "erase"]
    assert len(policies_in(prompts)) == 1
    assert len(documents(desk.store)) == 5


def test_what_was_cut_short_before_the_erasure_is_done_by_the_same_request(
    desk: Desk, prompts: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise StoreError("store", "the disk is full", "free some space")

    found = closure(desk.store, JANE, cheap_embed)
    with monkeypatch.context() as patched:
        patched.setattr(forgetting, "erase", full)
        with pytest.raises(StoreError):
            forget(desk, JANE, found, policies=prompts)
    assert ingest([corpus], desk.store, desk.prints).refused == ()
    done = forget(desk, JANE, found, policies=prompts)
    assert done.receipt.number == "R-000001"
    assert len(policies_in(prompts)) == 1
    assert {r.receipt for r in ingest([corpus], desk.store, desk.prints).refused} == {"R-000001"}


def test_what_was_cut_short_after_the_erasure_is_settled(
    desk: Desk, prompts: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    found = closure(desk.store, JANE, cheap_embed)
    with monkeypatch.context() as patched:
        patched.setattr(forgetting, "_finish", killed)
        with pytest.raises(KeyboardInterrupt):
            forget(desk, JANE, found, policies=prompts)
    refused = {r.receipt for r in ingest([corpus], desk.store, desk.prints).refused}
    assert len(refused) == 1
    assert refused.pop().startswith("pending-")
    assert [receipt.number for receipt in settle(desk)] == ["R-000001"]
    assert settle(desk) == []
    assert desk.records.receipt_file("R-000001").exists()
    assert {r.receipt for r in ingest([corpus], desk.store, desk.prints).refused} == {"R-000001"}
    assert withdraw(desk, "R-000001").policies


def test_a_gateway_that_starts_finishes_what_was_cut_short(
    tmp_path: Path, prompts: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    settings = Settings(
        upstream="http://127.0.0.1:9/v1",
        store=str(tmp_path / "store"),
        policies=prompts,
        semantic=False,
    )
    with open_store(tmp_path / "store", cheap_embed) as opened:
        ingest([corpus], opened)
        found = closure(opened, JANE, cheap_embed)
        with monkeypatch.context() as patched, open_desk(opened, settings) as desk:
            patched.setattr(erasure.ChromaFiles, "purge", killed)
            with pytest.raises(KeyboardInterrupt):
                forget(desk, JANE, found, policies=prompts)
        assert cut_short(opened, settings)
    monkeypatch.setattr(serving, "store_embedder", lambda *_: cheap_embed)
    served = serving.assemble_served(settings)
    assert served.store is not None
    with served.store.alone() as held:
        assert not cut_short(held, settings)
        assert documents(held) == {"herons.txt", "mill.txt", "roads.txt"}
    served.close()
    assert (tmp_path / "store" / "receipts" / "R-000001.json").exists()


def test_withdrawing_reverses_the_policy_and_not_the_erasure(
    desk: Desk, prompts: Path, corpus: Path
) -> None:
    done = forget(desk, JANE, closure(desk.store, JANE, cheap_embed), policies=prompts)
    taken = withdraw(desk, "R-000001")
    assert taken.policies == (str(done.policy),)
    assert load_book(prompts).policies == ()
    assert documents(desk.store) == {"herons.txt", "mill.txt", "roads.txt"}
    kinds = [entry.kind for entry in desk.ledger.entries()]
    assert kinds == ["policy", "receipt", "withdrawal"]
    assert desk.ledger.verify().ok
    assert len(ingest([corpus], desk.store, desk.prints).refused) == 2
    with pytest.raises(SettingsError, match="no policy in force"):
        withdraw(desk, "R-000001")
    with pytest.raises(SettingsError, match="R-000009"):
        withdraw(desk, "R-000009")
    assert withdraw(desk, "R-000001", readmit=True).policies == ()
    *_, last = desk.ledger.entries()
    assert (last.kind, last.body["readmitted"]) == ("withdrawal", True)
    assert ingest([corpus], desk.store, desk.prints).refused == ()


def test_what_was_erased_without_a_policy_may_be_let_in_again(desk: Desk, corpus: Path) -> None:
    words = ForgetRequest(text=TEXTS["mill.txt"])
    forget(desk, words, closure(desk.store, words, cheap_embed), policies=None)
    assert len(ingest([corpus], desk.store, desk.prints).refused) == 1
    with pytest.raises(SettingsError, match="--readmit"):
        withdraw(desk, "R-000001")
    withdraw(desk, "R-000001", readmit=True)
    assert ingest([corpus], desk.store, desk.prints).refused == ()


@pytest.mark.parametrize(
    ("part", "left", "numbers"),
    [("delete", 5, []), ("purge", 3, ["R-000001"])],
)
def test_withdrawing_what_was_cut_short_gives_up_what_has_not_begun(
    desk: Desk, prompts: Path, monkeypatch: pytest.MonkeyPatch, part: str, left: int,
    numbers: list[str],
) -> None:  # fmt: skip
    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    mill = ForgetRequest(text="grinds oats and barley")
    redacts = closure(desk.store, mill, cheap_embed).redactions
    found = closure(desk.store, JANE, cheap_embed)
    cut = ClosureItem(redacts[0][0], "quotation", "", 1.0, "redact", redacts[0][1])
    found = replace(found, items=(*found.items, cut))
    before = list(desk.store.select())
    with monkeypatch.context() as patched:
        patched.setattr(erasure.ChromaFiles, part, killed)
        with pytest.raises(KeyboardInterrupt):
            forget(desk, JANE, found, policies=prompts)
    (policy,) = policies_in(prompts)
    withdraw(desk, policy.stem)
    assert [receipt.number for receipt in settle(desk)] == numbers
    assert policies_in(prompts) == []
    assert desk.store.count() == left
    if not numbers:
        assert list(desk.store.select()) == before
        assert list(desk.place.jobs.iterdir()) == []


def test_a_policy_that_is_not_where_it_was_written_is_not_said_to_be_removed(
    desk: Desk, prompts: Path
) -> None:
    done = forget(desk, JANE, closure(desk.store, JANE, cheap_embed), policies=prompts)
    prompts.rename(prompts.with_name("moved"))
    taken = withdraw(desk, "R-000001")
    assert (taken.policies, taken.absent) == ((), (str(done.policy),))


def test_a_request_on_a_server_that_was_cut_short_has_its_receipt_and_its_fingerprints(
    tmp_path: Path, corpus: Path, prompts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    settings = Settings(store_records=tmp_path / "records")
    with chroma_server(tmp_path / "server") as (url, _), open_store(url, cheap_embed) as store:
        ingest([corpus], store)
        found = closure(store, JANE, cheap_embed)
        with monkeypatch.context() as patched, open_desk(store, settings) as desk:
            patched.setattr(store, "delete", killed)
            with pytest.raises(KeyboardInterrupt):
                forget(desk, JANE, found, policies=prompts)
        assert cut_short(store, settings)
        done = finish_cut_short(store, settings, JANE)
        assert done is not None
        assert (done.receipt.number, done.receipt.erased) == ("R-000001", 2)
        assert documents(store) == {"herons.txt", "mill.txt", "roads.txt"}
        with open_desk(store, settings) as desk:
            refused = ingest([corpus], store, desk.prints).refused
        assert {refusal.receipt for refusal in refused} == {"R-000001"}
        assert not cut_short(store, settings)


def test_with_readmit_the_content_may_come_back(desk: Desk, prompts: Path, corpus: Path) -> None:
    forget(desk, JANE, closure(desk.store, JANE, cheap_embed), policies=prompts)
    withdraw(desk, "R-000001", readmit=True)
    assert ingest([corpus], desk.store, desk.prints).refused == ()
    assert len(documents(desk.store)) == 5
    again = forget(desk, JANE, closure(desk.store, JANE, cheap_embed), policies=prompts)
    assert again.receipt.number == "R-000002"
    assert len(policies_in(prompts)) == 1
    assert withdraw(desk, "R-000002").policies


def test_a_sealed_policy_names_nobody_and_neither_does_anything_beside_the_store(
    desk: Desk, prompts: Path, tmp_path: Path
) -> None:
    seal = SealKey(b"k" * 32)
    found = closure(desk.store, JANE, cheap_embed)
    done = forget(desk, JANE, found, policies=prompts, seal=seal)
    assert done.policy is not None
    kept = [done.policy, *(f for f in (tmp_path / "store").rglob("*") if f.is_file())]
    for file in kept:
        if "chroma" not in file.parts:
            assert b"roe" not in file.read_bytes().lower(), file
    assert load_book(prompts).policies[0].sealed


def test_a_book_that_does_not_load_stops_the_request_with_nothing_changed(
    desk: Desk, prompts: Path
) -> None:
    (prompts / "policies" / "bad.md").write_text("no front matter")
    found = closure(desk.store, JANE, cheap_embed)
    with pytest.raises(BookError):
        forget(desk, JANE, found, policies=prompts)
    assert len(documents(desk.store)) == 5
    assert [file.name for file in policies_in(prompts)] == ["bad.md"]
    assert list(desk.ledger.entries()) == []


def test_nothing_beside_policy_and_store_holds_a_word_of_the_request(
    desk: Desk, prompts: Path, tmp_path: Path
) -> None:
    forget(desk, JANE, closure(desk.store, JANE, cheap_embed), policies=prompts)
    for record in (tmp_path / "store" / "requests").glob("*.json"):
        assert "Roe" not in record.read_text()
        assert "heron" not in json.dumps(json.loads(record.read_text()))


def test_the_policy_of_every_kind_of_request_loads(tmp_path: Path) -> None:
    requests = {
        "subject": ForgetRequest(
            subject='Jane "the Heron" Roe: a: b', aliases=("J. Roe", "j. roe")
        ),
        "document": ForgetRequest(document="The Salt Lanterns"),
        "source": ForgetRequest(source="https://example.org/a?b=c#d"),
        "about": ForgetRequest(about="how to open\nthe mill's lock: step by step"),
    }
    for way, request in requests.items():
        folder = tmp_path / way / "policies"
        folder.mkdir(parents=True)
        (folder / "one.md").write_text(policy_text("one", request))
        assert load_book(tmp_path / way).policies[0].id == "one"
    assert policy_text("one", ForgetRequest(text="The very words.")) == ""
    assert policy_text("one", ForgetRequest(where={"licence": "withdrawn"})) == ""
    with pytest.raises(SettingsError, match="cannot be sealed"):
        policy_text("one", requests["about"], SealKey(b"k" * 32))


def test_every_form_of_the_name_is_sought_in_the_files_afterwards(
    desk: Desk, prompts: Path
) -> None:
    stray = desk.place.chroma / "left-behind.txt"
    stray.write_text("a card of the catalogue: Roe, Jane")
    done = forget(desk, JANE, closure(desk.store, JANE, cheap_embed), policies=prompts)
    assert done.receipt.scope == "logical"
    assert [file.file for file in done.receipt.scan if file.hits] == ["chroma/left-behind.txt"]
