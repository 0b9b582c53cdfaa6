"""The chain: each entry's hash covers its own bytes and the hash before it.

    record    {"body":{…},"index":7,"kind":"receipt","once":"job-1","signer":"5d1f…","time":"…Z"}
    hash      SHA-256(hash of entry 6 + record)
    signature Ed25519 over "entry", a zero byte and the hash

A changed, swapped or missing entry breaks the chain; one that was made anew has no signature.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.ledger.canonical import Body, Json, canonical, parse
from retrieval.ledger.keys import Keys, PublicKey

GENESIS = "0" * 64
"""What stands as the previous hash in a ledger's first entry."""

_FIELDS = {"index", "time", "kind", "once", "signer", "body"}
_KIND = re.compile(r"[a-z][a-z0-9-]{0,31}")
_ONCE = re.compile(r"[A-Za-z0-9._:-]{0,100}")


@dataclass(frozen=True)
class Verdict:
    """Whether a check passed, and why or why not, in a sentence for its reader."""

    ok: bool
    reason: str


@dataclass(frozen=True)
class Position:
    """Where the next entry will stand: its index from 1, and which of its kind it is, from 1."""

    index: int
    previous: str
    ordinal: int


@dataclass(frozen=True)
class Row:
    """An entry as it is stored. `kind` and `once` repeat what the record says, for the index."""

    index: int
    kind: str
    once: str
    record: str
    previous: str
    hash: str
    signature: str


@dataclass(frozen=True)
class Entry:
    """One entry of the ledger. `time` is UTC; `once` is the caller's key against doing it twice."""

    index: int
    time: str
    kind: str
    body: Body
    once: str
    previous: str
    hash: str


def seal(position: Position, time: str, kind: str, once: str, body: Body, keys: Keys) -> Row:
    """The row of a new entry. Raises ValueError for a bad kind, key or body."""
    if not _KIND.fullmatch(kind):
        raise ValueError(f"kind {kind!r} is not small letters, digits and hyphens")
    if not _ONCE.fullmatch(once):
        raise ValueError(f"once {once!r} is not at most 100 letters, digits and . _ : -")
    record = canonical(
        {
            "index": position.index,
            "time": time,
            "kind": kind,
            "once": once,
            "signer": keys.public_key.hex,
            "body": body,
        }
    )
    digest = entry_hash(position.previous, record)
    signature = keys.sign(_signed_bytes(digest))
    return Row(
        position.index, kind, once, record.decode("ascii"), position.previous, digest, signature
    )


def entry_hash(previous: str, record: bytes) -> str:
    """SHA-256 over the previous hash (32 bytes) and the record, in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(previous) + record).hexdigest()


def fault_of(row: Row, index: int, previous: str, signer: PublicKey | None) -> str:
    """What is wrong with `row` as entry `index` after `previous`; empty when nothing is.

    Without `signer` the key that the record itself names is used.
    """
    if row.index != index:
        return f"entry {index} is missing: entry {row.index} stands in its place"
    if row.previous != previous:
        return f"entry {index} does not follow from the entry before it"
    try:
        record = row.record.encode("ascii")
        fields = _fields(row)
    except ValueError:
        return f"entry {index} is damaged"
    if row.hash != entry_hash(previous, record):
        return f"entry {index} was changed after it was written"
    if fields["index"] != index or (fields["kind"], fields["once"]) != (row.kind, row.once):
        return f"entry {index} is indexed as something else than it says"
    named = PublicKey(str(fields["signer"]))
    if signer is not None and named != signer:
        return f"entry {index} was signed by another key ({named.hex[:16]})"
    if not named.verifies(row.signature, _signed_bytes(row.hash)):
        return f"entry {index} has no valid signature"
    return ""


def entry_of(row: Row) -> Entry:
    """The entry in `row`. Raises ValueError when the row is damaged."""
    fields = _fields(row)
    body = fields["body"]
    if not isinstance(body, Mapping):
        raise ValueError("the body is no object")
    time, once = str(fields["time"]), row.once
    return Entry(row.index, time, row.kind, body, once, row.previous, row.hash)


def signer_of(row: Row) -> PublicKey:
    """The key that `row` says it was signed with. Raises ValueError when the row is damaged."""
    return PublicKey(str(_fields(row)["signer"]))


def _fields(row: Row) -> Mapping[str, Json]:
    fields = parse(row.record)
    if not isinstance(fields, Mapping) or set(fields) != _FIELDS:
        raise ValueError("the record has other fields than an entry has")
    return fields


def _signed_bytes(digest: str) -> bytes:
    return b"entry\0" + bytes.fromhex(digest)
