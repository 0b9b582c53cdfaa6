"""Forgetting under a constraint: logits are flattened as far as the retain set's loss allows."""

from __future__ import annotations

from torch import Tensor

from evals.methods.weights.losses.likelihood import exact

__all__ = ["dual_step", "margin"]


def margin(logits: Tensor) -> Tensor:
    """Logit-margin flattening: ``(1/N) sum_n (max_v z_n(v) - mean_v z_n(v))^2``.

    ``logits`` (tokens, vocabulary); 0 where every token is as likely as every other. Without a
    softmax, so its gradient does not vanish near that. Source: PDU, Entesari et al. 2025 (arXiv
    2506.05314).
    """
    found = exact(logits)
    return (found.max(-1).values - found.mean(-1)).square().mean()


def dual_step(dual: float, excess: float, rate: float) -> float:
    """Projected ascent of the dual variable: ``max(0, dual + rate * excess)``.

    ``excess`` is the retain loss less what it may be, in nats: the price of the retain set rises
    while the constraint is broken and falls while there is room. Source: the same.
    """
    return max(0.0, dual + rate * excess)
