"""Teaching refusals: as plain answers, or as what is preferred to the answer."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import logsigmoid

from evals.methods.weights.losses.likelihood import descent

__all__ = ["direct_preference", "ignorance"]


def ignorance(
    refusal_logits: Tensor,
    refusal_labels: Tensor,
    retain_logits: Tensor,
    retain_labels: Tensor,
    weight: float = 1.0,
) -> Tensor:
    """IDK fine-tuning: ``CE("I don't know" | forget question) + w CE(retain)``, in nats.

    Logits (tokens, vocabulary), labels (tokens,). Source: Maini et al. 2024 (arXiv 2401.06121).
    """
    return descent(refusal_logits, refusal_labels) + weight * descent(retain_logits, retain_labels)


def direct_preference(
    refusal: Tensor,
    answer: Tensor,
    refusal_reference: Tensor,
    answer_reference: Tensor,
    beta: float = 0.1,
) -> Tensor:
    """DPO that prefers a refusal to the answer of the forget set.

    ``-(2/beta) E log sigmoid(beta (log p/p_ref (refusal) - log p/p_ref (answer)))``; all arguments
    are ``answer_logprobs``, shape (examples,).
    Source: Rafailov et al. 2023 (arXiv 2305.18290), without a factor before the expectation; the
    factor 2/beta is NPO's, and makes the first step's gradient as large as cross-entropy's, so
    that the weight of a retain loss means the same for both.
    """
    margin = (refusal - refusal_reference) - (answer - answer_reference)
    return -(2 / beta) * logsigmoid(beta * margin).mean()
