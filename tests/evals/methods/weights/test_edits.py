"""Weight operations against arithmetic worked by hand."""

import pytest
import torch

from evals.methods.weights.edits.negation import negate
from evals.methods.weights.edits.noise import add_noise
from evals.methods.weights.edits.pruning import prune
from evals.methods.weights.edits.reset import reset_alike, reset_layer


def seeded(seed=1):
    return torch.Generator().manual_seed(seed)


def test_negation_goes_as_far_the_other_way():
    before = {"w": torch.tensor([1.0, 2.0]), "half": torch.tensor([1.0]).bfloat16()}
    after = {"w": torch.tensor([1.5, 1.0]), "half": torch.tensor([2.0]).bfloat16()}
    # 1 - 2 * 0.5, 2 - 2 * -1; 1 - 2 * 1
    away = negate(before, after, scale=2.0)
    assert away["w"].tolist() == [0.0, 4.0]
    assert away["half"].tolist() == [-1.0]
    assert away["half"].dtype == torch.bfloat16
    assert torch.equal(negate(before, before)["w"], before["w"])
    with pytest.raises(ValueError, match="weight 'half' is in one of the two"):
        negate(before, {"w": after["w"]})


def test_noise_is_as_large_as_the_matrix_s_own_spread():
    weight, norm = torch.randn(400, 300, generator=seeded()) * 0.02, torch.ones(300)
    before = weight.clone()
    add_noise([weight, norm], 0.5, seeded(2))
    # half of 0.02
    assert (weight - before).std().item() == pytest.approx(0.01, rel=0.02)
    assert torch.equal(norm, torch.ones(300))


def test_pruning_zeroes_the_smallest_by_magnitude():
    weight = torch.tensor([[0.1, -3.0], [-0.2, 2.0]])
    mask = prune(weight, 0.5)
    assert weight.tolist() == [[0.0, -3.0], [0.0, 2.0]]
    assert mask.tolist() == [[0.0, 1.0], [0.0, 1.0]]
    with pytest.raises(ValueError, match=r"share 1\.0"):
        prune(weight, 1.0)


def test_a_reset_layer_is_as_if_never_trained():
    layer = torch.nn.Sequential(torch.nn.Linear(200, 300), torch.nn.RMSNorm(300))
    for weight in layer.parameters():
        torch.nn.init.constant_(weight, 7.0)
    reset_layer(layer, 0.02, seeded())
    assert layer[0].weight.std().item() == pytest.approx(0.02, rel=0.02)
    assert layer[0].bias.abs().max().item() == 0
    assert layer[1].weight.unique().tolist() == [1.0]


def test_entries_that_both_sets_pull_alike_start_anew():
    weight = torch.tensor([5.0, 5.0, 5.0, 5.0])
    # Unit gradients (.5, .5, .5, .5) and (.5, .5, -.5, -.5): the first two are the same.
    forget = torch.tensor([1.0, 1.0, 1.0, 1.0])
    retain = torch.tensor([9.0, 9.0, -9.0, -9.0])
    mask = reset_alike(weight, forget, retain, 0.5, 0.02, seeded())
    assert mask.tolist() == [1.0, 1.0, 0.0, 0.0]
    assert weight[2:].tolist() == [5.0, 5.0]
    assert weight[:2].abs().max() < 0.2
    with pytest.raises(ValueError, match="share 0"):
        reset_alike(weight, forget, retain, 0.0, 0.02, seeded())
