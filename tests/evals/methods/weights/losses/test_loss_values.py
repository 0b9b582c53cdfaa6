"""Every loss against arithmetic that was worked by hand: the numbers stand beside it."""

import math

import pytest
import torch

from evals.methods.weights.losses.ascent import gradient_ascent, gradient_difference
from evals.methods.weights.losses.constrained import dual_step, margin
from evals.methods.weights.losses.divergence import divergence, kl_regularised
from evals.methods.weights.losses.generic import generic_labels, generic_prediction
from evals.methods.weights.losses.likelihood import answer_logprobs, answer_means, descent
from evals.methods.weights.losses.negative_preference import npo, simnpo
from evals.methods.weights.losses.random_label import draw_labels, random_label
from evals.methods.weights.losses.refusal import direct_preference, ignorance
from evals.methods.weights.losses.soft_target import lowered, toward, without_label
from evals.methods.weights.losses.steering import misdirection, random_direction
from evals.methods.weights.losses.uniform import uniformity
from evals.methods.weights.losses.weighted import (
    confidence,
    saturated_and_important,
    weighted_ascent,
)

# Two tokens over a vocabulary of two: p = (3/4, 1/4), then (1/2, 1/2).
LOGITS = torch.tensor([[math.log(3), 0.0], [0.0, 0.0]])
LABELS = torch.tensor([0, 1])
# -(ln 3/4 + ln 1/2) / 2 = (0.287682 + 0.693147) / 2
ENTROPY = 0.4904146
# Three tokens that the model is even about: -ln 1/2
EVEN, EVEN_LABELS = torch.zeros(3, 2), torch.tensor([0, 0, 1])
HALF = 0.6931472


def near(value):
    return pytest.approx(value, abs=1e-5)


def test_descent_is_the_mean_cross_entropy_and_ascent_its_negative():
    assert descent(LOGITS, LABELS).item() == near(ENTROPY)
    assert gradient_ascent(LOGITS, LABELS).item() == near(-ENTROPY)


def test_bfloat16_logits_are_summed_in_float32():
    logits = torch.randn(64, 50, generator=torch.Generator().manual_seed(1)).bfloat16()
    labels = torch.arange(50).repeat(2)[:64]
    assert descent(logits, labels).dtype == torch.float32
    assert descent(logits, labels).item() == near(descent(logits.float(), labels).item())


def test_log_likelihoods_are_sums_over_an_answer_s_own_tokens():
    # Answer 0 owns both tokens: ln 3/4 + ln 1/2; as a mean half of it.
    rows = torch.tensor([0, 0])
    assert answer_logprobs(LOGITS, LABELS, rows, 1).tolist() == near([-0.9808293])
    assert answer_means(LOGITS, LABELS, rows, 1).tolist() == near([-ENTROPY])
    # Each token an answer of its own.
    rows = torch.tensor([1, 0])
    assert answer_logprobs(LOGITS, LABELS, rows, 2).tolist() == near([-HALF, -0.2876821])


def test_an_answer_without_tokens_has_no_mean():
    with pytest.raises(ValueError, match="no token"):
        answer_means(LOGITS, LABELS, torch.tensor([0, 0]), 2)


def test_gradient_difference_weighs_the_retain_set():
    # -0.490415 + 2 * 0.693147
    found = gradient_difference(LOGITS, LABELS, EVEN, EVEN_LABELS, weight=2.0)
    assert found.item() == near(0.8958797)


def test_the_divergence_is_from_the_reference_to_the_model():
    # Reference (3/4, 1/4), model (1/2, 1/2): 3/4 ln(3/2) + 1/4 ln(1/2) = 0.304099 - 0.173287
    found = divergence(torch.zeros(1, 2), LOGITS[:1])
    assert found.item() == near(0.1308122)
    # The other way round it is 1/2 ln(2/3) + 1/2 ln 2 = 0.143841
    assert divergence(LOGITS[:1], torch.zeros(1, 2)).item() == near(0.1438410)
    assert divergence(LOGITS, LOGITS + 5.0).item() == near(0.0)


def test_kl_regularised_adds_it_to_the_ascent():
    # -0.490415 + 0.5 * 0.130812
    found = kl_regularised(LOGITS, LABELS, torch.zeros(1, 2), LOGITS[:1], weight=0.5)
    assert found.item() == near(-0.4250085)


