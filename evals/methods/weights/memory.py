"""What a run will hold in memory, computed from a model's shape before anything is loaded.

    needs = memory(LLAMA_1B, "lora", tokens=8 * 2 * 100, answers=8 * 2 * 40)
    needs.total / 2**30                                                  ->  gibibytes

The estimate is for a GPU: weights that stay as they are in bfloat16, trained ones with gradient and
two moments in float32, activations in bfloat16. Kernels, fragments and the CUDA context come on top
(a gigabyte or two).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["LLAMA_1B", "ZEPHYR_7B", "Needs", "Shape", "memory", "parameters"]

Trains = Literal["all", "lora", "rmu"]
_RMU_LAYERS = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """A model built like Llama: widths, and whether the head shares the embedding's weights."""

    width: int
    layers: int
    inner: int
    key_value: int
    vocabulary: int
    tied: bool


LLAMA_1B = Shape(2048, 16, 8192, 512, 128_256, tied=True)
ZEPHYR_7B = Shape(4096, 32, 14_336, 1024, 32_000, tied=False)


@dataclass(frozen=True, slots=True)
class Needs:
    """Bytes by what holds them; ``trained`` is a number of weights."""

    trained: int
    weights: int
    optimizer: int
    activations: int
    logits: int

    @property
    def total(self) -> int:
        """Bytes altogether."""
        return self.weights + self.optimizer + self.activations + self.logits


def parameters(shape: Shape) -> int:
    """Weights of the whole model, counted from its matrices and norms."""
    d, tables = shape.width, 1 if shape.tied else 2
    layer = 2 * d * d + 2 * d * shape.key_value + 3 * d * shape.inner + 2 * d
    return tables * shape.vocabulary * d + shape.layers * layer + d


def memory(
    shape: Shape,
    trains: Trains,
    tokens: int,
    answers: int,
    rank: int = 16,
    checkpointing: bool = False,
) -> Needs:
    """What one pass needs whose batches hold ``tokens`` tokens, ``answers`` of them of answers.

    Weights: 4 bytes each where all are trained, else 2 and 4 more for each trained one. Optimiser:
    4 bytes of gradient and 8 of moments per trained weight. Activations: what the backward pass of
    each layer needs (or its input alone, with checkpointing, and one layer's whole). Logits: 2
    bytes, and 4 each for their copy in float32, its softmax and its gradient.
    """
    every = parameters(shape)
    trained = {"all": every, "lora": _adapters(shape, rank), "rmu": _rmu(shape)}[trains]
    weights = 4 * every if trains == "all" else 2 * every + 4 * trained
    depth = _rmu_depth(shape) if trains == "rmu" else shape.layers
    layer = _activations(shape)
    per_token = depth * 2 * shape.width + layer if checkpointing else depth * layer
    logits = 0 if trains == "rmu" else 14 * answers * shape.vocabulary
    return Needs(trained, weights, 12 * trained, tokens * per_token, logits)


def _activations(shape: Shape) -> int:
    """Bytes per token and layer that are kept for the backward pass, attention by blocks.

    Inputs of both norms and their float32 copies, inputs of the two projections, queries, keys,
    values, attention's output, and four tensors of the gated feed-forward layer.
    """
    d = shape.width
    return 2 * (6 * d + 2 * shape.key_value + 4 * shape.inner) + 2 * 4 * d


def _adapters(shape: Shape, rank: int) -> int:
    d, kv, inner = shape.width, shape.key_value, shape.inner
    sides = 2 * (d + d) + 2 * (d + kv) + 3 * (d + inner)
    return shape.layers * rank * sides


def _rmu(shape: Shape) -> int:
    return min(_RMU_LAYERS, _rmu_depth(shape)) * shape.width * shape.inner


def _rmu_depth(shape: Shape) -> int:
    """Layers that RMU computes: up to the steered one."""
    return round(7 / 31 * (shape.layers - 1)) + 1
