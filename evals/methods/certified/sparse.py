"""Logistic regression with an L1 penalty beside the L2 one: fitting, and removal in one step.

    weights = fit_sparse(features, labels, penalty=1.0, sparsity=2.0)
    removed = remove_sparse(weights, features, labels, gone, penalty=1.0, sparsity=2.0)

The objective is that of ``logistic`` plus ``sparsity |w|_1``. It has no derivative where a weight
is 0, so a step with the inverse Hessian is followed by the proximal operator in the Hessian's norm.
Source: Suriyakumar and Wilson 2022 (arXiv 2209.12269), on regularisers that are not smooth; the
operator: Lee, Sun and Saunders 2014 (arXiv 1206.1623).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from evals.methods.certified.logistic import Vector, check, gradient, hessian
from evals.methods.certified.removal import Removed, Step, mask_of

__all__ = ["fit_sparse", "proximal", "remove_sparse", "subgradient"]

_ENOUGH = 1e-9
_ROUNDS = 200
_SWEEPS = 2000


def proximal(point: Vector, curvature: Vector, sparsity: float, start: Vector) -> Vector:
    """``argmin_v (v - point)' H (v - point) / 2 + sparsity |v|_1``, by coordinate descent.

    ``curvature`` is H, (width, width), positive definite; ``start`` is where the search begins.
    Raises ValueError where it does not settle.
    """
    found, diagonal = start.copy(), np.diag(curvature)
    slope = curvature @ (found - point)
    for _ in range(_SWEEPS):
        largest = 0.0
        for column in range(len(found)):
            wanted = found[column] - slope[column] / diagonal[column]
            least = sparsity / diagonal[column]
            moved = np.sign(wanted) * max(abs(wanted) - least, 0.0) - found[column]
            if moved:
                found[column] += moved
                slope += moved * curvature[column]
                largest = max(largest, abs(moved))
        if largest < _ENOUGH:
            return found
    raise ValueError(f"the proximal step did not settle in {_SWEEPS} sweeps; raise the penalty")


def subgradient(
    weights: Vector, features: Vector, labels: Vector, penalty: float, sparsity: float
) -> Vector:
    """The shortest subgradient of the objective, shape (width,): 0 at its minimum alone."""
    smooth = gradient(weights, features, labels, penalty)
    at_zero = np.sign(smooth) * np.maximum(np.abs(smooth) - sparsity, 0.0)
    return np.where(weights == 0, at_zero, smooth + sparsity * np.sign(weights))


def fit_sparse(
    features: Vector,
    labels: Vector,
    penalty: float,
    sparsity: float,
    start: Vector | None = None,
) -> Vector:
    """The minimiser, shape (width,), by proximal Newton steps with a line search.

    Raises ValueError for shapes or numbers that no objective can be made of.
    """
    check(features, labels, penalty)
    if not sparsity >= 0:
        raise ValueError(f"sparsity {sparsity} is below 0; take 0 for none")
    weights = np.zeros(features.shape[1]) if start is None else start.copy()
    value = _value(weights, features, labels, penalty, sparsity)
    for _ in range(_ROUNDS):
        slope = subgradient(weights, features, labels, penalty, sparsity)
        if float(np.linalg.norm(slope)) < _ENOUGH * 10:
            return weights
        smooth = gradient(weights, features, labels, penalty)
        curved = hessian(weights, features, penalty)
        aim = proximal(weights - np.linalg.solve(curved, smooth), curved, sparsity, weights)
        share = 1.0
        while share > 1e-8:
            trial = weights + share * (aim - weights)
            reached = _value(trial, features, labels, penalty, sparsity)
            if reached < value:
                break
            share /= 2
        else:
            return weights
        weights, value = trial, reached
    return weights


def remove_sparse(
    weights: Vector,
    features: Vector,
    labels: Vector,
    gone: NDArray[np.bool_],
    penalty: float,
    sparsity: float,
    step: Step = "jackknife",
) -> Removed:
    """The weights without the examples that the boolean mask ``gone`` marks.

    ``prox_H(w - H^-1 grad f_stay(w))``, ``f`` the smooth part; ``step`` chooses H as in ``remove``.
    The distance is ``|s| / penalty`` for the shortest subgradient ``s`` at the new weights, a bound
    for every strongly convex objective, smooth or not.
    """
    check(features, labels, penalty)
    stay = ~mask_of(gone, labels)
    curved = hessian(weights, features if step == "jackknife" else features[stay], penalty)
    smooth = gradient(weights, features[stay], labels[stay], penalty)
    after = proximal(weights - np.linalg.solve(curved, smooth), curved, sparsity, weights)
    left = subgradient(after, features[stay], labels[stay], penalty, sparsity)
    return Removed(after, float(np.linalg.norm(left)) / penalty)


def _value(
    weights: Vector, features: Vector, labels: Vector, penalty: float, sparsity: float
) -> float:
    scores = features @ weights
    losses = -np.log(np.maximum(expit(np.where(labels > 0, scores, -scores)), 1e-300))
    return float(losses.sum() + penalty / 2 * weights @ weights + sparsity * np.abs(weights).sum())
