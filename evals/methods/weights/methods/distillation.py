"""The forget set's positions are taught what the model would say without the right token.

Options: ``beta`` of UNDIAL (by how much the right token's logit is lowered); ``skip`` of CE-U (how
many of an answer's first tokens are left alone, as published); ``retain`` and ``kl`` as in
``staying``. Neither published method has a retain loss: ``retain=0`` gives them.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.losses.soft_target import lowered, toward, without_label
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.methods.staying import reads_of, staying
from evals.methods.weights.readout import read_answers

__all__ = ["METHODS"]


def _prepare_undial(bench: Bench, options: Options) -> Prepared:
    stay = staying(bench, options)
    kept, head = bench.keep_states("forget", "states"), bench.head()

    def loss(model: Any, step: Step) -> Tensor:
        batch = step.need("forget")
        reference = head(kept.of(batch.numbers).to(bench.device))
        read = read_answers(model, batch)
        away = toward(read.logits, lowered(reference, read.labels, options["beta"]))
        return away if stay is None else away + stay(model, step)

    return Prepared(loss, reads_of(options, "forget"))


def _prepare_ceu(bench: Bench, options: Options) -> Prepared:
    stay = staying(bench, options)

    def loss(model: Any, step: Step) -> Tensor:
        read = read_answers(model, step.need("forget"))
        told = _behind_first(read.rows, int(options["skip"]))
        logits, labels = read.logits[told], read.labels[told]
        away = toward(logits, without_label(logits, labels))
        return away if stay is None else away + stay(model, step)

    return Prepared(loss, reads_of(options, "forget"))


def _behind_first(rows: Tensor, skip: int) -> Tensor:
    """Which tokens are none of the first ``skip`` of their answer; all of an answer as short.

    ``rows`` rises and says which answer a token belongs to.
    """
    counts = torch.bincount(rows)
    starts = counts.cumsum(0) - counts
    place = torch.arange(len(rows), device=rows.device) - starts[rows]
    return (place >= skip) | (counts[rows] <= skip)


METHODS = (
    Method(
        "undial",
        "the original's own distribution with the right token lowered",
        _prepare_undial,
        Pace(epochs=8, rate=1e-3, large_rate=1e-4),
        {"beta": 10.0, "retain": 3.0, "kl": 0.0},
    ),
    Method(
        "ce-u",
        "the model's own distribution without the right token",
        _prepare_ceu,
        Pace(epochs=5, rate=3e-4),
        {"skip": 1.0, "retain": 1.0, "kl": 0.0},
    ),
)
