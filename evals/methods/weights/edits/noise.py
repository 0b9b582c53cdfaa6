"""Noise on every weight, as large as the weights of its matrix are."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

__all__ = ["add_noise"]


@torch.no_grad()
def add_noise(weights: Iterable[Tensor], scale: float, generator: torch.Generator) -> None:
    """Add ``scale * std(W) * N(0, 1)`` to each matrix, in place; vectors (norms) stay.

    A family of the NeurIPS 2023 unlearning challenge (Triantafillou et al. 2024, arXiv 2406.09073).
    """
    for weight in weights:
        if weight.dim() > 1:
            drawn = torch.randn(weight.shape, generator=generator)
            weight += (scale * weight.float().std() * drawn.to(weight.device)).to(weight.dtype)
