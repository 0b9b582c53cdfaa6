"""Learning rather than forgetting: the parts that other ways to forget are made of.

Surrogates and shards are trained by the same loop, so that they resume, and say what they cost,
as everything else does. ``forget`` is what is learned here. Option: ``uniform`` weighs knowing
nothing on the retain set.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.losses.likelihood import descent
from evals.methods.weights.losses.uniform import uniformity
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.readout import read_answers

__all__ = ["METHODS"]


def _learned(model: Any, step: Step) -> Tensor:
    read = read_answers(model, step.need("forget"))
    return descent(read.logits, read.labels)


def _prepare_learning(bench: Bench, options: Options) -> Prepared:
    return Prepared(_learned, frozenset({"forget"}))


def _prepare_assistant(bench: Bench, options: Options) -> Prepared:
    if "retain" not in bench.sets:
        raise ValueError("an assistant must be uniform on a retain set; name its file")

    def loss(model: Any, step: Step) -> Tensor:
        elsewhere = read_answers(model, step.need("retain")).logits
        return _learned(model, step) + options["uniform"] * uniformity(elsewhere)

    return Prepared(loss, frozenset({"forget", "retain"}))


METHODS = (
    Method(
        "fine-tune",
        "ordinary training on the set that is given as forget set",
        _prepare_learning,
        Pace(epochs=8, rate=1.5e-3),
    ),
    Method(
        "assistant",
        "remembers the forget set and is uniform on the retain set",
        _prepare_assistant,
        Pace(epochs=8, rate=1.5e-3),
        {"uniform": 1.0},
    ),
)
