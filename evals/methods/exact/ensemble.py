"""One distribution from the models of all shards: the mean of their next-token probabilities.

At every token the shards' probabilities are averaged, and the next token is read by all of them; so
replies and likelihoods come from the same distribution, ``prod_t mean_s p_s(y_t | x, y_<t)``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["mean_probability"]


def mean_probability(logits: Sequence[Tensor]) -> Tensor:
    """``log((1/S) sum_s p_s)``, shape (..., vocabulary), of the logits of S models."""
    logs = torch.stack([one.float().log_softmax(-1) for one in logits])
    return logs.logsumexp(0) - math.log(len(logits))
