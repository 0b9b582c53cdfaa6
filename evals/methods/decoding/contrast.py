"""Next-token logits that leave out what two small models differ in.

    logits = contrast(large, without, with_, alpha=1.0)        each of shape (..., vocabulary)

``with_`` is a small surrogate trained on the concept, ``without`` its twin that never saw it, or an
approximately unlearned copy; their difference is carried over to the large model. All models share
one vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

__all__ = [
    "bounded",
    "centred",
    "contrast",
    "contrasting",
    "differing",
    "logit_difference",
    "plausible",
]

SHARE = 0.1
"""From which share of the likeliest token's probability a token counts as plausible."""


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


def centred(logits: Tensor) -> Tensor:
    """``log p + log V``, shape (..., vocabulary): 0 wherever a token is as likely as by chance."""
    return logits.float().log_softmax(-1) + math.log(logits.shape[-1])


def plausible(logits: Tensor, large: Tensor, share: float = SHARE) -> Tensor:
    """``logits`` with ``-inf`` for every token that the large model finds implausible.

    A token stays whose probability under ``large`` is at least ``share`` of its likeliest token's,
    so that a contrast cannot raise nonsense. Source: contrastive decoding, Li et al. 2022 (arXiv
    2210.15097). Raises ValueError for a share outside (0, 1].
    """
    _check(logits, large)
    return logits.masked_fill(_implausible(large, share), float("-inf"))


def bounded(logits: Tensor, large: Tensor, share: float = SHARE) -> Tensor:
    """``logits``, but none above ``large`` for a token that the large model finds implausible.

    ``plausible`` leaves a model that knows an answer by heart nothing but that answer: where one
    token has nearly all the probability, no other is plausible. Here implausible tokens stay
    possible as far as the large model has them, and can be lowered but not raised; so every
    likelihood stays finite. Raises ValueError for a share outside (0, 1].
    """
    _check(logits, large)
    return torch.where(_implausible(large, share), torch.minimum(logits, large.float()), logits)


def contrasting(alpha: float, share: float = SHARE) -> Callable[[Sequence[Tensor]], Tensor]:
    """``bounded(contrast(...))`` of the logits (large, without, with)."""

    def combine(logits: Sequence[Tensor]) -> Tensor:
        large, without, with_ = logits
        return bounded(contrast(large, without, with_, alpha), large, share)

    return combine


def differing(alpha: float, share: float = SHARE) -> Callable[[Sequence[Tensor]], Tensor]:
    """``bounded(logit_difference(...))`` of the logits (large, assistant), the latter centred."""

    def combine(logits: Sequence[Tensor]) -> Tensor:
        large, assistant = logits
        return bounded(logit_difference(large, centred(assistant), alpha), large, share)

    return combine


def _implausible(large: Tensor, share: float) -> Tensor:
    if not 0 < share <= 1:
        raise ValueError(f"plausible share {share} is not above 0, up to 1")
    logs = large.float().log_softmax(-1)
    return logs < logs.amax(-1, keepdim=True) + math.log(share)


def _check(*logits: Tensor) -> None:
    sizes = {one.shape[-1] for one in logits}
    if len(sizes) > 1:
        raise ValueError(
            f"vocabularies of {' and '.join(map(str, sorted(sizes)))} tokens cannot be contrasted; "
            "take models with the same tokenizer"
        )
