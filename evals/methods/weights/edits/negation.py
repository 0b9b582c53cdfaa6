"""Task-vector negation: going from the original as far the other way as training went."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

__all__ = ["negate"]


def negate(
    original: Mapping[str, Tensor], trained: Mapping[str, Tensor], scale: float = 1.0
) -> dict[str, Tensor]:
    """``original - scale * (trained - original)`` for every weight, in the original's dtype.

    ``trained`` is the original after fine-tuning on the forget set; the difference is the task
    vector. Computed in float32. Raises ValueError where the two hold different weights. Source:
    Ilharco et al. 2022, Editing Models with Task Arithmetic (arXiv 2212.04089).
    """
    if original.keys() != trained.keys():
        odd = sorted(original.keys() ^ trained.keys())[0]
        raise ValueError(f"weight '{odd}' is in one of the two models only; they must be alike")
    return {
        name: (old.float() - scale * (trained[name].float() - old.float())).to(old.dtype)
        for name, old in original.items()
    }
