"""Every loss's gradient against finite differences, in float64 on tiny tensors."""

import pytest
import torch
from torch.autograd import gradcheck

from evals.methods.weights.losses.ascent import gradient_ascent, gradient_difference
from evals.methods.weights.losses.constrained import margin
from evals.methods.weights.losses.divergence import divergence, kl_regularised
from evals.methods.weights.losses.generic import generic_prediction
from evals.methods.weights.losses.likelihood import answer_logprobs, answer_means, descent
from evals.methods.weights.losses.negative_preference import npo, simnpo
from evals.methods.weights.losses.random_label import random_label
from evals.methods.weights.losses.refusal import direct_preference, ignorance
from evals.methods.weights.losses.soft_target import lowered, toward, without_label
from evals.methods.weights.losses.steering import misdirection
from evals.methods.weights.losses.uniform import uniformity
from evals.methods.weights.losses.weighted import (
    confidence,
    saturated_and_important,
    weighted_ascent,
)

LABELS, OTHERS = torch.tensor([2, 0, 3]), torch.tensor([1, 1])
ROWS = torch.tensor([0, 1, 1])


def drawn(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed + sum(shape))
    return torch.randn(*shape, dtype=torch.float64, generator=generator, requires_grad=True)


def fixed(*shape):
    return drawn(*shape, seed=9).detach()


CASES = {
    "descent": (lambda x: descent(x, LABELS), [(3, 4)]),
    "answer_logprobs": (lambda x: answer_logprobs(x, LABELS, ROWS, 2), [(3, 4)]),
    "answer_means": (lambda x: answer_means(x, LABELS, ROWS, 2), [(3, 4)]),
    "gradient_ascent": (lambda x: gradient_ascent(x, LABELS), [(3, 4)]),
    "gradient_difference": (
        lambda x, y: gradient_difference(x, LABELS, y, OTHERS, 0.7), [(3, 4), (2, 4)],
    ),
    "divergence": (lambda x: divergence(x, fixed(3, 4)), [(3, 4)]),
    "kl_regularised": (
        lambda x, y: kl_regularised(x, LABELS, y, fixed(2, 4), 0.7), [(3, 4), (2, 4)],
    ),
    "random_label": (lambda x: random_label(x, LABELS), [(3, 4)]),
    "ignorance": (lambda x, y: ignorance(x, LABELS, y, OTHERS, 0.7), [(3, 4), (2, 4)]),
    "direct_preference": (
        lambda x, y: direct_preference(x, y, fixed(3), fixed(3) - 1, 0.4), [(3,), (3,)],
    ),
    "npo": (lambda x: npo(x, fixed(3), 0.4), [(3,)]),
    "simnpo": (lambda x: simnpo(x, 2.5, 0.3), [(3,)]),
    "misdirection": (
        lambda x, y: misdirection(x, fixed(5), y, fixed(2, 5), 3.0), [(3, 5), (2, 5)],
    ),
    "uniformity": (uniformity, [(3, 4)]),
    "generic_prediction": (lambda x: generic_prediction(x, LABELS), [(3, 4)]),
    "toward, lowered": (lambda x: toward(x, lowered(fixed(3, 4), LABELS, 3.0)), [(3, 4)]),
    "toward, without_label": (lambda x: toward(x, without_label(fixed(3, 4), LABELS)), [(3, 4)]),
    "weighted_ascent, confidence": (
        lambda x: weighted_ascent(x, LABELS, confidence(fixed(3, 4), LABELS, 0.5)), [(3, 4)],
    ),
    "weighted_ascent, saturated_and_important": (
        lambda x: weighted_ascent(x, LABELS, saturated_and_important(fixed(3, 4), LABELS)),
        [(3, 4)],
    ),
    "margin": (margin, [(3, 4)]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_gradient_is_that_of_finite_differences(name):
    loss, shapes = CASES[name]
    inputs = tuple(drawn(*shape, seed=n) for n, shape in enumerate(shapes))
    assert gradcheck(loss, inputs)
    assert all(value.dtype == torch.float64 for value in inputs)
    assert loss(*inputs).dtype == torch.float64


def test_no_gradient_reaches_what_the_original_model_said():
    reference = drawn(3, 4)
    divergence(drawn(3, 4, seed=1), reference).backward()
    assert reference.grad is None
    states = drawn(2, 5)
    misdirection(drawn(3, 5), fixed(5), drawn(2, 5, seed=1), states).backward()
    assert states.grad is None


def test_targets_and_weights_are_fixed_numbers_to_the_gradient():
    # What the published losses detach: the gradient is that of the loss with them held.
    logits, held = drawn(3, 4), drawn(3, 4).detach()
    for made, apart in (
        (lambda x: toward(x, without_label(x, LABELS)),
         lambda x: toward(x, without_label(held, LABELS))),
        (lambda x: weighted_ascent(x, LABELS, confidence(x, LABELS)),
         lambda x: weighted_ascent(x, LABELS, confidence(held, LABELS))),
        (lambda x: weighted_ascent(x, LABELS, saturated_and_important(x, LABELS)),
         lambda x: weighted_ascent(x, LABELS, saturated_and_important(held, LABELS))),
    ):  # fmt: skip
        [found] = torch.autograd.grad(made(logits), logits)
        [expected] = torch.autograd.grad(apart(logits), logits)
        assert torch.allclose(found, expected)
