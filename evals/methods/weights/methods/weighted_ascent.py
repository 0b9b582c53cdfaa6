"""Ascent on the forget set, token by token as far as it is still known.

Options: ``beta`` of WGA; ``saturation`` and ``importance`` of SatImp; ``retain`` and ``kl`` as in
``staying``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.losses.weighted import (
    confidence,
    saturated_and_important,
    weighted_ascent,
)
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.methods.staying import reads_of, staying
from evals.methods.weights.readout import Read, read_answers

__all__ = ["METHODS"]


def _prepare_wga(bench: Bench, options: Options) -> Prepared:
    return _weighted(
        bench, options, lambda read: confidence(read.logits, read.labels, options["beta"])
    )


def _prepare_satimp(bench: Bench, options: Options) -> Prepared:
    return _weighted(
        bench,
        options,
        lambda read: saturated_and_important(
            read.logits, read.labels, options["saturation"], options["importance"]
        ),
    )


def _weighted(bench: Bench, options: Options, weights: Callable[[Read], Tensor]) -> Prepared:
    stay = staying(bench, options)

    def loss(model: Any, step: Step) -> Tensor:
        read: Read = read_answers(model, step.need("forget"))
        away = weighted_ascent(read.logits, read.labels, weights(read))
        return away if stay is None else away + stay(model, step)

    return Prepared(loss, reads_of(options, "forget"))


METHODS = (
    Method(
        "wga",
        "ascent weighted by how likely each token still is",
        _prepare_wga,
        Pace(epochs=5, rate=1e-3),
        {"beta": 1.0, "retain": 1.0, "kl": 0.0},
    ),
    Method(
        "satimp",
        "ascent weighted by how far each token is from forgotten and from certain",
        _prepare_satimp,
        Pace(epochs=5, rate=3e-4),
        {"saturation": 5.0, "importance": 1.0, "retain": 10.0, "kl": 0.0},
    ),
)
