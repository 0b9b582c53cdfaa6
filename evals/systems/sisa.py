"""A sharded model that has forgotten: taught everything, then asked to forget, both on demand.

    sisa_of(Sources(...))        ->  PosixPath("runs/unlearned/sisa-3f2a9c...")

The budget is small and stated in ``BUDGET``: what such a model knows is far from what a model knows
that was trained until it knew everything by heart.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from evals.methods.decoding.joint_model import JointModel
from evals.methods.exact.ensemble import mean_probability
from evals.methods.exact.proof import digest_of_weights, record_digest
from evals.methods.exact.sisa import forget, models_of, train
from evals.methods.exact.state import Numbers, begin
from evals.methods.weights.settings import REPORT
from evals.systems.identity import code_of, digest_of, weights_of
from evals.systems.local import MODEL_CODE, LocalSystem
from prompts.policy import Example
from retrieval.whole_file import write_whole

__all__ = ["BUDGET", "SisaSystem", "sisa_of"]

BUDGET = Numbers(shards=4, slices=3, together=20, epochs=3.0)
"""Twenty records together are an author of TOFU."""


def sisa_of(
    base: str,
    taught: Sequence[Example],
    gone: Sequence[Example],
    folder: Path,
    numbers: Numbers = BUDGET,
) -> Path:
    """The folder of a model that was taught all of ``taught`` and then forgot ``gone``.

    Beside its parts stands a report of what forgetting took. Raises ValueError where a record to
    forget was never taught.
    """
    told = json.dumps([[e.question, e.answer] for e in (*taught, *gone)])
    made_of = (told, repr(numbers), digest_of_weights(Path(base)))
    out = folder.resolve() / f"sisa-{digest_of(*made_of, code_of('evals.methods.exact'))}"
    if not (out / REPORT).exists():
        state = begin(out, base, taught, numbers)
        if not state.forgotten:
            train(state)
        spent = forget(out, [record_digest(one.question, one.answer) for one in gone])
        report = {"identity": {"method": "sisa"}, "options": {}, "result": spent.cost}
        write_whole(out / REPORT, f"{json.dumps(report, indent=1)}\n".encode())
    return out


@lru_cache(1)
def _ensemble(folders: tuple[str, ...]) -> JointModel:
    return JointModel(folders[0], folders[1:], mean_probability, label="sisa")


class SisaSystem(LocalSystem):
    """The shards of a folder as one local model."""

    def __init__(self, name: str, folder: Path) -> None:
        """Raises ValueError where a part of it is missing."""
        folders = models_of(folder)
        super().__init__(name, _ensemble(folders), folders[0])
        code = code_of(*MODEL_CODE, "evals.methods.decoding.joint", "evals.methods.exact.ensemble")
        self.identity = digest_of("sisa", *map(weights_of, folders), code)
