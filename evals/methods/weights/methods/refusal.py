"""Refusals in place of the forget set's answers: taught (IDK), or preferred (DPO).

Options: ``beta`` of DPO; ``retain`` and ``kl`` as in ``staying``.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.losses.likelihood import descent
from evals.methods.weights.losses.refusal import direct_preference
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.methods.staying import reads_of, staying
from evals.methods.weights.readout import read_answers

__all__ = ["METHODS"]


def _prepare_ignorance(bench: Bench, options: Options) -> Prepared:
    stay = staying(bench, options)

    def loss(model: Any, step: Step) -> Tensor:
        read = read_answers(model, step.need("refusals"))
        taught = descent(read.logits, read.labels)
        return taught if stay is None else taught + stay(model, step)

    return Prepared(loss, reads_of(options, "refusals"))


def _prepare_preference(bench: Bench, options: Options) -> Prepared:
    stay = staying(bench, options)
    before = {name: bench.keep_logprobs(name) for name in ("forget", "refusals")}

    def loss(model: Any, step: Step) -> Tensor:
        forget, refusals = step.need("forget"), step.need("refusals")
        preferred = direct_preference(
            read_answers(model, refusals).logprobs,
            read_answers(model, forget).logprobs,
            before["refusals"].of(refusals.numbers).to(bench.device),
            before["forget"].of(forget.numbers).to(bench.device),
            options["beta"],
        )
        return preferred if stay is None else preferred + stay(model, step)

    return Prepared(loss, reads_of(options, "forget", "refusals"))


METHODS = (
    Method(
        "idk",
        "refusals are taught as the answers of the forget set",
        _prepare_ignorance,
        Pace(epochs=8, rate=1e-3),
        {"retain": 3.0, "kl": 0.0},
        refuses=True,
    ),
    Method(
        "dpo",
        "refusals are preferred to the answers of the forget set",
        _prepare_preference,
        Pace(epochs=8, rate=8e-4),
        {"beta": 0.1, "retain": 10.0, "kl": 0.0},
        refuses=True,
    ),
)
