"""What every ledger does, whatever database keeps it."""

import os
import threading
from pathlib import Path

import pytest
from ledger_samples import Place, draft

from retrieval.ledger.checkpoint import EVERY
from retrieval.ledger.errors import LedgerError
from retrieval.ledger.issuing import issue_receipt
from retrieval.ledger.keys import Keys, open_keys
from retrieval.ledger.ledger import ChainLedger, open_ledger, verify_ledger
from retrieval.ledger.merkle import includes
from retrieval.ledger.receipt import Receipt, sign_receipt
from retrieval.ledger.verify import verify_receipt


def test_entries_come_back_in_order_and_each_names_the_one_before(ledger: ChainLedger):
    made = [ledger.append("note", {"n": n, "tags": ["a", "é\n\0"]}) for n in range(5)]
    found = list(ledger.entries())
    assert found == made
    assert [entry.index for entry in found] == [1, 2, 3, 4, 5]
    assert [entry.previous for entry in found] == ["0" * 64, *(e.hash for e in found[:-1])]
    assert found[3].body == {"n": 3, "tags": ["a", "é\n\0"]}


def test_an_untouched_ledger_verifies_also_for_somebody_with_the_public_key_alone(
    ledger: ChainLedger, place: Place, keys: Keys
):
    assert ledger.verify().ok
    for n in range(EVERY + 3):
        ledger.append("note", {"n": n})
    assert ledger.verify().ok
    verdict = verify_ledger(place.location, keys.public_key)
    assert verdict.ok
    assert f"{EVERY + 3} entries" in verdict.reason
    assert keys.public_key.hex in verify_ledger(place.location).reason


def test_a_ledger_goes_on_where_it_was_left(ledger: ChainLedger, place: Place, keys: Keys):
    first = ledger.append("note", {"n": 1})
    ledger.close()
    again = open_ledger(place.location, keys)
    assert again.append("note", {"n": 2}).previous == first.hash
    assert again.verify().ok
    again.close()


def test_the_same_job_is_entered_once(ledger: ChainLedger, keys: Keys):
    first = issue_receipt(draft(keys), ledger, keys, job="job-1")
    again = issue_receipt(draft(keys, scan_note="run again"), ledger, keys, job="job-1")
    other = issue_receipt(draft(keys), ledger, keys, job="job-2")
    assert again == first
    assert (first.number, other.number) == ("R-000001", "R-000002")
    assert len(list(ledger.entries())) == 2


def test_a_receipt_names_the_entry_before_it_and_is_numbered_among_receipts(
    ledger: ChainLedger, keys: Keys
):
    before = ledger.append("note", {"n": 1})
    receipt = issue_receipt(draft(keys), ledger, keys, job="job-1")
    assert (receipt.number, receipt.previous) == ("R-000001", before.hash)
    assert verify_receipt(receipt.file_bytes(), keys.public_key).ok
    assert ledger.verify(receipts=[receipt]).ok
    assert Receipt.model_validate(list(ledger.entries())[1].body) == receipt


def test_a_body_that_cannot_be_made_leaves_the_ledger_as_it_was(ledger: ChainLedger):
    ledger.append("note", {"n": 1})

    def broken(_: object) -> dict[str, int]:
        raise RuntimeError("the eraser failed")

    with pytest.raises(RuntimeError):
        ledger.append_at("note", broken)
    with pytest.raises(ValueError, match="fraction"):
        ledger.append("note", {"n": 0.5})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="kind"):
        ledger.append("Not A Kind", {})
    assert [entry.index for entry in ledger.entries()] == [1]
    assert ledger.append("note", {"n": 2}).index == 2


def test_threads_share_one_chain(ledger: ChainLedger):
    def work(name: int) -> None:
        for n in range(8):
            ledger.append("note", {"thread": name, "n": n})

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(ledger.entries())) == 32
    assert ledger.verify().ok


def test_reading_sees_one_moment_while_others_write(ledger: ChainLedger):
    for n in range(3):
        ledger.append("note", {"n": n})
    seen = 0
    for _ in ledger.entries():
        ledger.append("note", {"n": 9})
        seen += 1
    assert seen == 3


def test_a_checkpoint_pins_what_was_there(ledger: ChainLedger):
    with pytest.raises(LedgerError, match="empty"):
        ledger.checkpoint()
    for n in range(5):
        ledger.append("note", {"n": n})
    first = ledger.checkpoint()
    assert ledger.checkpoint() == first
    for n in range(EVERY):
        ledger.append("note", {"n": n})
    second = ledger.checkpoint()
    assert (first.size, second.size) == (5, EVERY + 5)
    assert ledger.verify(checkpoints=[first, second]).ok


def test_an_entry_is_shown_to_be_in_the_ledger_without_the_ledger(ledger: ChainLedger):
    made = [ledger.append("note", {"n": n}) for n in range(7)]
    for index in (1, 4, 7):
        proof, pinned = ledger.prove(index)
        root = bytes.fromhex(pinned.root)
        assert includes(proof, bytes.fromhex(made[index - 1].hash), root)
        assert not includes(proof, bytes.fromhex(made[index - 2].hash), root)
    for missing in (0, 8, -1):
        with pytest.raises(LedgerError, match="no entry"):
            ledger.prove(missing)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET kind = 'other' WHERE idx = 1",
        "DELETE FROM ledger_entries WHERE idx = 1",
        "DELETE FROM ledger_checkpoints",
    ],
)
def test_the_database_itself_refuses_changes(
    ledger: ChainLedger, place: Place, statement: str, request: pytest.FixtureRequest
):
    import sqlite3

    import psycopg

    ledger.append("note", {"n": 1})
    ledger.checkpoint()
    if place.location.startswith("postgresql"):
        with (
            psycopg.connect(place.location) as connection,
            pytest.raises(psycopg.errors.RaiseException, match="append-only"),
        ):
            connection.execute(statement)
    else:
        connection = sqlite3.connect(place.location)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        connection.close()
    assert ledger.verify().ok


