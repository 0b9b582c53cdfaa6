"""Rounding to the nearest of few values: exact arithmetic, and what it leaves alone in a model."""

import pytest
import torch
from transformers import AutoModelForCausalLM

from evals.nano.checkpoints import SHIPPED
from evals.studies.lasting.quantise import quantise, round_to_nearest


def test_four_bits_are_fifteen_values_up_to_the_largest_of_a_row():
    # Scales 7/7 = 1 and 14/7 = 2; 3.4 -> 3, -0.4 -> 0; 5 -> 2 * round(2.5) = 4 (half to even).
    weight = torch.tensor([[7.0, 3.4, -0.4, 1.0], [-14.0, 5.0, 3.0, 0.9]])
    assert round_to_nearest(weight, 4).tolist() == [[7, 3, 0, 1], [-14, 4, 4, 0]]


def test_each_group_of_a_row_has_a_scale_of_its_own():
    # 8 bits: scales 127/127 = 1 and 1.27/127 = .01; the last group has one weight and keeps it.
    weight = torch.tensor([[127.0, 0.4, 1.27, 0.014, 0.333]])
    found = round_to_nearest(weight, 8, group=2)
    assert found[0].tolist() == pytest.approx([127, 0, 1.27, 0.01, 0.333])


def test_zeros_and_precision_stay():
    weight = torch.zeros(2, 3, dtype=torch.bfloat16)
    found = round_to_nearest(weight, 4, group=2)
    assert found.dtype == torch.bfloat16
    assert torch.equal(found, weight)


def test_rounding_twice_changes_nothing_more():
    weight = torch.randn(8, 100, generator=torch.Generator().manual_seed(1))
    once = round_to_nearest(weight, 4, group=64)
    assert torch.allclose(round_to_nearest(once, 4, group=64), once, atol=1e-6)
    assert len(once[0, :64].unique()) <= 15


@pytest.mark.parametrize(
    ("bits", "group", "weight"), [(1, 0, [[1.0]]), (4, -1, [[1.0]]), (4, 0, [1.0])]
)
def test_what_cannot_be_rounded_is_refused(bits, group, weight):
    with pytest.raises(ValueError, match="at least 2 bits"):
        round_to_nearest(torch.tensor(weight), bits, group)


def test_a_model_s_linear_maps_are_rounded_but_not_its_head():
    model = AutoModelForCausalLM.from_pretrained(SHIPPED["full"], dtype=torch.float32)
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    count = quantise(model, 4)
    moved = {n for n, w in model.named_parameters() if not torch.equal(w, before[n])}
    assert moved == {n for n in before if ".self_attn." in n or ".mlp." in n}
    assert count == sum(before[name].numel() for name in moved)
    with pytest.raises(ValueError, match="3 bits"):
        quantise(model, 3)
