"""What a run of DP-SGD gives away of any one record: Renyi differential privacy, added up.

    epsilon_of(rate=0.064, noise=1.0, steps=80, delta=1e-5)      ->  5.9...

Neighbouring data sets differ in one record that is there or not; batches are drawn by Poisson
sampling. Orders are whole numbers, for which the bound is a finite sum.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import gammaln, logsumexp

__all__ = ["ORDERS", "epsilon_from", "epsilon_of", "renyi"]

ORDERS = (*range(2, 65), *range(72, 257, 8), *range(288, 1025, 32))


def renyi(rate: float, noise: float, order: int) -> float:
    """Renyi divergence of this order of one step, in nats.

    ``rate`` is the probability that a record is in the batch, ``noise`` the standard deviation of
    the noise as a multiple of the clipping norm. ``1/(a-1) log sum_k C(a,k) (1-q)^(a-k) q^k
    exp((k^2 - k) / 2 s^2)``. Source: Mironov, Talwar and Zhang 2019 (arXiv 1908.10530), section
    3.3. Raises ValueError for numbers that no mechanism has.
    """
    if not 0 < rate <= 1 or not noise > 0 or order < 2:
        raise ValueError(
            f"a rate of {rate}, noise of {noise} and order {order} make no private step; take a "
            "rate above 0 and up to 1, noise above 0, and an order of 2 or more"
        )
    if rate == 1:
        return order / (2 * noise**2)
    k = np.arange(order + 1)
    chosen = gammaln(order + 1) - gammaln(k + 1) - gammaln(order - k + 1)
    drawn = (order - k) * math.log1p(-rate) + k * math.log(rate)
    found: Any = logsumexp(chosen + drawn + (k * k - k) / (2 * noise**2))
    return float(found) / (order - 1)


def epsilon_from(divergences: Sequence[float], delta: float) -> float:
    """The least epsilon at ``delta`` that divergences at ``ORDERS`` promise.

    ``D + log((a-1)/a) - (log delta + log a) / (a-1)``. Source: Canonne, Kamath and Steinke 2020
    (arXiv 2004.00010), proposition 12. Raises ValueError for a delta outside (0, 1).
    """
    if not 0 < delta < 1:
        raise ValueError(f"delta {delta} promises nothing; take one between 0 and 1")
    found = (
        divergence + math.log1p(-1 / order) - (math.log(delta) + math.log(order)) / (order - 1)
        for order, divergence in zip(ORDERS, divergences, strict=True)
    )
    return max(0.0, min(found))


def epsilon_of(rate: float, noise: float, steps: int, delta: float) -> float:
    """Epsilon at ``delta`` of ``steps`` steps: divergences of steps add up."""
    return epsilon_from([steps * renyi(rate, noise, order) for order in ORDERS], delta)
