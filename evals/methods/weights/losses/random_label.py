"""Training on labels that say nothing."""

from __future__ import annotations

import torch
from torch import Tensor

from evals.methods.weights.losses.likelihood import descent

__all__ = ["draw_labels", "random_label"]


def draw_labels(labels: Tensor, vocabulary: int, generator: torch.Generator) -> Tensor:
    """Labels of the same shape, each uniform over the vocabulary; the true one may come up."""
    drawn = torch.randint(vocabulary, labels.shape, generator=generator)
    return drawn.to(labels.device)


def random_label(logits: Tensor, drawn: Tensor) -> Tensor:
    """Cross-entropy of the forget set's positions to labels drawn at random, in nats.

    ``-(1/N) sum_n log p(r_n)``, ``r_n`` uniform over the vocabulary. ``logits`` (tokens,
    vocabulary), ``drawn`` (tokens,). Its expectation is lowest where the model is uniform. Source:
    amnesiac unlearning, Graves et al. 2020 (arXiv 2010.10981); for language models Yao et al. 2023
    (arXiv 2310.10683).
    """
    return descent(logits, drawn)
