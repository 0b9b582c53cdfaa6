import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ledger_samples import CALM, draft
from pydantic import ValidationError

from retrieval.ledger.keys import Keys, PublicKey, open_keys
from retrieval.ledger.receipt import FileScan, Receipt, sign_receipt
from retrieval.ledger.verify import read_receipt, verify_receipt


@pytest.fixture(scope="session")
def receipt(keys: Keys) -> Receipt:
    return sign_receipt(draft(keys, ("c1", "one"), ("c2", "two")), "R-000007", "9f" * 32, keys)


def test_a_receipt_file_verifies_with_the_public_key_alone(receipt: Receipt, keys: Keys):
    key = PublicKey(keys.public_key.hex)
    assert verify_receipt(receipt.file_bytes(), key).ok
    assert read_receipt(receipt.file_bytes()) == receipt


def test_the_documented_check_needs_nothing_of_this_program(receipt: Receipt, keys: Keys):
    fields = json.loads(receipt.file_bytes())
    signature = bytes.fromhex(fields.pop("signature"))
    signed = b"receipt\0" + json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys.public_key.hex))
    assert key.verify(signature, signed) is None
    with pytest.raises(InvalidSignature):
        key.verify(signature, signed.replace(b"R-000007", b"R-000008"))


def test_without_a_key_the_verdict_says_that_the_receipt_vouches_for_itself(receipt: Receipt):
    verdict = verify_receipt(receipt.file_bytes())
    assert verdict.ok
    assert "compare that with the key you were given" in verdict.reason


def test_another_keys_receipt_is_not_this_keys(receipt: Receipt, tmp_path):
    other = open_keys(tmp_path / "keys")
    assert "another key" in verify_receipt(receipt.file_bytes(), other.public_key).reason
    forged = receipt.model_copy(update={"public_key": other.public_key.hex})
    assert not verify_receipt(forged.file_bytes(), other.public_key).ok


def test_every_single_byte_counts(receipt: Receipt, keys: Keys):
    data = receipt.file_bytes()
    for at in range(len(data)):
        for bit in (0x01, 0x20):  # 0x20 is the case of a letter
            changed = data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
            assert not verify_receipt(changed, keys.public_key).ok, at


@settings(CALM, max_examples=300)
@given(at=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_any_changed_byte_is_found(at: float, byte: int, receipt: Receipt, keys: Keys):
    data = receipt.file_bytes()
    where = int(at * len(data))
    assume(data[where] != byte)
    changed = data[:where] + bytes([byte]) + data[where + 1 :]
    assert not verify_receipt(changed, keys.public_key).ok
    assert not verify_receipt(changed).ok


@settings(CALM, max_examples=300)
@given(at=st.floats(0, 1), cut=st.integers(0, 5), new=st.binary(max_size=5))
@example(at=1.0, cut=0, new=b"\n")
@example(at=0.0, cut=0, new=b"\xef\xbb\xbf")
def test_bytes_put_in_or_taken_out_are_found(at: float, cut: int, new: bytes, receipt, keys):
    data = receipt.file_bytes()
    where = int(at * len(data))
    changed = data[:where] + new + data[where + cut :]
    assume(changed != data)
    assert not verify_receipt(changed, keys.public_key).ok


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b"1" * 5000, b'{"number": 1}']
)
def test_what_is_no_receipt_is_said_to_be_none(data: bytes, keys: Keys):
    assert "no receipt" in verify_receipt(data, keys.public_key).reason


def test_the_same_receipt_in_another_encoding_is_a_changed_file(receipt: Receipt, keys: Keys):
    text = receipt.file_bytes().decode()
    for encoding in ("utf-16", "utf-32", "utf-8-sig"):
        assert not verify_receipt(text.encode(encoding), keys.public_key).ok


def test_time_is_told_in_utc_and_whole_seconds(keys: Keys):
    there = timezone(timedelta(hours=5, minutes=30))
    issued = datetime(2026, 11, 24, 21, 0, 7, 999999, tzinfo=there)
    made = sign_receipt(draft(keys, issued=issued), "R-000001", "0" * 64, keys)
    assert made.issued == datetime(2026, 11, 24, 15, 30, 7, tzinfo=UTC)
    assert b'"issued": "2026-11-24T15:30:07Z"' in made.file_bytes()
    assert verify_receipt(made.file_bytes(), keys.public_key).ok


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scope": "physical", "scan": ()}, "without a hit"),
        (
            {"scan": (FileScan(file="chroma/x", bytes=1, sha256="0" * 64, hits=2),)},
            "without a hit",
        ),
        ({"store": "server", "scope": "logical"}, "cannot be scanned"),
        ({"erased": 3}, "one commitment"),
        ({"exclusions": ()}, "exclusions"),
        ({"scan_note": "Zoë was here"}, "scan_note"),
        ({"issued": datetime(2026, 11, 24)}, "issued"),
        ({"erased": True}, "erased"),
        ({"text": "content"}, "text"),
    ],
)
def test_a_receipt_cannot_claim_what_was_not_shown(changes: dict, said: str, keys: Keys):
    with pytest.raises(ValidationError, match=said):
        draft(keys, **changes)


def test_a_server_gets_a_receipt_that_says_so(keys: Keys):
    note = "not possible: the disk belongs to the server"
    made = draft(keys, store="server", scope="logical", scan=(), scan_note=note)
    signed = sign_receipt(made, "R-000001", "0" * 64, keys)
    assert verify_receipt(signed.file_bytes(), keys.public_key).ok
    assert read_receipt(signed.file_bytes()).scan_note == note


def test_only_who_holds_key_id_and_text_finds_a_record_in_a_receipt(keys: Keys, tmp_path):
    made = draft(keys, ("c1", "one"), ("c2", "two"))
    assert keys.commit_record("c2", "two") in made.commitments
    assert keys.commit_record("c2", "twx") not in made.commitments
    assert keys.commit_record("c1", "two") not in made.commitments
    assert open_keys(tmp_path / "keys").commit_record("c2", "two") not in made.commitments
    assert keys.commit("other", {"id": "c2", "text": "two"}) not in made.commitments


def test_what_was_searched_for_is_signed_and_older_receipts_verify_without_it(keys: Keys):
    place = ("R-000007", "9f" * 32, keys)
    older = sign_receipt(draft(keys), *place)
    newer = {"searched": ("full name", "surname first"), "undecided": 0, "index": ("9 of 9 found",)}
    assert not {name.encode() for name in newer if f'"{name}"'.encode() in older.file_bytes()}
    assert verify_receipt(older.file_bytes(), keys.public_key).ok
    receipt = sign_receipt(draft(keys, **newer), *place)
    data = receipt.file_bytes()
    assert verify_receipt(data, keys.public_key).ok
    assert read_receipt(data) == receipt
    assert not verify_receipt(data.replace(b'"undecided": 0', b'"undecided": 1')).ok
    stripped = json.loads(data)
    del stripped["searched"]
    again = (json.dumps(stripped, indent=2, sort_keys=True) + "\n").encode()
    assert not verify_receipt(again, keys.public_key).ok
