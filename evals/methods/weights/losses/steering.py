"""Representation misdirection (RMU): activations of the forget set are driven to noise."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from evals.methods.weights.losses.likelihood import exact

__all__ = ["misdirection", "random_direction"]


def random_direction(width: int, generator: torch.Generator) -> Tensor:
    """A unit vector of shape (width,) whose entries are uniform in [0, 1) before it is scaled."""
    drawn = torch.rand(width, generator=generator)
    return drawn / drawn.norm()


def misdirection(
    forget_hidden: Tensor,
    target: Tensor,
    retain_hidden: Tensor,
    retain_reference: Tensor,
    weight: float = 10.0,
) -> Tensor:
    """RMU: ``MSE(h(forget), c u) + w MSE(h(retain), h_original(retain))``.

    Hidden states (tokens, width) behind one layer, ``target`` the steering vector ``c u`` of shape
    (width,), ``retain_reference`` the original's states of the same tokens. Both means run over
    tokens and width. Source: Li et al. 2024 (arXiv 2403.03218), who sum over the width: a factor
    that both terms share.
    """
    forget = exact(forget_hidden)
    away = mse_loss(forget, target.to(forget.dtype).expand_as(forget))
    retain = exact(retain_hidden)
    return away + weight * mse_loss(retain, retain_reference.to(retain.dtype).detach())
