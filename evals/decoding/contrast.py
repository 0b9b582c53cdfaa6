"""Next-token logits that leave out what two small models differ in.

    logits = contrast(large, without, with_, alpha=1.0)        each of shape (..., vocabulary)

``with_`` is a small surrogate trained on the concept, ``without`` its twin that never saw it, or an
approximately unlearned copy; their difference is carried over to the large model. All models share
one vocabulary.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["contrast", "logit_difference", "plausible"]


def contrast(large: Tensor, without: Tensor, with_: Tensor, alpha: float = 1.0) -> Tensor:
    """``z_large + alpha (log p_without - log p_with)``, shape (..., vocabulary).

    In probabilities ``p_large (p_without / p_with)^alpha``, normalised. Surrogates that agree
    change nothing; alpha 0 is the large model. Source: the product of experts of DExperts (Liu et
    al. 2021, arXiv 2105.03023), and proxy tuning (Liu et al. 2024, arXiv 2401.08565), with the
    surrogate without the concept as expert and the one with it as anti-expert.
    """
    _check(large, without, with_)
    return large.float() + alpha * (without.float().log_softmax(-1) - with_.float().log_softmax(-1))


def logit_difference(large: Tensor, assistant: Tensor, alpha: float = 1.0) -> Tensor:
    """``z_large - alpha z_assistant``, shape (..., vocabulary).

    ``assistant`` is a small model that was trained to remember the forget set and to be uniform on
    the retain set: uniform logits change nothing. Source: ULD, Ji et al. 2024 (arXiv 2406.08607).
    """
    _check(large, assistant)
    return large.float() - alpha * assistant.float()


def plausible(logits: Tensor, large: Tensor, share: float = 0.1) -> Tensor:
    """``logits`` with ``-inf`` for every token that the large model finds implausible.

    A token stays whose probability under ``large`` is at least ``share`` of its likeliest token's,
    so that a contrast cannot raise nonsense. Source: contrastive decoding, Li et al. 2022 (arXiv
    2210.15097). Raises ValueError for a share outside (0, 1].
    """
    if not 0 < share <= 1:
        raise ValueError(f"plausible share {share} is not above 0, up to 1")
    _check(logits, large)
    logs = large.float().log_softmax(-1)
    floor = logs.amax(-1, keepdim=True) + torch.tensor(share).log()
    return logits.masked_fill(logs < floor, float("-inf"))


def _check(*logits: Tensor) -> None:
    sizes = {one.shape[-1] for one in logits}
    if len(sizes) > 1:
        raise ValueError(
            f"vocabularies of {' and '.join(map(str, sorted(sizes)))} tokens cannot be contrasted; "
            "take models with the same tokenizer"
        )
