"""Gradient ascent on the forget set: alone, beside descent, or held by a divergence.

Options: ``retain`` weighs cross-entropy on the retain set, ``kl`` the divergence from the original.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.losses.ascent import gradient_ascent
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.methods.staying import reads_of, staying
from evals.methods.weights.readout import read_answers

__all__ = ["METHODS"]


def _prepare(bench: Bench, options: Options) -> Prepared:
    stay = staying(bench, options)

    def loss(model: Any, step: Step) -> Tensor:
        read = read_answers(model, step.need("forget"))
        away = gradient_ascent(read.logits, read.labels)
        return away if stay is None else away + stay(model, step)

    return Prepared(loss, reads_of(options, "forget"))


METHODS = (
    Method(
        "grad-ascent",
        "ascent on the forget set; collapses when it runs for long",
        _prepare,
        Pace(epochs=2, rate=2e-4),
        {"retain": 0.0, "kl": 0.0},
    ),
    Method(
        "grad-diff",
        "ascent on the forget set, descent on the retain set",
        _prepare,
        Pace(epochs=8, rate=1.5e-3),
        {"retain": 5.0, "kl": 0.0},
    ),
    Method(
        "kl",
        "ascent on the forget set, near to the original on the retain set",
        _prepare,
        Pace(epochs=3, rate=2e-4),
        {"retain": 0.0, "kl": 1.0},
    ),
)
