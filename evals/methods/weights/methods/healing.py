"""Harm and heal: weights are disturbed, then the retain set is trained on.

The families of the NeurIPS 2023 challenge (Triantafillou et al. 2024, arXiv 2406.09073). Options:
``noise`` (in units of each matrix's spread), ``share`` (of each matrix, to prune or to initialise
anew), ``first`` and ``last`` (how many layers to reset at either end).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.edits.noise import add_noise
from evals.methods.weights.edits.pruning import prune
from evals.methods.weights.edits.reset import matrices, reset_alike, reset_layer
from evals.methods.weights.losses.likelihood import descent
from evals.methods.weights.method import Method, Options, Pace, Prepared
from evals.methods.weights.methods.staying import retain_descent
from evals.methods.weights.readout import layers_of, read_answers

__all__ = ["METHODS"]

_RETAIN = frozenset({"retain"})
_GRADIENT_BATCHES = 8


def _prepare_noise(bench: Bench, options: Options) -> Prepared:
    weights = [w for layer in layers_of(bench.model) for w in matrices(layer)]
    add_noise(weights, options["noise"], bench.generator(2))
    return Prepared(retain_descent, _RETAIN)


def _prepare_pruning(bench: Bench, options: Options) -> Prepared:
    """Pruned entries stay zero."""
    masks = {n: prune(w, options["share"]) for n, w in _named_matrices(bench).items()}
    return Prepared(retain_descent, _RETAIN, masks=masks)


def _prepare_layers(bench: Bench, options: Options) -> Prepared:
    layers = list(layers_of(bench.model))
    first, last = int(options["first"]), int(options["last"])
    if not 0 < first + last <= len(layers) or min(first, last) < 0:
        raise ValueError(
            f"options first={first} and last={last}: reset 1 to {len(layers)} layers altogether"
        )
    chosen = [*layers[:first], *layers[len(layers) - last :]]
    generator = bench.generator(3)
    for layer in chosen:
        reset_layer(layer, _spread(bench), generator)
    return Prepared(retain_descent, _RETAIN)


def _prepare_reinitialisation(bench: Bench, options: Options) -> Prepared:
    """Only what was initialised anew is trained."""
    weights = _named_matrices(bench)
    forget, retain = (_gradients(bench, name, list(weights.values())) for name in _BOTH)
    generator, masks = bench.generator(4), dict[str, Tensor]()
    for (name, weight), one, other in zip(weights.items(), forget, retain, strict=True):
        share = options["share"]
        masks[name] = reset_alike(weight, one, other, share, _spread(bench), generator)
    return Prepared(retain_descent, _RETAIN, trains=lambda name: name in masks, masks=masks)


_BOTH = ("forget", "retain")


def _gradients(bench: Bench, name: str, weights: list[Tensor]) -> list[Tensor]:
    """The gradient of the mean cross-entropy on the first batches of the plan."""
    numbers = bench.planned(name)[: _GRADIENT_BATCHES * bench.most]
    groups = [numbers[at : at + bench.most] for at in range(0, len(numbers), bench.most)]
    total = [torch.zeros_like(weight) for weight in weights]
    for group in groups:
        read = read_answers(bench.model, bench.batch(name, group))
        found = torch.autograd.grad(descent(read.logits, read.labels), weights)
        for sum_, part in zip(total, found, strict=True):
            sum_ += part / len(groups)
    return total


def _named_matrices(bench: Bench) -> dict[str, Any]:
    """The matrices of the layers by their names in the model."""
    inside = {id(w) for layer in layers_of(bench.model) for w in matrices(layer)}
    return {n: w for n, w in bench.model.named_parameters() if id(w) in inside}


def _spread(bench: Bench) -> float:
    return float(getattr(bench.model.config, "initializer_range", 0.02))


_PACE = Pace(epochs=1, rate=1e-3, over="retain")
METHODS = (
    Method(
        "noise",
        "noise on the layers' matrices, healed on the retain set",
        _prepare_noise,
        _PACE,
        {"noise": 1.0},
    ),
    Method(
        "reinit",
        "weights that tell forget from retain least start anew, healed on the retain set",
        _prepare_reinitialisation,
        _PACE,
        {"share": 0.3},
        whole=True,
    ),
    Method(
        "prune",
        "the smallest weights become zero, healed on the retain set",
        _prepare_pruning,
        _PACE,
        {"share": 0.8},
        whole=True,
    ),
    Method(
        "layer-reset",
        "first or last layers start anew, healed on the retain set",
        _prepare_layers,
        _PACE,
        {"first": 0.0, "last": 1.0},
    ),
)
