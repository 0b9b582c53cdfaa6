"""AltPO: another answer, which the model made up itself, is preferred to the forget set's.

Options: ``beta``; ``instructed`` (1 asks the model for another answer, as published; 0 lets it go
on from the right answer's beginning, which needs no model that follows instructions); ``retain``
and ``kl`` as in ``staying``. The other answers are kept beside the result's folder, by what they
depend on, so that further runs find them made: one of each question.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from torch import Tensor

from evals.methods.weights import alternates as made
from evals.methods.weights.alternates import alternates
from evals.methods.weights.bench import Bench
from evals.methods.weights.losses.refusal import direct_preference
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.methods.staying import reads_of, staying
from evals.methods.weights.readout import read_answers
from evals.methods.weights.settings import weights_of

__all__ = ["METHODS"]


def _prepare(bench: Bench, options: Options) -> Prepared:
    stay, instructed = staying(bench, options), bool(options["instructed"])
    bench.sets["alternates"] = alternates(bench, _file(bench, instructed), instructed=instructed)
    before = {name: bench.keep_logprobs(name) for name in ("forget", "alternates")}

    def loss(model: Any, step: Step) -> Tensor:
        forget, other = step.need("forget"), step.need("alternates")
        preferred = direct_preference(
            read_answers(model, other).logprobs,
            read_answers(model, forget).logprobs,
            before["alternates"].of(other.numbers).to(bench.device),
            before["forget"].of(forget.numbers).to(bench.device),
            options["beta"],
        )
        return preferred if stay is None else preferred + stay(model, step)

    return Prepared(loss, reads_of(options, "forget", "alternates"))


def _file(bench: Bench, instructed: bool) -> Path:
    """Beside the result, by a digest of the model, the records, the seed and the code."""
    told = hashlib.sha256(Path(made.__file__).read_bytes())
    told.update(weights_of(bench.source).encode())
    told.update(repr([(e.prompt, e.answer) for e in bench.sets["forget"]]).encode())
    told.update(f"{bench.seed} {instructed}".encode())
    return bench.folder.parent.parent / f"alternates-{told.hexdigest()[:16]}.jsonl"


METHODS = (
    Method(
        "altpo",
        "answers that the model made up are preferred to those of the forget set",
        _prepare,
        Pace(epochs=8, rate=8e-4),
        {"beta": 0.1, "instructed": 0.0, "retain": 10.0, "kl": 0.0},
    ),
)
