"""Generic predictions: what a model would say if it had never read what a reinforced one has."""

from __future__ import annotations

from torch import Tensor

from evals.methods.weights.losses.likelihood import descent, exact

__all__ = ["generic_labels", "generic_prediction"]


def generic_labels(baseline: Tensor, reinforced: Tensor, alpha: float = 5.0) -> Tensor:
    """The likeliest token that training on the forget set did not raise: shape (tokens,).

    ``argmax_v (z_base(v) - alpha max(0, z_reinforced(v) - z_base(v)))``, both logits of shape
    (tokens, vocabulary). The reinforced model has been trained further on the forget set, so what
    rises in it is what the forget set teaches. Source: Eldan and Russinovich 2023 (arXiv
    2310.02238), equation 1; their dictionary of replaced names is not used here.
    """
    base = exact(baseline)
    raised = (exact(reinforced) - base).clamp(min=0)
    return (base - alpha * raised).argmax(-1)


def generic_prediction(logits: Tensor, generic: Tensor) -> Tensor:
    """Cross-entropy to the generic labels, in nats: ``-(1/N) sum_n log p(generic_n)``.

    ``logits`` (tokens, vocabulary), ``generic`` (tokens,) from ``generic_labels``.
    """
    return descent(logits, generic)
