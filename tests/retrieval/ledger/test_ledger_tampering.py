"""Any single change to a stored entry, and any rearrangement of them, is found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ledger_samples import CALM, draft

from retrieval.ledger.chain import GENESIS, Position, Row, Verdict, entry_hash, entry_of, seal
from retrieval.ledger.checkpoint import Checkpoint, sign_checkpoint
from retrieval.ledger.keys import Keys
from retrieval.ledger.merkle import Frontier
from retrieval.ledger.receipt import KIND, Receipt, sign_receipt
from retrieval.ledger.verify import verify_rows

TEXTS = ("kind", "once", "record", "previous", "hash", "signature")
SIZE = 10


@pytest.fixture(scope="session")
def rows(keys: Keys) -> list[Row]:
    made: list[Row] = []
    previous = GENESIS
    for index in range(1, SIZE + 1):
        position = Position(index, previous, index // 2)
        if index % 2:
            made.append(seal(position, "2026-11-24T15:00:00Z", "note", "", {"n": index}, keys))
        else:
            number = f"R-{index // 2:06d}"
            body = sign_receipt(draft(keys), number, previous, keys).body()
            made.append(seal(position, "2026-11-24T15:00:00Z", KIND, f"job-{index}", body, keys))
        previous = made[-1].hash
    return made


@pytest.fixture(scope="session")
def pinned(rows: list[Row], keys: Keys) -> Checkpoint:
    tree = Frontier()
    for row in rows:
        tree.add(bytes.fromhex(row.hash))
    return sign_checkpoint(tree, rows[-1].hash, datetime.now(UTC), keys)


def check(rows: Sequence[Row], keys: Keys, *pinned: Checkpoint) -> Verdict:
    return verify_rows(rows, [one.file_bytes().decode() for one in pinned], keys.public_key)


def test_untouched_they_verify(rows: list[Row], pinned: Checkpoint, keys: Keys):
    assert check(rows, keys, pinned).ok
    assert verify_rows(rows, []).ok


@settings(CALM, max_examples=200)
@given(data=st.data())
def test_any_changed_character_of_any_entry_is_found(data: st.DataObject, rows, keys):
    at = data.draw(st.integers(0, SIZE - 1))
    field = data.draw(st.sampled_from([name for name in TEXTS if getattr(rows[at], name)]))
    text = getattr(rows[at], field)
    where = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.one_of(st.characters(max_codepoint=127), st.characters()))
    assume(other != text[where])
    changed = replace(rows[at], **{field: text[:where] + other + text[where + 1 :]})
    assert not check([*rows[:at], changed, *rows[at + 1 :]], keys).ok
    assert not verify_rows([*rows[:at], changed, *rows[at + 1 :]], []).ok


@settings(CALM, max_examples=100)
@given(data=st.data())
def test_text_put_in_or_taken_out_of_any_entry_is_found(data: st.DataObject, rows, keys):
    at = data.draw(st.integers(0, SIZE - 1))
    field = data.draw(st.sampled_from(TEXTS))
    text = getattr(rows[at], field)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 3)))
    changed = text[:start] + data.draw(st.text(max_size=3)) + text[end:]
    assume(changed != text)
    assert not check([*rows[:at], replace(rows[at], **{field: changed}), *rows[at + 1 :]], keys).ok


@settings(CALM)
@given(index=st.integers(-(2**40), 2**40), at=st.integers(0, SIZE - 1))
def test_another_index_is_found(index: int, at: int, rows: list[Row], keys: Keys):
    assume(index != rows[at].index)
    assert not check([*rows[:at], replace(rows[at], index=index), *rows[at + 1 :]], keys).ok


@settings(CALM)
@given(order=st.permutations(range(SIZE)), renumber=st.booleans())
def test_any_other_order_is_found(order: list[int], renumber: bool, rows, keys):
    assume(order != list(range(SIZE)))
    moved = [rows[i] for i in order]
    if renumber:
        moved = [replace(row, index=i) for i, row in enumerate(moved, 1)]
    assert not check(moved, keys).ok


@settings(CALM)
@given(
    gone=st.sets(st.integers(0, SIZE - 1), min_size=1),
    renumber=st.booleans(),
)
def test_any_removed_entries_are_found(gone: set[int], renumber: bool, rows, pinned, keys):
    left = [row for i, row in enumerate(rows) if i not in gone]
    if renumber:
        left = [replace(row, index=i) for i, row in enumerate(left, 1)]
    assert not check(left, keys, pinned).ok


@settings(CALM)
@given(left=st.integers(0, SIZE - 1))
def test_any_truncation_is_found_by_a_receipt_that_was_in_the_lost_part(left: int, rows, keys):
    kept, lost = rows[:left], [entry_of(row) for row in rows[left:]]
    receipts = [Receipt.model_validate(entry.body) for entry in lost if entry.kind == KIND]
    for receipt in receipts:
        assert not verify_rows(kept, [], keys.public_key, receipts=[receipt]).ok


@settings(CALM)
@given(at=st.integers(0, SIZE - 2))
def test_a_chain_made_anew_after_a_change_lacks_signatures(at: int, rows: list[Row], keys: Keys):
    forged, previous = list(rows[:at]), rows[at].previous
    for row in rows[at:]:
        record = row.record.replace("2026-11-24", "2026-11-25")
        digest = entry_hash(previous, record.encode())
        forged.append(replace(row, record=record, previous=previous, hash=digest))
        previous = digest
    assert "no valid signature" in check(forged, keys).reason


@settings(CALM, max_examples=200)
@given(data=st.data())
def test_any_changed_byte_of_a_checkpoint_is_found(data: st.DataObject, rows, pinned, keys):
    text = pinned.file_bytes().decode()
    where = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(max_codepoint=127))
    assume(other != text[where])
    changed = text[:where] + other + text[where + 1 :]
    assert not verify_rows(rows, [changed], keys.public_key).ok
