"""Magnitude pruning: the smallest weights of every matrix become zero."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["prune"]


@torch.no_grad()
def prune(weight: Tensor, share: float) -> Tensor:
    """Zero the ``share`` of entries that are smallest in magnitude (L1 norm), in place.

    Gives the mask, 1.0 where an entry was kept, of the weight's shape. Raises ValueError for a
    share outside [0, 1). Source: Jia et al. 2023, Model Sparsity Can Simplify Machine Unlearning
    (arXiv 2304.04934); a family of the NeurIPS 2023 challenge.
    """
    if not 0 <= share < 1:
        raise ValueError(f"share {share} of weights to prune is not at least 0 and below 1")
    mask = torch.ones_like(weight)
    count = int(share * weight.numel())
    if count:
        smallest = weight.abs().flatten().topk(count, largest=False).indices
        mask.view(-1)[smallest] = 0
    weight *= mask
    return mask
