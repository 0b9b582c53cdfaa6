"""The proximal step against retraining, scikit-learn, and a problem worked by hand."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from evals.methods.certified.logistic import fit
from evals.methods.certified.removal import remove
from evals.methods.certified.sparse import fit_sparse, proximal, remove_sparse, subgradient

PENALTY, SPARSITY = 2.0, 3.0


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(5)
    features = rng.normal(size=(500, 10))
    truth = np.array([2.0, -1.5, 1.0, 0, 0, 0, 0, 0, 0, 0])
    labels = (features @ truth + rng.normal(size=500) > 0).astype(float)
    gone = np.zeros(500, dtype=bool)
    gone[:12] = True
    return features, labels, gone


@pytest.fixture(scope="module")
def fitted(data):
    return fit_sparse(data[0], data[1], PENALTY, SPARSITY)


def test_the_operator_by_hand():
    # H = 2 I: each weight is drawn towards 0 by 1/2, and stays there.
    found = proximal(np.array([3.0, -0.4, -2.0]), 2 * np.eye(3), 1.0, np.zeros(3))
    assert found == pytest.approx([2.5, 0.0, -1.5])
    # H = [[2, 1], [1, 2]], point (1, 0), sparsity 1: v2 stays 0 for |1 (v1 - 1)| <= 1, and
    # 2 (v1 - 1) + 1 = 0 gives v1 = .5.
    found = proximal(np.array([1.0, 0.0]), np.array([[2.0, 1.0], [1.0, 2.0]]), 1.0, np.ones(2))
    assert found == pytest.approx([0.5, 0.0])


def test_the_fit_is_scikit_learn_s_and_leaves_weights_at_zero(data, fitted):
    total = PENALTY + SPARSITY
    theirs = LogisticRegression(
        solver="saga", l1_ratio=SPARSITY / total, C=1 / total, fit_intercept=False, tol=1e-10,
        max_iter=20_000,
    )  # fmt: skip
    assert fitted == pytest.approx(theirs.fit(data[0], data[1]).coef_[0], abs=1e-5)
    assert (fitted == 0).sum() >= 1
    assert np.linalg.norm(subgradient(fitted, data[0], data[1], PENALTY, SPARSITY)) < 1e-6


@pytest.mark.parametrize("step", ["jackknife", "newton"])
def test_a_removal_ends_next_to_retraining_and_within_its_bound(data, fitted, step):
    features, labels, gone = data
    retrained = fit_sparse(features[~gone], labels[~gone], PENALTY, SPARSITY)
    removed = remove_sparse(fitted, features, labels, gone, PENALTY, SPARSITY, step)
    distance = np.linalg.norm(removed.weights - retrained)
    assert distance <= removed.distance
    assert distance < np.linalg.norm(fitted - retrained) / 10
    assert ((removed.weights == 0) == (retrained == 0)).all()


def test_without_sparsity_it_is_the_plain_removal(data):
    features, labels, gone = data
    weights = fit(features, labels, PENALTY)
    plain = remove(weights, features, labels, gone, PENALTY)
    sparse = remove_sparse(weights, features, labels, gone, PENALTY, 0.0)
    assert sparse.weights == pytest.approx(plain.weights, abs=1e-7)


def test_numbers_without_an_objective_are_refused(data):
    with pytest.raises(ValueError, match=r"sparsity -1\.0"):
        fit_sparse(data[0], data[1], PENALTY, -1.0)
