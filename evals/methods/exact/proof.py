"""What each part of a sharded model saw: a record beside its weights, which anybody can check.

    {"records": ["9f2c...", ...], "before": "…", "weights": "…", "pace": {...}, "cost": {...}}

``records`` are SHA-256 digests of the records that the part was trained on, ``before`` is the
digest of the weights that its training went on from (those of the slice before, or of the base),
``weights`` of those that it came to. A record that stands in no part's list, in a chain whose
weights fit, took no part in the training: that is what makes the removal exact.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from retrieval.whole_file import write_whole

__all__ = ["PROOF", "Proof", "digest_of_weights", "read_proof", "record_digest", "write_proof"]

PROOF = "proof.json"
_WEIGHTS = (".safetensors", ".bin")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a part was trained on, from where, to what, with which numbers, and what it cost."""

    records: tuple[str, ...]
    before: str
    weights: str
    pace: Mapping[str, Any]
    cost: Mapping[str, float]

    def fits(self, records: Sequence[str], before: str, pace: Mapping[str, Any]) -> bool:
        """Would training on these records, from these weights, be this part's own training?"""
        return (self.records, self.before, dict(self.pace)) == (tuple(records), before, dict(pace))


def record_digest(question: str, answer: str) -> str:
    """SHA-256 of a record's content, hexadecimal."""
    return hashlib.sha256(json.dumps([question, answer]).encode()).hexdigest()


def digest_of_weights(folder: Path) -> str:
    """SHA-256 over the weight files of a model folder, hexadecimal; ValueError if it has none."""
    files = sorted(path for path in folder.iterdir() if path.suffix in _WEIGHTS)
    if not files:
        raise ValueError(f"{folder} holds no weights; give a folder with a transformers model")
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def write_proof(folder: Path, proof: Proof) -> None:
    """Put the record beside the weights, as the last file of a part."""
    write_whole(folder / PROOF, f"{json.dumps(asdict(proof), indent=1)}\n".encode())


def read_proof(folder: Path) -> Proof | None:
    """The record of a finished part; None where there is none."""
    file = folder / PROOF
    if not file.exists():
        return None
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Proof(tuple(told.pop("records")), **told)
