"""What a private training depends on."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.methods.exact.proof import digest_of_weights

__all__ = ["Settings", "identity_of"]


@dataclass(frozen=True, slots=True)
class Settings:
    """A model folder taught the records of a JSONL file by DP-SGD.

    ``batch`` is the expected number of records of a step, each drawn by itself; ``noise`` a
    multiple of the norm ``clip`` that each record's gradient is cut to; ``lora`` the rank of the
    adapters that are trained (0: all weights). Whoever knows ``seed`` can subtract the noise: for
    a promise to others it must be secret and hard to guess.
    """

    model: str
    data: Path
    out: Path
    steps: int = 80
    batch: int = 256
    noise: float = 1.0
    clip: float = 1.0
    delta: float = 1e-5
    lora: int = 4
    learning_rate: float = 5e-3
    at_once: int = 32
    max_tokens: int = 512
    seed: int = 0
    checkpoint_every: int = 20


def identity_of(settings: Settings) -> dict[str, Any]:
    """What must be the same for a run to go on; weights and records by their digests."""
    told = asdict(settings)
    for name in ("out", "checkpoint_every"):
        del told[name]
    told["model"] = digest_of_weights(Path(settings.model))
    told["data"] = hashlib.sha256(settings.data.read_bytes()).hexdigest()
    return told
