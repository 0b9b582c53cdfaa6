"""Gradients of single examples, each cut to a length, and their sum.

Source: Abadi et al. 2016, Deep learning with differential privacy (arXiv 1607.00133).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.func import functional_call, grad, vmap
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import cross_entropy

from evals.training.padding import IGNORED

__all__ = ["clipped_sum", "gradients_of"]

Weights = Mapping[str, Tensor]
Loss = Callable[[dict[str, Tensor], Tensor, Tensor], Tensor]


def gradients_of(model: Any, weights: Weights, ids: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """Each example's gradient with respect to ``weights``: (examples, *shape) by name.

    The loss of an example is the mean cross-entropy of its labelled tokens; ``ids`` and ``labels``
    are (examples, longest), padded on the right. ``model`` must be in eval mode.
    """

    def loss(given: dict[str, Tensor], one: Tensor, wanted: Tensor) -> Tensor:
        told = {"input_ids": one[None], "use_cache": False}
        logits = functional_call(model, given, (), told).logits[0, :-1]
        return cross_entropy(logits.float(), wanted[1:], ignore_index=IGNORED)

    # Fused attention has no rule for many examples' gradients at once.
    with sdpa_kernel(SDPBackend.MATH):
        each: Any = vmap(grad(loss), in_dims=(None, 0, 0))
        return each(dict(weights), ids, labels)


def clipped_sum(gradients: Mapping[str, Tensor], most: float) -> dict[str, Tensor]:
    """``sum_i g_i min(1, C / |g_i|)``, by name; ``|g_i|`` is taken over all weights together.

    ``gradients`` are (examples, *shape). Raises ValueError for a norm ``most`` that is not above 0.
    """
    if not most > 0:
        raise ValueError(f"clipping norm {most} is not above 0; take such as 1")
    norms = torch.stack([g.flatten(1).float().norm(dim=1) for g in gradients.values()]).norm(dim=0)
    factors = (most / norms.clamp(min=1e-12)).clamp(max=1.0)
    return {
        name: torch.einsum("i,i...->...", factors.to(gradient.dtype), gradient)
        for name, gradient in gradients.items()
    }
