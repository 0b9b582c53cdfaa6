"""RMU: the forget set's activations behind an early layer are steered to a random direction.

Options: ``layer`` (-1 takes layer 7 of 32 scaled to the model's depth), ``steer`` (length of the
target as a multiple of the mean activation, after Adaptive RMU, Huu-Tien et al. 2024, arXiv
2408.06223), ``retain`` (weight of staying put). As published, only the feed-forward layers' output
matrices of that layer and the two below it are trained.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.examples import Batch
from evals.methods.weights.losses.steering import misdirection, random_direction
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.readout import layers_of, states_behind

__all__ = ["METHODS", "default_layer"]

_PUBLISHED, _DEPTH, _TRAINED = 7, 32, 3
_MATRIX = "mlp.down_proj.weight"


def default_layer(depth: int) -> int:
    """The published layer 7 of 32 (counted from 0) in a model of ``depth`` layers.

    >>> [default_layer(depth) for depth in (32, 16, 4)]
    [7, 3, 1]
    """
    return round(_PUBLISHED / (_DEPTH - 1) * (depth - 1))


def _prepare(bench: Bench, options: Options) -> Prepared:
    depth = len(layers_of(bench.model))
    layer = default_layer(depth) if options["layer"] < 0 else int(options["layer"])
    if layer >= depth:
        raise ValueError(f"option layer={layer}: the model has layers 0 to {depth - 1}")
    behind = partial(_behind, bench.model, layer)
    kept = bench.keep_states("retain", f"layer{layer}", behind)
    forget = bench.keep_states("forget", f"layer{layer}", behind)
    length = float(forget.table.float().norm(dim=-1).mean())
    width = kept.table.shape[-1]
    target = options["steer"] * length * random_direction(width, bench.generator(1))
    target = target.to(bench.device)

    def loss(model: Any, step: Step) -> Tensor:
        forget, retain = step.need("forget"), step.need("retain")
        return misdirection(
            states_behind(model, forget, layer),
            target,
            states_behind(model, retain, layer),
            kept.of(retain.numbers).to(bench.device),
            options["retain"],
        )

    trained = {f".{n}.{_MATRIX}" for n in range(max(0, layer + 1 - _TRAINED), layer + 1)}
    if not any(_ends(name, trained) for name, _ in bench.model.named_parameters()):
        raise ValueError(
            f"{type(bench.model).__name__} has no '{_MATRIX}' in its layers, which rmu trains; use "
            "another method, or a model built like Llama or Mistral"
        )
    return Prepared(loss, frozenset({"forget", "retain"}), lambda name: _ends(name, trained))


def _behind(model: Any, layer: int, batch: Batch) -> Tensor:
    return states_behind(model, batch, layer)


def _ends(name: str, endings: set[str]) -> bool:
    return any(name.endswith(ending) for ending in endings)


METHODS = (
    Method(
        "rmu",
        "activations of the forget set are steered to a random direction",
        _prepare,
        Pace(epochs=5, rate=1e-2, large_rate=5e-5),
        {"layer": -1.0, "steer": 5.0, "retain": 10.0},
        whole=True,
        partial=True,
    ),
)
