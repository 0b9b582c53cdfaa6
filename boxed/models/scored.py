"""How likely a model, or a whole box, is to give an answer: the type that every scorer returns.

>>> Scored((-0.1, -0.02), greedy=(True, True)).mean_nll
0.06
>>> Scored.fixed(is_it=False).probability == FLOOR      # doctest: +SKIP
True
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["FLOOR", "NotScorableError", "Scored", "ScoringModel"]

FLOOR = 1e-30
"""The probability reported for an answer that a system cannot give."""


class NotScorableError(Exception):
    """A likelihood is undefined here (the backend gives none); the text says why."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Log-probabilities of one answer's tokens, the end-of-sequence token included, in nats.

    ``greedy`` tells per token whether it was the model's first choice. ``means`` and ``deviations``
    are those of ``log p`` under the predictive distribution at each token (for min-k++). A fixed
    reply has a single entry and no ``means``.
    """

    logprobs: tuple[float, ...]
    greedy: tuple[bool, ...]
    means: tuple[float, ...] = ()
    deviations: tuple[float, ...] = ()

    @property
    def total(self) -> float:
        """The log-probability of the whole answer."""
        return math.fsum(self.logprobs)

    @property
    def mean_nll(self) -> float:
        """``l(y|x)``: mean negative log-likelihood, nats per token."""
        return -self.total / len(self.logprobs)

    @property
    def probability(self) -> float:
        """``P(y|x) = exp(-l(y|x))``."""
        return math.exp(-self.mean_nll)

    @classmethod
    def fixed(cls, is_it: bool) -> Scored:
        """The score under a fixed reply: 1 for itself, ``FLOOR`` for anything else."""
        return cls((0.0 if is_it else math.log(FLOOR),), (is_it,))


class ScoringModel(Protocol):
    """A chat model that can also say how likely an answer is."""

    def score(self, messages: Sequence[dict[str, Any]], answers: Sequence[str]) -> list[Scored]:
        """One ``Scored`` per answer, given as the assistant's whole next message."""
        ...