def _swap(column: str) -> str:
    """Exchange a column of entries 3 and 4."""
    return (
        f"UPDATE ledger_entries SET {column} = (SELECT o.{column} FROM ledger_entries o "
        "WHERE o.idx = 7 - ledger_entries.idx) WHERE idx IN (3, 4)"
    )


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE ledger_entries SET record = replace(record, '\"n\":2', '\"n\":7') "
            "WHERE idx = 3",
            "entry 3 was changed",
        ),
        ("UPDATE ledger_entries SET record = 'x' || record WHERE idx = 3", "entry 3 is damaged"),
        ("UPDATE ledger_entries SET record = record || ' ' WHERE idx = 3", "entry 3 was changed"),
        ("UPDATE ledger_entries SET kind = 'other' WHERE idx = 3", "entry 3 is indexed"),
        ("UPDATE ledger_entries SET once = 'job-9' WHERE idx = 3", "entry 3 is indexed"),
        ("UPDATE ledger_entries SET hash = upper(hash) WHERE idx = 3", "entry 3"),
        ("UPDATE ledger_entries SET previous = 'x' || previous WHERE idx = 3", "does not follow"),
        ("UPDATE ledger_entries SET signature = upper(signature) WHERE idx = 3", "signature"),
        (_swap("record"), "entry 3 was changed"),
        (_swap("signature"), "no valid signature"),
        ("DELETE FROM ledger_entries WHERE idx = 1", "entry 1 is missing"),
        ("DELETE FROM ledger_entries WHERE idx = 3", "entry 3 is missing"),
        ("DELETE FROM ledger_entries WHERE idx > 63", "entries were removed"),
        ("DELETE FROM ledger_checkpoints", "the checkpoint over 64 entries is missing"),
        ("UPDATE ledger_checkpoints SET size = 63", None),
        ("UPDATE ledger_checkpoints SET record = replace(record, '\"root\"', '\"boot\"')", "dam"),
        ("UPDATE ledger_checkpoints SET record = record || ' '", "checkpoint"),
    ],
)
def test_what_is_done_to_the_tables_is_found(
    ledger: ChainLedger, place: Place, statement: str, said: str | None
):
    for n in range(EVERY + 2):
        ledger.append("note", {"n": n})
    place.tamper(statement)
    verdict = ledger.verify()
    if said is None:  # the column is an index: what counts is what the checkpoint itself says
        assert verdict.ok
    else:
        assert not verdict.ok
        assert said in verdict.reason


def test_the_end_cut_off_is_found_by_whoever_kept_a_receipt_or_a_checkpoint(
    ledger: ChainLedger, place: Place, keys: Keys
):
    ledger.append("note", {"n": 1})
    receipt = issue_receipt(draft(keys), ledger, keys, job="job-1")
    pinned = ledger.checkpoint()
    place.tamper("DELETE FROM ledger_entries WHERE idx = 2")
    place.tamper("DELETE FROM ledger_checkpoints")
    assert ledger.verify().ok, "nothing inside can show it: that is why both are given away"
    assert "R-000001 is not in this ledger" in ledger.verify(receipts=[receipt]).reason
    assert "entries were removed" in ledger.verify(checkpoints=[pinned]).reason
    again = issue_receipt(draft(keys, scan_note="another"), ledger, keys, job="job-1")
    assert again.number == receipt.number
    assert not ledger.verify(receipts=[receipt]).ok
    assert not ledger.verify(checkpoints=[pinned]).ok


def test_a_damaged_end_is_not_continued(ledger: ChainLedger, place: Place):
    for n in range(3):
        ledger.append("note", {"n": n})
    place.tamper("UPDATE ledger_entries SET record = record || ' ' WHERE idx = 3")
    with pytest.raises(LedgerError, match="entry 3 was changed after it was written"):
        ledger.append("note", {"n": 4})


def test_other_keys_neither_continue_nor_forge_a_ledger(
    ledger: ChainLedger, place: Place, keys: Keys, tmp_path: Path
):
    other = open_keys(tmp_path / "other")
    ledger.append("note", {"n": 1})
    stranger = open_ledger(place.location, other)
    with pytest.raises(LedgerError, match="another key"):
        stranger.append("note", {"n": 2})
    stranger.close()
    assert "another key" in verify_ledger(place.location, other.public_key).reason
    place.tamper("DELETE FROM ledger_entries")
    forger = open_ledger(place.location, other)
    forger.append("note", {"n": 1})
    forger.close()
    assert verify_ledger(place.location).ok
    assert "another key" in verify_ledger(place.location, keys.public_key).reason


def test_a_receipt_in_the_ledger_must_be_a_signed_one(ledger: ChainLedger, keys: Keys):
    forged = sign_receipt(draft(keys), "R-000002", "0" * 64, keys)
    ledger.append("receipt", forged.body())
    assert "not R-000001" in ledger.verify().reason


def test_no_ledger_is_an_error_not_an_empty_ledger(place: Place, keys: Keys):
    with pytest.raises(LedgerError, match="there is no ledger"):
        verify_ledger(place.location, keys.public_key)
    assert os.path.exists(place.location) is False
