"""Removing examples from a fitted logistic regression without fitting it again, with a certificate.

    removed = remove(weights, features, labels, gone, penalty=1.0)
    released = release(removed, radius=0.01, epsilon=1.0, delta=1e-5, rng=rng)

One step with the inverse Hessian goes to about where retraining would end; how far it is from there
at most is *computed*, not assumed, and noise as large as an announced radius hides the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from evals.methods.certified.logistic import Vector, check, gradient, hessian
from evals.methods.certified.noise import noise_scale

__all__ = ["BudgetError", "Removed", "Step", "mask_of", "release", "remove"]

Step = Literal["jackknife", "newton"]


class BudgetError(ValueError):
    """A removal that lies further from retraining than was announced: retrain instead."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Weights after a removal; they are at most ``distance`` from the retrained ones (L2 norm)."""

    weights: Vector
    distance: float


def remove(
    weights: Vector,
    features: Vector,
    labels: Vector,
    gone: NDArray[np.bool_],
    penalty: float,
    step: Step = "jackknife",
) -> Removed:
    """The weights without the examples that the boolean mask ``gone`` marks.

    ``w + H^-1 sum_{i in gone} grad l_i(w)``. The infinitesimal jackknife takes the Hessian of all
    examples, whose factor serves many requests (Suriyakumar and Wilson 2022, arXiv 2209.12269); the
    Newton step that of those which stay (Guo et al. 2019, arXiv 1911.03030). The distance is
    ``|grad F_stay(w)| / penalty``, a bound for every strongly convex objective, at the new weights:
    it holds whatever the step did, and whether or not ``weights`` were an exact minimum.
    """
    check(features, labels, penalty)
    mask = mask_of(gone, labels)
    stay = ~mask
    curved = features if step == "jackknife" else features[stay]
    leaving = gradient(weights, features[mask], labels[mask], 0.0)
    factor = cho_factor(hessian(weights, curved, penalty))
    after = weights + np.asarray(cho_solve(factor, leaving), dtype=np.float64)
    left = gradient(after, features[stay], labels[stay], penalty)
    return Removed(after, float(np.linalg.norm(left)) / penalty)


def mask_of(gone: NDArray[np.bool_], labels: Vector) -> NDArray[np.bool_]:
    """The mask; raises ValueError unless it holds one boolean for each example."""
    mask = np.asarray(gone)
    if mask.dtype != np.bool_ or mask.shape != labels.shape:
        raise ValueError(
            f"'gone' is {mask.dtype} of shape {mask.shape}; give one boolean for each example"
        )
    return mask


def release(
    removed: Removed, radius: float, epsilon: float, delta: float, rng: np.random.Generator
) -> Vector:
    """The weights with noise that makes them (epsilon, delta)-indistinguishable from retraining.

    Indistinguishable from the retrained weights with the same noise. ``radius`` is announced before
    the data are seen: noise that followed the data would itself tell of them. Raises BudgetError
    where the removal's distance exceeds it.
    """
    if removed.distance > radius:
        raise BudgetError(
            f"the removal may lie {removed.distance:.3g} from retraining, more than the announced "
            f"{radius:.3g}; retrain, or announce a larger radius for later requests"
        )
    scale = noise_scale(radius, epsilon, delta)
    return removed.weights + rng.normal(0.0, scale, removed.weights.shape)