def test_random_labels_are_uniform_and_repeat_with_their_seed():
    labels = torch.zeros(30_000, dtype=torch.long)
    drawn = draw_labels(labels, 3, torch.Generator().manual_seed(7))
    assert torch.bincount(drawn).tolist() == pytest.approx([10_000] * 3, rel=0.03)
    assert torch.equal(drawn, draw_labels(labels, 3, torch.Generator().manual_seed(7)))
    # Labels (1, 0) instead of (0, 1): -(ln 1/4 + ln 1/2) / 2 = (1.386294 + 0.693147) / 2
    assert random_label(LOGITS, torch.tensor([1, 0])).item() == near(1.0397208)


def test_a_uniform_model_is_the_best_answer_to_random_labels():
    every = torch.arange(4)
    uniform, sure = torch.zeros(4, 4), torch.eye(4).roll(1, 0) * 3
    # ln 4, whatever was drawn
    assert random_label(uniform, every).item() == near(1.3862944)
    assert random_label(sure, every) > random_label(uniform, every)


def test_ignorance_is_trained_beside_the_retain_set():
    # 0.490415 + 0.693147
    assert ignorance(LOGITS, LABELS, EVEN, EVEN_LABELS).item() == near(1.1835618)


def test_direct_preference():
    # Margin (-1 - -2) - (-3 - -2) = 2; beta 0.5: -(2/0.5) ln sigmoid(1) = 4 * 0.313262
    one = [torch.tensor([value]) for value in (-1.0, -3.0, -2.0, -2.0)]
    assert direct_preference(*one, beta=0.5).item() == near(1.2530468)
    # Nothing moved yet: -(2/0.1) ln(1/2)
    same = [torch.tensor([-2.0])] * 4
    assert direct_preference(*same, beta=0.1).item() == near(13.8629436)


def test_negative_preference():
    # ln p/p_ref = 1: -(2/0.5) ln sigmoid(-0.5) = 4 * 0.974077
    found = npo(torch.tensor([-1.0]), torch.tensor([-2.0]), beta=0.5)
    assert found.item() == near(3.8963079)
    # An answer that is all but forgotten costs nothing more.
    assert npo(torch.tensor([-500.0]), torch.tensor([-2.0]), beta=0.5).item() == near(0.0)


def test_negative_preference_has_ascent_s_gradient_where_nothing_moved():
    answer = torch.tensor([-3.0, -5.0], requires_grad=True)
    npo(answer, answer.detach(), beta=0.1).backward()
    # d/dx of (1/2) sum x is 1/2 each
    assert answer.grad.tolist() == near([0.5, 0.5])


def test_negative_preference_becomes_ascent_as_beta_falls():
    answer, reference = torch.tensor([-1.0, -4.0]).double(), torch.tensor([-2.0, -2.5]).double()
    beta = 1e-4
    # Without the constant (2/beta) ln 2, mean of ln p/p_ref = (1 - 1.5) / 2
    left = npo(answer, reference, beta=beta) - 2 / beta * math.log(2)
    assert left.item() == pytest.approx(-0.25, abs=1e-3)


def test_simnpo_needs_no_reference():
    # -(2/2) ln sigmoid(2 * 0.5 - 0.25) = ln(1 + e^-0.75) = 0.386871
    assert simnpo(torch.tensor([-0.5]), beta=2.0, gamma=0.25).item() == near(0.3868710)


def test_misdirection():
    # ((1-3)^2 + (2-0)^2 + (3-3)^2 + (0-0)^2) / 4 = 2, and 10 * ((1-0)^2 + 0) / 2 = 5
    forget, target = torch.tensor([[1.0, 2.0], [3.0, 0.0]]), torch.tensor([3.0, 0.0])
    retain, reference = torch.tensor([[1.0, 1.0]]), torch.tensor([[0.0, 1.0]])
    assert misdirection(forget, target, retain, reference, weight=10.0).item() == near(7.0)


def test_the_steering_direction_is_a_positive_unit_vector():
    direction = random_direction(256, torch.Generator().manual_seed(3))
    assert direction.norm().item() == near(1.0)
    assert bool((direction >= 0).all())
    assert not torch.equal(direction, random_direction(256, torch.Generator().manual_seed(4)))


