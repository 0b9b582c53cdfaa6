"""How good a trial is, in one number: what it forgot, times what it kept.

    score(Quick(.40, .90, .1), original=Quick(.98, .97, .3), retrained=Quick(.35, .96, 0))  ->  .85

Forgotten is how far the ROUGE-L recall on the forget set came down from the original's to the
retrained model's, kept is the share of the original's recall on the retain set; both are cut to 0
and 1. A reply that refuses is as forgotten as one that guesses, and whoever forgets by breaking the
model loses by what is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Quick", "forgotten", "kept", "score"]


@dataclass(frozen=True, slots=True)
class Quick:
    """Mean ROUGE-L recall on both sets, and the distance of truth ratios to the retrained model's.

    ``ks_distance`` is the Kolmogorov-Smirnov statistic on the forget set, recorded beside the
    score and no part of it.
    """

    forget: float
    retain: float
    ks_distance: float


def forgotten(found: Quick, original: Quick, retrained: Quick) -> float:
    """The share of the way down from the original's recall to the retrained model's.

    Raises ValueError where the retrained model recalls as much as the original.
    """
    way = original.forget - retrained.forget
    if way <= 0:
        raise ValueError(
            f"the retrained model recalls {retrained.forget:.3f} of the forget set and the "
            f"original {original.forget:.3f}; a search needs an original that knows more"
        )
    return _cut((original.forget - found.forget) / way)


def kept(found: Quick, original: Quick) -> float:
    """The share of the original's recall on the retain set."""
    return _cut(found.retain / original.retain)


def score(found: Quick, original: Quick, retrained: Quick) -> float:
    """Forgotten times kept: 0 to 1."""
    return forgotten(found, original, retrained) * kept(found, original)


def _cut(share: float) -> float:
    return max(0.0, min(share, 1.0))
