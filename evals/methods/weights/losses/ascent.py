"""Gradient ascent on what is to be forgotten, alone and beside descent on what stays."""

from __future__ import annotations

from torch import Tensor

from evals.methods.weights.losses.likelihood import descent

__all__ = ["gradient_ascent", "gradient_difference"]


def gradient_ascent(logits: Tensor, labels: Tensor) -> Tensor:
    """Minus the cross-entropy of the forget set: ``(1/N) sum_n log p(label_n)``.

    ``logits`` (tokens, vocabulary), ``labels`` (tokens,). It has no lower bound, so a model that
    trains on it for long falls apart. Source: Jang et al. 2022 (arXiv 2210.01504).
    """
    return -descent(logits, labels)


def gradient_difference(
    forget_logits: Tensor,
    forget_labels: Tensor,
    retain_logits: Tensor,
    retain_labels: Tensor,
    weight: float = 1.0,
) -> Tensor:
    """Ascent on the forget set and descent on the retain set: ``-CE(forget) + w CE(retain)``.

    Shapes as in ``gradient_ascent``. Source: Liu et al. 2022 (arXiv 2203.12817), as used by Maini
    et al. 2024 (arXiv 2401.06121) with weight 1.
    """
    return gradient_ascent(forget_logits, forget_labels) + weight * descent(
        retain_logits, retain_labels
    )
