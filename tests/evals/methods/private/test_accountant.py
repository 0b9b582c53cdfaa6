"""The accountant against closed forms, integrals and the exact Gaussian mechanism."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from evals.methods.certified.noise import privacy_loss
from evals.methods.private.accountant import ORDERS, epsilon_from, epsilon_of, renyi


def test_without_sampling_it_is_the_gaussian_mechanism_s():
    # a / 2 s^2: 8 / (2 * 4) = 1
    assert renyi(1.0, 2.0, 8) == pytest.approx(1.0)


@pytest.mark.parametrize(("rate", "noise", "order"), [(0.1, 1.0, 2), (0.03, 1.3, 7), (0.5, 2, 16)])
def test_the_sum_is_the_integral_of_the_density_ratio(rate, noise, order):
    def value(z):
        ratio = 1 - rate + rate * np.exp((2 * z - 1) / (2 * noise**2))
        return norm.pdf(z, 0, noise) * ratio**order

    found, _ = quad(value, -40 * noise, 40 * noise, limit=500, points=[0, 1, order])
    assert renyi(rate, noise, order) == pytest.approx(math.log(found) / (order - 1), rel=1e-6)


def test_order_two_by_hand():
    # (1-q)^2 + 2 q (1-q) + q^2 e^(1/s^2), q = .1, s = 1: .81 + .18 + .01 * 2.71828 = 1.0171828
    assert renyi(0.1, 1.0, 2) == pytest.approx(math.log(1.0171828), rel=1e-5)


def test_it_promises_no_more_than_the_exact_mechanism_allows():
    for noise in (0.8, 2.0, 5.0):
        epsilon = epsilon_of(1.0, noise, 1, 1e-5)
        assert privacy_loss(1.0, noise, epsilon) <= 1e-5


def test_the_setting_of_the_field_s_first_tutorial():
    # 60,000 records, batches of 256, noise 1.1, 60 epochs, delta 1e-5: 3.0 by the older conversion
    # D + log(1/delta)/(a-1), which the newer one is below.
    rate, steps = 256 / 60_000, 60 * 60_000 // 256
    older = min(steps * renyi(rate, 1.1, order) + math.log(1e5) / (order - 1) for order in ORDERS)
    assert older == pytest.approx(3.0, abs=0.05)
    assert 2.4 < epsilon_of(rate, 1.1, steps, 1e-5) < older


def test_more_steps_and_less_noise_promise_less():
    assert epsilon_of(0.05, 1.0, 200, 1e-5) > epsilon_of(0.05, 1.0, 100, 1e-5)
    assert epsilon_of(0.05, 0.8, 100, 1e-5) > epsilon_of(0.05, 1.0, 100, 1e-5)
    # No whole order up to 1,024 says quite zero of no step at all.
    assert epsilon_of(0.05, 1.0, 0, 1e-5) < 0.01


def test_numbers_that_promise_nothing_are_refused():
    with pytest.raises(ValueError, match=r"a rate of 1\.5"):
        renyi(1.5, 1.0, 2)
    with pytest.raises(ValueError, match="delta 0"):
        epsilon_from([0.0] * len(ORDERS), 0)
