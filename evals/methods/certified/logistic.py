"""Logistic regression with an L2 penalty, its gradient and its Hessian: numpy and scipy alone.

    weights = fit(features, labels, penalty=1.0)         features (examples, width), labels 0 or 1

The objective is a sum, ``sum_i log(1 + exp(-s_i w.x_i)) + (penalty/2) |w|^2``, ``s_i`` +1 or -1,
so that taking examples away leaves the penalty as it is. A bias is a column of ones. It is strongly
convex: its Hessian is at least ``penalty`` everywhere, which is what a certificate rests on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

__all__ = ["Vector", "check", "fit", "gradient", "hessian"]

Vector = NDArray[np.float64]


def check(features: Vector, labels: Vector, penalty: float) -> None:
    """Raise ValueError for shapes, labels or a penalty that no objective can be made of."""
    if features.ndim != 2 or labels.shape != features.shape[:1]:
        raise ValueError(
            f"features of shape {features.shape} and labels of shape {labels.shape} do not belong "
            "together; give (examples, width) and (examples,)"
        )
    if not bool(np.isin(labels, (0, 1)).all()):
        raise ValueError("a label is neither 0 nor 1; code the two classes so")
    if not penalty > 0:
        raise ValueError(f"penalty {penalty} is not above 0; without one nothing can be certified")


def fit(features: Vector, labels: Vector, penalty: float, start: Vector | None = None) -> Vector:
    """The minimiser, shape (width,), by Newton steps within a trust region."""
    check(features, labels, penalty)

    def value(w: Vector) -> float:
        return _value(w, features, labels, penalty)

    def slope(w: Vector) -> Vector:
        return gradient(w, features, labels, penalty)

    def curvature(w: Vector) -> Vector:
        return hessian(w, features, penalty)

    first = np.zeros(features.shape[1]) if start is None else start
    found: Any = minimize(
        value, first, jac=slope, hess=curvature, method="trust-exact", options={"gtol": 1e-9}
    )
    return np.asarray(found.x, dtype=np.float64)


def gradient(weights: Vector, features: Vector, labels: Vector, penalty: float) -> Vector:
    """``sum_i (sigmoid(w.x_i) - y_i) x_i + penalty w``, shape (width,)."""
    return features.T @ (expit(features @ weights) - labels) + penalty * weights


def hessian(weights: Vector, features: Vector, penalty: float) -> Vector:
    """``sum_i p_i (1 - p_i) x_i x_i' + penalty I``, shape (width, width)."""
    p = expit(features @ weights)
    return (features.T * (p * (1 - p))) @ features + penalty * np.eye(features.shape[1])


def _value(weights: Vector, features: Vector, labels: Vector, penalty: float) -> float:
    scores = features @ weights
    losses = np.logaddexp(0.0, scores) - labels * scores
    return float(losses.sum() + penalty / 2 * weights @ weights)
