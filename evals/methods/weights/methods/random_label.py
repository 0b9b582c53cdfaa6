"""Training the forget set's answers on random tokens. Option: ``retain``, as in ``staying``."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.losses.random_label import draw_labels, random_label
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.methods.staying import reads_of, staying
from evals.methods.weights.readout import read_answers

__all__ = ["METHODS"]


def _prepare(bench: Bench, options: Options) -> Prepared:
    stay = staying(bench, options)

    def loss(model: Any, step: Step) -> Tensor:
        read = read_answers(model, step.need("forget"))
        generator = torch.Generator().manual_seed(step.seed)
        drawn = draw_labels(read.labels, read.logits.shape[-1], generator)
        away = random_label(read.logits, drawn)
        return away if stay is None else away + stay(model, step)

    return Prepared(loss, reads_of(options, "forget"))


METHODS = (
    Method(
        "random-label",
        "the forget set's answers become random tokens",
        _prepare,
        Pace(epochs=8, rate=4e-4),
        {"retain": 3.0, "kl": 0.0},
    ),
)
