"""How much Gaussian noise hides a distance: the analytic Gaussian mechanism."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from scipy.optimize import brentq
from scipy.stats import norm

__all__ = ["noise_scale", "privacy_loss"]


def privacy_loss(radius: float, scale: float, epsilon: float) -> float:
    """The smallest delta for which two Gaussians of this scale, ``radius`` apart, are alike.

    ``Phi(r/2s - e s/r) - exp(e) Phi(-r/2s - e s/r)``. Source: Balle and Wang 2018 (arXiv
    1805.06530), theorem 8.
    """
    near, far = radius / (2 * scale), epsilon * scale / radius
    return float(norm.cdf(near - far) - math.exp(epsilon) * norm.cdf(-near - far))


@cache
def noise_scale(radius: float, epsilon: float, delta: float) -> float:
    """The least standard deviation that makes points ``radius`` apart (epsilon, delta)-alike.

    0 for radius 0. Raises ValueError for an epsilon or delta that promises nothing.
    """
    if not epsilon > 0 or not 0 < delta < 1 or radius < 0:
        raise ValueError(
            f"radius {radius}, epsilon {epsilon} and delta {delta} make no certificate; take a "
            "radius of 0 or more, an epsilon above 0, and a delta between 0 and 1"
        )
    if radius == 0:
        return 0.0
    low, high = 1e-6 * radius, radius
    while privacy_loss(radius, high, epsilon) > delta:
        high *= 2

    def above(scale: float) -> float:
        return privacy_loss(radius, scale, epsilon) - delta

    root: Any = brentq(above, low, high, xtol=1e-12 * radius)
    # A root found from below would promise a trifle too much.
    return float(root) * (1 + 1e-9)
