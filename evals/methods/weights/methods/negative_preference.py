"""Negative preference optimisation, with and without a reference, alone or held on the retain set.

Options: ``beta``, ``gamma`` (SimNPO's margin); ``retain`` and ``kl`` as in ``staying``.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.losses.negative_preference import npo, simnpo
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.methods.staying import reads_of, staying
from evals.methods.weights.readout import read_answers

__all__ = ["METHODS"]


def _prepare_npo(bench: Bench, options: Options) -> Prepared:
    stay = staying(bench, options)
    before = bench.keep_logprobs("forget")

    def loss(model: Any, step: Step) -> Tensor:
        batch = step.need("forget")
        reference = before.of(batch.numbers).to(bench.device)
        away = npo(read_answers(model, batch).logprobs, reference, options["beta"])
        return away if stay is None else away + stay(model, step)

    return Prepared(loss, reads_of(options, "forget"))


def _prepare_simnpo(bench: Bench, options: Options) -> Prepared:
    stay = staying(bench, options)

    def loss(model: Any, step: Step) -> Tensor:
        read = read_answers(model, step.need("forget"))
        away = simnpo(read.means, options["beta"], options["gamma"])
        return away if stay is None else away + stay(model, step)

    return Prepared(loss, reads_of(options, "forget"))


METHODS = (
    Method(
        "npo",
        "the forget set's answers are dispreferred against the original",
        _prepare_npo,
        Pace(epochs=5, rate=7e-5),
        {"beta": 0.1, "retain": 0.0, "kl": 0.0},
    ),
    Method(
        "npo-retain",
        "npo with descent on the retain set",
        _prepare_npo,
        Pace(epochs=10, rate=1e-3),
        {"beta": 0.1, "retain": 30.0, "kl": 0.0},
    ),
    Method(
        "npo-kl",
        "npo, near to the original on the retain set",
        _prepare_npo,
        Pace(epochs=10, rate=6e-4),
        {"beta": 0.1, "retain": 0.0, "kl": 30.0},
    ),
    Method(
        "simnpo",
        "length-normalised npo without a reference, with descent on the retain set",
        _prepare_simnpo,
        Pace(epochs=10, rate=3e-4),
        {"beta": 2.5, "gamma": 0.0, "retain": 1.0, "kl": 0.0},
    ),
)
