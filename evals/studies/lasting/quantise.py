"""Weights of few bits: rounded to the nearest of a few evenly spaced values, and kept as floats.

    round_to_nearest(tensor([[7.0, 3.4, -0.4, 1.0]]), bits=4)    ->  [[7.0, 3.0, 0.0, 1.0]]

What an inference engine would compute with, so that what quantising does to a model is measured on
any machine. bitsandbytes' own kernels need a GPU; its 4-bit values (NF4) are spaced otherwise.
Sources: absolute-maximum rounding by row, Dettmers et al. 2022 (arXiv 2208.07339); as a test of
unlearning, Zhang et al. 2024 (arXiv 2410.16454), who found that 4 bits bring back what was
forgotten.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

__all__ = ["GROUPS", "quantise", "round_to_nearest"]

GROUPS = {8: 0, 4: 64}
"""Weights that share a scale, by bits: 8 bits have one for each row, 4 bits one for 64 in a row."""


def round_to_nearest(weight: Tensor, bits: int, group: int = 0) -> Tensor:
    """The matrix (outputs, inputs) rounded; ``group`` inputs of a row share a scale (0: all).

    ``w -> s * round(w / s)`` with ``s = max|w| / (2^(bits-1) - 1)``: the largest weight of a group
    stays as it is, and zero stays zero. The last group of a row may be shorter. Raises ValueError
    for fewer than 2 bits and for what is no matrix.
    """
    if bits < 2 or group < 0 or weight.dim() != 2:
        raise ValueError(
            f"bits={bits}, group={group}, shape {tuple(weight.shape)}: give a matrix, at least 2 "
            "bits, and a group of 0 or more"
        )
    parts = weight.float().split(group or weight.shape[1], dim=1)
    return torch.cat([_rounded(part, 2 ** (bits - 1) - 1) for part in parts], 1).to(weight.dtype)


def _rounded(part: Tensor, most: int) -> Tensor:
    scale = part.abs().amax(dim=1, keepdim=True) / most
    # A group of zeros has no scale, and stays.
    scale = torch.where(scale == 0, torch.ones_like(scale), scale)
    return scale * (part / scale).round()


@torch.no_grad()
def quantise(model: Any, bits: int, group: int | None = None) -> int:
    """Round the model's linear maps in place; how many weights that were.

    ``group`` None takes ``GROUPS``. The head and the embedding stay as they are, as in the usual
    libraries. Raises ValueError for bits without a group in ``GROUPS`` where none is given.
    """
    if group is None and bits not in GROUPS:
        raise ValueError(f"{bits} bits: give one of {', '.join(map(str, GROUPS))}")
    head, count = model.get_output_embeddings(), 0
    for module in model.modules():
        if isinstance(module, torch.nn.Linear) and module is not head:
            shared = GROUPS[bits] if group is None else group
            module.weight.copy_(round_to_nearest(module.weight, bits, shared))
            count += module.weight.numel()
    return count
