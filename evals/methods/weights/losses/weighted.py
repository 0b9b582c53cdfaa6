"""Gradient ascent that weighs each token of the forget set by how well it is still known."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import cross_entropy

from evals.methods.weights.losses.likelihood import exact

__all__ = ["confidence", "saturated_and_important", "weighted_ascent"]


def weighted_ascent(logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """Minus the weighted cross-entropy: ``(1/N) sum_n w_n log p(label_n)``.

    ``logits`` (tokens, vocabulary), ``labels`` and ``weights`` (tokens,); no gradient runs into the
    weights. With weights of 1 it is gradient ascent.
    """
    losses = cross_entropy(exact(logits), labels, reduction="none")
    return -(weights.detach().to(losses.dtype) * losses).mean()


def confidence(logits: Tensor, labels: Tensor, beta: float = 1.0) -> Tensor:
    """WGA's weights, ``p(label)^beta``, shape (tokens,): a forgotten token is left alone.

    Ascent's gradient grows without bound as a token becomes unlikely; times this weight it goes to
    0. Source: Wang et al. 2025 (arXiv 2502.19301).
    """
    return _likely(logits, labels) ** beta


def saturated_and_important(
    logits: Tensor, labels: Tensor, saturation: float = 5.0, importance: float = 1.0
) -> Tensor:
    """SatImp's weights, ``p(label)^saturation (1 - p(label))^importance``, shape (tokens,).

    The first factor spares what is forgotten already, the second what is so sure (the words of any
    sentence) that it hardly tells anything. Source: Yang et al. 2025 (arXiv 2505.11953).
    """
    likely = _likely(logits, labels)
    return likely**saturation * (1 - likely) ** importance


def _likely(logits: Tensor, labels: Tensor) -> Tensor:
    found = exact(logits).detach().softmax(-1).gather(-1, labels[:, None])[:, 0]
    return found.clamp(0, 1)