def test_generic_labels_avoid_what_reinforcement_raised():
    baseline = torch.tensor([[5.0, 4.0, 1.0], [5.0, 4.0, 1.0]])
    reinforced = torch.tensor([[6.0, 4.0, 1.0], [5.0, 3.0, 0.0]])
    # Row 0: token 0 rose by 1, 5 - 5 * 1 = 0 < 4. Row 1: nothing rose, the favourite stays.
    assert generic_labels(baseline, reinforced, alpha=5.0).tolist() == [1, 0]
    # With alpha 0.5: 5 - 0.5 > 4
    assert generic_labels(baseline, reinforced, alpha=0.5).tolist() == [0, 0]
    assert generic_prediction(LOGITS, LABELS).item() == near(ENTROPY)


def test_uniformity_is_the_divergence_of_knowing_nothing():
    # (3/4, 1/4): -(ln 3/4 + ln 1/4) / 2 - ln 2 = 0.836988 - 0.693147; even: 0; the mean of both.
    assert uniformity(LOGITS).item() == near(0.143841 / 2)
    assert uniformity(EVEN).item() == near(0.0)


def test_undial_s_target_is_the_original_s_with_the_right_token_lowered():
    # (3/4, 1/4), the first lowered by ln 3: odds 1 to 1. (1/2, 1/2), the second: odds 3 to 1.
    target = lowered(LOGITS, LABELS, math.log(3))
    assert target.tolist() == [near([0.5, 0.5]), near([0.75, 0.25])]
    # -(1/2 ln 3/4 + 1/2 ln 1/4) = 0.836988; -ln 1/2 = 0.693147; the mean of both
    assert toward(LOGITS, target).item() == near((0.836988 + HALF) / 2)
    # Nothing lowered: the model's own entropy, which is the least it can be.
    own = toward(LOGITS, lowered(LOGITS, LABELS, 0.0))
    assert own.item() == near((0.562335 + HALF) / 2)
    assert toward(EVEN[:2], lowered(LOGITS, LABELS, 0.0)) > own


def test_ce_u_rules_the_right_token_out_and_keeps_the_others_proportions():
    logits = torch.tensor([[2.0, math.log(3), 0.0]])
    assert without_label(logits, torch.tensor([0])).tolist() == [near([0.0, 0.75, 0.25])]
    # Where the right token is impossible already, nothing pulls at the logits any more.
    gone = torch.tensor([[-40.0, math.log(3), 0.0]], requires_grad=True)
    toward(gone, without_label(gone, torch.tensor([0]))).backward()
    assert gone.grad.abs().max().item() == near(0.0)


def test_weighted_ascent_spares_what_is_forgotten():
    # p = 3/4 and 1/2: (3/4 ln 3/4 + 1/2 ln 1/2) / 2 = (-0.215762 - 0.346574) / 2
    weights = confidence(LOGITS, LABELS)
    assert weights.tolist() == near([0.75, 0.5])
    assert weighted_ascent(LOGITS, LABELS, weights).item() == near(-0.2811677)
    assert confidence(LOGITS, LABELS, 2.0).tolist() == near([0.5625, 0.25])
    assert weighted_ascent(LOGITS, LABELS, torch.ones(2)).item() == near(-ENTROPY)


def test_satimp_also_spares_what_is_certain():
    # p^5 (1 - p): .75^5 * .25 = 0.059326; .5^6 = 0.015625
    assert saturated_and_important(LOGITS, LABELS).tolist() == near([0.0593262, 0.015625])
    sure = torch.tensor([[40.0, 0.0]])
    assert saturated_and_important(sure, torch.tensor([0])).item() == near(0.0)


def test_the_margin_is_what_the_favourite_stands_above_the_mean():
    # (ln 3 - ln(3)/2)^2 = 0.301737; even: 0; the mean of both.
    assert margin(LOGITS).item() == near(0.3017373 / 2)
    assert margin(LOGITS + 7.0).item() == near(0.3017373 / 2)


def test_the_dual_variable_rises_while_the_constraint_is_broken_and_never_falls_below_nothing():
    assert dual_step(1.0, 0.5, 2.0) == near(2.0)
    assert dual_step(1.0, -0.25, 2.0) == near(0.5)
    assert dual_step(1.0, -9.0, 2.0) == 0.0
