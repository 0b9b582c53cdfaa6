"""Task-vector negation: train on the forget set, then go the other way.

Option: ``scale``, how far. Source: Ilharco et al. 2022 (arXiv 2212.04089).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from boxed.models.weights import load_weights
from evals.methods.weights.bench import Bench
from evals.methods.weights.edits.negation import negate
from evals.methods.weights.losses.likelihood import descent
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.readout import read_answers

__all__ = ["METHODS"]


def _prepare(bench: Bench, options: Options) -> Prepared:
    def loss(model: Any, step: Step) -> Tensor:
        read = read_answers(model, step.need("forget"))
        return descent(read.logits, read.labels)

    def finish(model: Any) -> None:
        first: Any = load_weights(bench.source, torch.float32)
        now = {name: weight.detach().cpu() for name, weight in model.named_parameters()}
        before = {name: weight.detach() for name, weight in first.named_parameters()}
        away = negate(before, now, options["scale"])
        with torch.no_grad():
            for name, weight in model.named_parameters():
                weight.copy_(away[name])

    return Prepared(loss, frozenset({"forget"}), finish=finish)


METHODS = (
    Method(
        "task-vector",
        "training on the forget set, negated",
        _prepare,
        Pace(epochs=5, rate=3e-4),
        {"scale": 1.0},
    ),
)
