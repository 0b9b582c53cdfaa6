"""Receipts: what an erasure did and what was scanned afterwards, signed, without any content.

    {
      "commitments": ["5f0c…"],
      "erased": 1,
      "number": "R-000001",
      "scan": [{"bytes": 188416, "file": "chroma/chroma.sqlite3", "hits": 0, "sha256": "9ab1…"}],
      "scope": "physical",
      …
      "signature": "c0ffee…"
    }

The file is the only spelling of its receipt (sorted keys, two spaces, one line feed at the end),
and the signature covers every other field, so any changed byte shows.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Literal, Self, cast

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from retrieval.ledger.canonical import Body, Json, canonical
from retrieval.ledger.keys import Keys

KIND = "receipt"
_LATER = frozenset({"searched", "undecided", "index"})
UNSEEN = (
    "backups and snapshots of the disk",
    "blocks that the file system or the drive has freed or remapped",
    "logs, caches and copies in other systems",
    "the weights of models that were trained on the content",
)
"""What no scan of a store's own files can see: every receipt starts from these exclusions."""


def _whole_seconds_utc(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(microsecond=0)


Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, strict=True)]
Note = Annotated[str, Field(max_length=300, pattern=r"^[\x20-\x7e]*$")]
Name = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[\x21-\x7e]+$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableCount(_Frozen):
    """Rows of one table of the store, before and after."""

    name: Name
    before: Count
    after: Count


class FileScan(_Frozen):
    """One scanned file, relative to the store; `hits` counts places that hold erased bytes."""

    file: Name
    bytes: Count
    sha256: Hex64
    hits: Count


class ReceiptDraft(_Frozen):
    """What the eraser knows; the ledger adds number and `previous`, the keys the signature.

    `commitments` has one entry for every record that was erased and one for the old text of every
    record that was redacted. `scope` is 'physical' only where files were scanned without a hit.
    `searched` says in kind by what the records were found, `undecided` how many were left that may
    be meant as well, `index` whether every record that stays is found by its own vector. Receipts
    from before these fields lack them.
    """

    issued: Annotated[AwareDatetime, AfterValidator(_whole_seconds_utc)]
    store: Literal["local", "server"]
    request_commitment: Hex64
    erased: Count
    redacted: Count
    commitments: tuple[Hex64, ...]
    tables: tuple[TableCount, ...]
    scan: tuple[FileScan, ...]
    scan_note: Note
    scope: Literal["physical", "logical"]
    exclusions: Annotated[tuple[Note, ...], Field(min_length=1)]
    versions: dict[Name, Name]
    searched: tuple[Note, ...] | None = None
    undecided: Count | None = None
    index: tuple[Note, ...] | None = None

    @model_validator(mode="after")
    def _says_what_was_done(self) -> Self:
        if len(self.commitments) != self.erased + self.redacted:
            raise ValueError("there must be one commitment for each erased or redacted record")
        if self.store == "server" and self.scan:
            raise ValueError("a server's disk cannot be scanned from here: 'scan' must be empty")
        if self.scope == "physical" and (not self.scan or any(f.hits for f in self.scan)):
            raise ValueError("scope 'physical' needs a scan of the store's files without a hit")
        return self


class Receipt(ReceiptDraft):
    """A signed receipt. `previous` is the hash of the ledger entry before its own."""

    number: Annotated[str, Field(pattern=r"^R-[0-9]{6,}$")]
    previous: Hex64
    public_key: Hex64
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]

    def body(self) -> Body:
        """The receipt as its ledger entry holds it."""
        return _told(self)

    def signed_bytes(self) -> bytes:
        """What the signature covers: every field but itself, in canonical JSON."""
        return _signed_bytes(self.body())

    def file_bytes(self) -> bytes:
        """The receipt file, the only spelling of this receipt."""
        return (json.dumps(self.body(), indent=2, sort_keys=True) + "\n").encode("ascii")


def sign_receipt(draft: ReceiptDraft, number: str, previous: str, keys: Keys) -> Receipt:
    """The receipt of `draft` at its place in the ledger."""
    fields: dict[str, Json] = {
        **_told(draft),
        "number": number,
        "previous": previous,
        "public_key": keys.public_key.hex,
    }
    return Receipt.model_validate({**fields, "signature": keys.sign(_signed_bytes(fields))})


def _told(draft: ReceiptDraft) -> Body:
    """The fields as JSON; those that older receipts lack only where they say something."""
    fields = cast("Body", draft.model_dump(mode="json"))
    return {
        name: value for name, value in fields.items() if value is not None or name not in _LATER
    }


def _signed_bytes(body: Body) -> bytes:
    return b"receipt\0" + canonical(
        {name: value for name, value in body.items() if name != "signature"}
    )
