"""Log-likelihoods of answers, from the logits that predict their tokens.

    logits  (tokens, vocabulary)    one row per answer token of a batch, padding left out
    labels  (tokens,)               the answer tokens themselves
    rows    (tokens,)               which of the batch's answers each token belongs to

All other losses are built on these shapes.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

__all__ = ["answer_logprobs", "answer_means", "descent", "exact"]


def exact(values: Tensor) -> Tensor:
    """The values in float32 at least: sums of bfloat16 logarithms would lose their last digits."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


def descent(logits: Tensor, labels: Tensor) -> Tensor:
    """Ordinary training: the mean cross-entropy of the tokens, in nats.

    ``-(1/N) sum_n log p(label_n)``. Falls as the answers become likelier.
    """
    return cross_entropy(exact(logits), labels)


def answer_logprobs(logits: Tensor, labels: Tensor, rows: Tensor, answers: int) -> Tensor:
    """``log p(y|x)`` of each whole answer, in nats: shape (answers,).

    ``sum_t log p(y_t | x, y_<t)``; an answer without tokens in ``rows`` gets 0.
    """
    found = exact(logits).log_softmax(-1).gather(-1, labels[:, None])[:, 0]
    return found.new_zeros(answers).index_add(0, rows, found)


def answer_means(logits: Tensor, labels: Tensor, rows: Tensor, answers: int) -> Tensor:
    """``log p(y|x) / |y|`` of each answer, in nats per token: shape (answers,).

    Raises ValueError for an answer without tokens, whose mean does not exist.
    """
    lengths = torch.bincount(rows, minlength=answers)
    if not bool((lengths > 0).all()):
        raise ValueError("an answer of the batch has no token, so it has no mean log-probability")
    return answer_logprobs(logits, labels, rows, answers) / lengths
