"""Removal against retraining, on a classifier that tells policies' questions from ordinary ones.

    withdrawn(problem, number=0, penalty=1.0, sparsity=0.0, step="jackknife")

One classifier is learned from the questions of all policies together; when a policy is withdrawn,
its questions must leave it. Retraining is the measure of everything: how far the weights are from
its, how much longer it takes, whether the answers differ.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.methods.certified.logistic import Vector, fit
from evals.methods.certified.noise import noise_scale
from evals.methods.certified.removal import Step, remove
from evals.methods.certified.sparse import fit_sparse, remove_sparse

__all__ = ["Problem", "Withdrawn", "fitted", "released_accuracy", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Features (examples, width) with a column of ones, owners, and what is tested."""

    features: Vector
    owners: NDArray[np.int64]
    tested: Vector
    answers: Vector

    @property
    def labels(self) -> Vector:
        """1 for a question of any policy."""
        return (self.owners >= 0).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """One policy's questions removed, beside a fit without them.

    ``bound`` is the certificate's, ``distance`` the true one from the refitted weights, ``moved``
    how far refitting moved them; ``accuracy`` and ``refitted_accuracy`` are on the tested
    questions, ``agreement`` the share that both decide alike. Seconds are processor time.
    """

    bound: float
    distance: float
    moved: float
    seconds: float
    refitted_seconds: float
    accuracy: float
    refitted_accuracy: float
    agreement: float
    weights: Vector


def fitted(
    problem: Problem, penalty: float, sparsity: float, start: Vector | None = None
) -> Vector:
    """The weights of all examples."""
    return _fit(problem.features, problem.labels, penalty, sparsity)


def withdrawn(
    problem: Problem,
    weights: Vector,
    number: int,
    penalty: float,
    sparsity: float,
    step: Step = "jackknife",
) -> Withdrawn:
    """Withdraw policy ``number`` from fitted ``weights``; refitting starts from zero, as first."""
    gone, labels = problem.owners == number, problem.labels
    began = time.process_time()
    if sparsity:
        removed = remove_sparse(weights, problem.features, labels, gone, penalty, sparsity, step)
    else:
        removed = remove(weights, problem.features, labels, gone, penalty, step)
    between = time.process_time()
    again = _fit(problem.features[~gone], labels[~gone], penalty, sparsity)
    ended = time.process_time()
    ours, theirs = (problem.tested @ w > 0 for w in (removed.weights, again))
    return Withdrawn(
        removed.distance,
        float(np.linalg.norm(removed.weights - again)),
        float(np.linalg.norm(weights - again)),
        between - began,
        ended - between,
        _accuracy(problem, removed.weights),
        _accuracy(problem, again),
        float((ours == theirs).mean()),
        removed.weights,
    )


def released_accuracy(
    problem: Problem, weights: Vector, radius: float, epsilon: float, delta: float, draws: int = 20
) -> float:
    """Mean accuracy of weights with the noise that a radius asks for."""
    scale, rng = noise_scale(radius, epsilon, delta), np.random.default_rng(0)
    noisy = (weights + rng.normal(0, scale, weights.shape) for _ in range(draws))
    return float(np.mean([_accuracy(problem, one) for one in noisy]))


def _fit(features: Vector, labels: Vector, penalty: float, sparsity: float) -> Vector:
    if sparsity:
        return fit_sparse(features, labels, penalty, sparsity)
    return fit(features, labels, penalty)


def _accuracy(problem: Problem, weights: Vector) -> float:
    return float(((problem.tested @ weights > 0) == (problem.answers > 0)).mean())
