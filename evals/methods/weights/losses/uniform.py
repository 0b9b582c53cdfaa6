"""Knowing nothing: as far as a model's predictions are from saying every token alike."""

from __future__ import annotations

import math

from torch import Tensor

from evals.methods.weights.losses.likelihood import exact

__all__ = ["uniformity"]


def uniformity(logits: Tensor) -> Tensor:
    """``KL(uniform || p)`` in nats per token: ``-(1/NV) sum_n sum_v log p_n(v) - log V``.

    ``logits`` (tokens, vocabulary); 0 where every token is as likely as every other. Source: the
    retain loss of the assistant in ULD, Ji et al. 2024 (arXiv 2406.08607), less its constant.
    """
    return -exact(logits).log_softmax(-1).mean() - math.log(logits.shape[-1])
