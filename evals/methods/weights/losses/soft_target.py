"""Self-distillation: the forget set's positions are taught a distribution without the right token.

UNDIAL takes it from the original model, once and for all; CE-U from the model as it is now.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from evals.methods.weights.losses.likelihood import exact

__all__ = ["lowered", "toward", "without_label"]


def toward(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy to a distribution, in nats: ``-(1/N) sum_n sum_v q_n(v) log p_n(v)``.

    Both of shape (tokens, vocabulary); ``target`` holds probabilities, and no gradient runs into
    it.
    """
    found = exact(logits)
    return cross_entropy(found, target.detach().to(found.dtype))


def lowered(reference: Tensor, labels: Tensor, beta: float = 10.0) -> Tensor:
    """UNDIAL's target: ``softmax(z0 - beta e_label)``, shape (tokens, vocabulary).

    ``reference`` are the original's logits (tokens, vocabulary), ``labels`` (tokens,). The other
    tokens keep their proportions, so a fluent alternative takes the answer's place. Source: Dong et
    al. 2024 (arXiv 2402.10052).
    """
    logits = exact(reference).detach().clone()
    logits[torch.arange(len(labels), device=labels.device), labels] -= beta
    return logits.softmax(-1)


def without_label(logits: Tensor, labels: Tensor) -> Tensor:
    """CE-U's target: the model's own distribution, the right token ruled out.

    ``softmax(z)`` with ``z_label = -inf``, shape (tokens, vocabulary). Where the right token is as
    good as forgotten the target is the model itself, and the gradient is gone. Source: Yang 2025
    (arXiv 2503.01224).
    """
    return lowered(logits, labels, float("inf"))
