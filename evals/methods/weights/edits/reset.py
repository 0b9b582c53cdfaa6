"""Weights as before any training: whole layers, or the entries that both sets pull alike."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import Linear, Module

__all__ = ["matrices", "reset_alike", "reset_layer"]


def matrices(layer: Module) -> list[Tensor]:
    """The weights of a layer's linear maps."""
    return [module.weight for module in layer.modules() if isinstance(module, Linear)]


@torch.no_grad()
def reset_layer(layer: Module, spread: float, generator: torch.Generator) -> None:
    """Initialise a layer anew, in place: matrices ``N(0, spread^2)``, norms 1, biases 0.

    ``spread`` is the ``initializer_range`` of the model's configuration. A family of the NeurIPS
    2023 challenge, and of Goel et al. 2022 (arXiv 2201.06640) for the last layers.
    """
    for name, weight in layer.named_parameters():
        if weight.dim() > 1:
            weight.copy_(spread * torch.randn(weight.shape, generator=generator))
        else:
            weight.fill_(0.0 if name.endswith("bias") else 1.0)


@torch.no_grad()
def reset_alike(
    weight: Tensor,
    forget_gradient: Tensor,
    retain_gradient: Tensor,
    share: float,
    spread: float,
    generator: torch.Generator,
) -> Tensor:
    """Initialise anew the ``share`` of entries whose two gradients are most alike, in place.

    Each gradient is divided by its norm; alike is a small ``|g_forget - g_retain|``. Gives the
    mask, 1.0 where an entry was initialised anew: those are trained on the retain set afterwards.
    Raises ValueError for a share outside (0, 1]. A family of the NeurIPS 2023 challenge.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share {share} of weights to initialise anew is not above 0, up to 1")
    forget, retain = (_unit(g) for g in (forget_gradient, retain_gradient))
    count = max(1, int(share * weight.numel()))
    alike = (forget - retain).abs().flatten().topk(count, largest=False).indices
    mask = torch.zeros_like(weight)
    mask.view(-1)[alike] = 1
    fresh = spread * torch.randn(weight.shape, generator=generator)
    weight.copy_(torch.where(mask.bool(), fresh.to(weight.device, weight.dtype), weight))
    return mask


def _unit(gradient: Tensor) -> Tensor:
    return gradient / gradient.norm().clamp(min=1e-30)
