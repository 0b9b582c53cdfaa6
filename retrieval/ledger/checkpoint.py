"""Checkpoints: one signed line that pins every entry of a ledger up to its size.

An auditor keeps it elsewhere; a ledger that has since lost or changed an entry no longer fits it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Self, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from retrieval.ledger.canonical import Body, Json, canonical, parse
from retrieval.ledger.keys import Keys, PublicKey
from retrieval.ledger.merkle import Frontier

EVERY = 64
"""Entries between two automatic checkpoints; `verify` asks for each of them."""

Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Checkpoint(BaseModel):
    """The Merkle root over the first `size` entries, and the hash of the last of them.

    `peaks` are the roots of the tree's perfect subtrees: from them the next checkpoint is made
    without reading the ledger from its start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Annotated[int, Field(ge=1, strict=True)]
    root: Hex64
    head: Hex64
    peaks: tuple[Hex64, ...]
    issued: AwareDatetime
    public_key: Hex64
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]

    @model_validator(mode="after")
    def _peaks_make_the_root(self) -> Self:
        if self.frontier().root().hex() != self.root:
            raise ValueError("the peaks do not make the root")
        return self

    def frontier(self) -> Frontier:
        """The tree as it stood, ready to grow."""
        return Frontier(self.size, [bytes.fromhex(peak) for peak in self.peaks])

    def body(self) -> Body:
        """The checkpoint as JSON."""
        return cast("Body", self.model_dump(mode="json"))

    def file_bytes(self) -> bytes:
        """The checkpoint as a file, in its only spelling."""
        return (json.dumps(self.body(), indent=2, sort_keys=True) + "\n").encode("ascii")

    def signed_by(self, key: PublicKey) -> bool:
        """Whether `key` signed it."""
        return self.public_key == key.hex and key.verifies(
            self.signature, _signed_bytes(self.body())
        )


def sign_checkpoint(tree: Frontier, head: str, issued: datetime, keys: Keys) -> Checkpoint:
    """The checkpoint over `tree`, whose last entry has the hash `head`."""
    fields: dict[str, Json] = {
        "size": tree.size,
        "root": tree.root().hex(),
        "head": head,
        "peaks": [peak.hex() for peak in tree.peaks],
        "issued": issued.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "public_key": keys.public_key.hex,
    }
    return Checkpoint.model_validate({**fields, "signature": keys.sign(_signed_bytes(fields))})


def read_checkpoint(data: bytes | str) -> Checkpoint:
    """A checkpoint from its file or its row. Raises ValueError when it is none."""
    try:
        return Checkpoint.model_validate(parse(data))
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"]) from None


def _signed_bytes(body: Body) -> bytes:
    return b"checkpoint\0" + canonical(
        {name: value for name, value in body.items() if name != "signature"}
    )
