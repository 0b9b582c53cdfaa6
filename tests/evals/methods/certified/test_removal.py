"""Certified removal against retraining, scikit-learn, and simulation."""

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from evals.methods.certified.logistic import fit, gradient, hessian
from evals.methods.certified.noise import noise_scale, privacy_loss
from evals.methods.certified.removal import BudgetError, release, remove

PENALTY = 5.0


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(4)
    features = rng.normal(size=(600, 12))
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    labels = (features @ rng.normal(size=12) * 3 + rng.normal(size=600) > 0).astype(float)
    gone = np.zeros(600, dtype=bool)
    gone[:15] = True
    return features, labels, gone


@pytest.fixture(scope="module")
def fitted(data):
    return fit(data[0], data[1], PENALTY)


def test_the_fit_is_scikit_learn_s(data, fitted):
    theirs = LogisticRegression(C=1 / PENALTY, fit_intercept=False, tol=1e-10, max_iter=1000)
    assert fitted == pytest.approx(theirs.fit(data[0], data[1]).coef_[0], abs=1e-5)
    assert np.linalg.norm(gradient(fitted, data[0], data[1], PENALTY)) < 1e-8


def test_the_derivatives_are_those_of_finite_differences(data):
    features, labels = data[0][:20], data[1][:20]
    at, tiny = np.linspace(-1, 1, 12), 1e-6
    for column in range(12):
        shift = np.eye(12)[column] * tiny
        ahead, behind = (gradient(at + s, features, labels, 2.0) for s in (shift, -shift))
        numeric = (ahead - behind) / (2 * tiny)
        assert hessian(at, features, 2.0)[column] == pytest.approx(numeric, abs=1e-6)


@pytest.mark.parametrize("step", ["jackknife", "newton"])
def test_a_removal_ends_next_to_retraining_and_within_its_bound(data, fitted, step):
    features, labels, gone = data
    retrained = fit(features[~gone], labels[~gone], PENALTY)
    removed = remove(fitted, features, labels, gone, PENALTY, step)
    distance = np.linalg.norm(removed.weights - retrained)
    assert distance <= removed.distance
    assert distance < np.linalg.norm(fitted - retrained) / 10


def test_the_newton_step_is_nearer_and_a_single_example_nearer_still(data, fitted):
    features, labels, gone = data
    one = np.zeros_like(gone)
    one[0] = True
    jackknife = remove(fitted, features, labels, gone, PENALTY)
    newton = remove(fitted, features, labels, gone, PENALTY, "newton")
    assert newton.distance < jackknife.distance
    assert remove(fitted, features, labels, one, PENALTY).distance < jackknife.distance / 5


def test_the_bound_holds_for_weights_that_were_no_minimum(data, fitted):
    features, labels, gone = data
    off = remove(fitted + 0.3, features, labels, gone, PENALTY)
    retrained = fit(features[~gone], labels[~gone], PENALTY)
    assert np.linalg.norm(off.weights - retrained) <= off.distance


def test_removing_nothing_changes_nothing(data, fitted):
    features, labels, gone = data
    removed = remove(fitted, features, labels, np.zeros_like(gone), PENALTY)
    assert removed.weights == pytest.approx(fitted, abs=1e-9)
    assert removed.distance < 1e-8


def test_noise_is_no_more_than_delta_allows():
    scale = noise_scale(0.5, epsilon=1.0, delta=1e-5)
    assert privacy_loss(0.5, scale, 1.0) <= 1e-5
    assert privacy_loss(0.5, scale * 0.99, 1.0) > 1e-5
    # Less than the classical sqrt(2 ln(1.25/delta)) r / epsilon.
    assert scale < 0.5 * math.sqrt(2 * math.log(1.25e5))
    assert noise_scale(1.0, 1.0, 1e-5) == pytest.approx(2 * scale)
    assert noise_scale(0.0, 1.0, 1e-5) == 0


def test_the_privacy_loss_is_what_a_simulation_finds():
    # delta = E max(0, 1 - exp(e - L)), L the log-ratio of the two densities at a draw of the first.
    drawn = np.random.default_rng(1).normal(size=2_000_000) * 0.8
    ratio = ((drawn - 1.0) ** 2 - drawn**2) / (2 * 0.8**2)
    found = np.maximum(0, 1 - np.exp(0.5 - ratio)).mean()
    assert privacy_loss(1.0, 0.8, 0.5) == pytest.approx(found, rel=0.01)


def test_a_removal_beyond_the_announced_radius_is_not_released(data, fitted):
    features, labels, gone = data
    removed = remove(fitted, features, labels, gone, PENALTY)
    rng = np.random.default_rng(0)
    with pytest.raises(BudgetError, match="retrain"):
        release(removed, removed.distance / 2, 1.0, 1e-5, rng)
    radius = removed.distance * 1.5
    many = np.array([release(removed, radius, 1.0, 1e-5, rng) for _ in range(4000)])
    assert (many - removed.weights).std() == pytest.approx(noise_scale(radius, 1.0, 1e-5), rel=0.02)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"labels": np.array([0.0, 2.0])}, "neither 0 nor 1"),
        ({"labels": np.array([0.0])}, "do not belong together"),
        ({"penalty": 0.0}, "penalty 0.0 is not above 0"),
        ({"gone": np.array([0, 1])}, "one boolean for each example"),
    ],
)
def test_what_cannot_be_certified_is_refused(change, said):
    given = {
        "features": np.eye(2), "labels": np.array([0.0, 1.0]),
        "gone": np.array([True, False]), "penalty": 1.0,
    }  # fmt: skip
    with pytest.raises(ValueError, match=said):
        remove(np.zeros(2), **(given | change))
