"""Negative preference: the answers of the forget set are dispreferred, and nothing is preferred."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import logsigmoid

__all__ = ["npo", "simnpo"]


def npo(answer: Tensor, reference: Tensor, beta: float = 0.1) -> Tensor:
    """Negative preference optimisation: ``-(2/beta) E log sigmoid(-beta log p/p_ref (answer))``.

    ``answer`` and ``reference`` are ``answer_logprobs`` under the model and under the original,
    shape (examples,). Its gradient is gradient ascent's, weighted by ``2 r^b / (1 + r^b)`` with
    ``r = p/p_ref`` and ``b = beta``: an answer that is forgotten already is left alone. As beta
    goes to 0 it becomes gradient ascent (up to a constant). Source: Zhang et al. 2024 (arXiv
    2404.05868).
    """
    return -(2 / beta) * logsigmoid(-beta * (answer - reference)).mean()


def simnpo(answer_mean: Tensor, beta: float = 2.5, gamma: float = 0.0) -> Tensor:
    """NPO without a reference: ``-(2/beta) E log sigmoid(-beta log p(y|x) / |y| - gamma)``.

    ``answer_mean`` is ``answer_means``, nats per token, shape (examples,). No original model is
    needed, and a long answer weighs as much as a short one. Source: Fan et al. 2024 (arXiv
    2410.07163).
    """
    return -(2 / beta) * logsigmoid(-beta * answer_mean - gamma).mean()
