"""Withdrawing a policy from a classifier that all policies share."""

import numpy as np
import pytest

from evals.studies.certified.questions import questions_of
from evals.studies.certified.study import Problem, fitted, released_accuracy, withdrawn


@pytest.fixture(scope="module")
def problem() -> Problem:
    rng = np.random.default_rng(2)
    owners = np.array([n % 8 for n in range(160)] + [-1] * 240)
    direction = rng.normal(size=8)

    def drawn(labels):
        rows = rng.normal(size=(len(labels), 8)) + np.outer(labels, direction) * 0.6
        return np.hstack([rows, np.ones((len(rows), 1))])

    answers = np.array([1.0, 0.0] * 50)
    return Problem(drawn(owners >= 0), owners, drawn(answers), answers)


@pytest.mark.parametrize("sparsity", [0.0, 2.0])
def test_a_withdrawal_is_held_against_a_fit_without_the_policy(problem, sparsity):
    weights = fitted(problem, 2.0, sparsity)
    found = withdrawn(problem, weights, 3, 2.0, sparsity, "newton")
    assert found.distance <= found.bound
    assert found.distance < found.moved / 5
    assert found.accuracy > 0.7
    assert found.agreement > 0.95
    assert released_accuracy(problem, found.weights, 1e-6, 1.0, 1e-5) == pytest.approx(
        found.accuracy, abs=0.02
    )
    assert released_accuracy(problem, found.weights, 1e3, 1.0, 1e-5) < found.accuracy - 0.1


def test_the_questions_of_the_embedded_world():
    found = questions_of(None)
    assert len(found.policies) == 20
    assert len(found.texts) == len(found.owners)
    assert {int(owner) for owner in found.owners} == {-1, *range(20)}
    assert not set(found.tested) & set(found.texts)
    assert 0.4 < found.answers.mean() < 0.6
