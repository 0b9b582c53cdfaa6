"""Staying near the original model where nothing is to be forgotten."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import kl_div

from evals.methods.weights.losses.ascent import gradient_ascent
from evals.methods.weights.losses.likelihood import exact

__all__ = ["divergence", "kl_regularised"]


def divergence(logits: Tensor, reference: Tensor) -> Tensor:
    """``KL(p_reference || p_model)``, in nats, mean over tokens; 0 where both say the same.

    ``(1/N) sum_n sum_v p_ref(v) (log p_ref(v) - log p(v))``. Both of shape (tokens, vocabulary);
    no gradient runs into ``reference``.
    """
    wanted = exact(reference).detach().log_softmax(-1)
    found = exact(logits).log_softmax(-1)
    return kl_div(found, wanted, reduction="batchmean", log_target=True)


def kl_regularised(
    forget_logits: Tensor,
    forget_labels: Tensor,
    retain_logits: Tensor,
    retain_reference: Tensor,
    weight: float = 1.0,
) -> Tensor:
    """Ascent on the forget set, nearness to the original on the retain set.

    ``-CE(forget) + w KL(p_reference || p_model)(retain)``. Source: "KL minimisation" in Maini et
    al. 2024 (arXiv 2401.06121), after Yao et al. 2023 (arXiv 2310.10683).
    """
    return gradient_ascent(forget_logits, forget_labels) + weight * divergence(
        retain_logits, retain_reference
    )
