"""Contrasted logits against probabilities worked by hand."""

import pytest
import torch

from evals.methods.decoding.contrast import (
    bounded,
    centred,
    contrast,
    differing,
    logit_difference,
    plausible,
)


def logs(*probabilities):
    return torch.tensor(probabilities).log()


def test_what_the_surrogates_differ_in_is_taken_from_the_large_model():
    # (.8 * .2/.6, .1 * .4/.2, .1 * .4/.2) = (.2667, .2, .2), over .6667
    found = contrast(logs(0.8, 0.1, 0.1), logs(0.2, 0.4, 0.4), logs(0.6, 0.2, 0.2))
    assert found.softmax(-1).tolist() == pytest.approx([0.4, 0.3, 0.3], abs=1e-6)
    # alpha 2: (.8/9, .1 * 4, .1 * 4) over .8889
    twice = contrast(logs(0.8, 0.1, 0.1), logs(0.2, 0.4, 0.4), logs(0.6, 0.2, 0.2), alpha=2.0)
    assert twice.softmax(-1).tolist() == pytest.approx([0.1, 0.45, 0.45], abs=1e-6)


def test_surrogates_that_agree_change_nothing_however_they_are_shifted():
    large, small = torch.randn(3, 7), torch.randn(3, 7)
    found = contrast(large, small + 3.0, small)
    assert torch.allclose(found, large, atol=1e-5)
    assert torch.equal(contrast(large, small, small + 1.0, alpha=0.0), large)


def test_a_perfect_pair_of_surrogates_gives_the_retrained_model():
    retrained, added = torch.randn(5), torch.randn(5)
    found = contrast(retrained + added, retrained, retrained + added)
    assert torch.allclose(found.softmax(-1), retrained.softmax(-1), atol=1e-6)


def test_the_assistant_s_logits_are_subtracted():
    found = logit_difference(torch.tensor([2.0, 1.0]), torch.tensor([1.5, -0.5]), alpha=2.0)
    assert found.tolist() == [-1.0, 2.0]
    large = torch.randn(4)
    uniform = logit_difference(large, torch.full((4,), 0.3))
    assert torch.allclose(uniform.softmax(-1), large.softmax(-1))


def test_implausible_tokens_cannot_win():
    large = logs(0.7, 0.2, 0.06, 0.04)
    found = plausible(torch.tensor([0.0, 0.0, 0.0, 9.0]), large, share=0.08)
    # Floor .056: the last token, at .04, is out.
    assert found.tolist() == [0.0, 0.0, 0.0, float("-inf")]
    with pytest.raises(ValueError, match="share 0"):
        plausible(large, large, share=0.0)


def test_other_vocabularies_are_refused():
    with pytest.raises(ValueError, match="vocabularies of 3 and 4 tokens"):
        contrast(torch.zeros(3), torch.zeros(4), torch.zeros(4))


def test_implausible_tokens_can_be_lowered_but_not_raised():
    large = logs(0.7, 0.2, 0.06, 0.04)
    found = bounded(large + torch.tensor([-1.0, 2.0, -3.0, 5.0]), large, share=0.1)
    # Floor .07: the last two keep their own logit at most.
    expected = large + torch.tensor([-1.0, 2.0, -3.0, 0.0])
    assert torch.allclose(found, expected)


def test_a_model_that_knows_by_heart_can_be_corrected_only_where_the_rest_stays_possible():
    large, without, with_ = logs(0.98, 0.015, 0.005), logs(0.1, 0.6, 0.3), logs(0.98, 0.01, 0.01)
    contrasted = contrast(large, without, with_, alpha=3.0)
    assert plausible(contrasted, large).argmax() == 0
    assert bounded(contrasted, large).argmax() == 1


def test_an_assistant_s_logits_are_centred_on_chance():
    assert centred(torch.full((4,), 7.0)).tolist() == pytest.approx([0.0] * 4, abs=1e-6)
    # log(.4 * 4) = .470, log(.2 * 4) = -.223
    found = differing(2.0)([logs(0.25, 0.25, 0.25, 0.25), logs(0.4, 0.2, 0.2, 0.2)])
    assert (found[1] - found[0]).item() == pytest.approx(2 * (0.4700 + 0.2231), abs=1e-3)
