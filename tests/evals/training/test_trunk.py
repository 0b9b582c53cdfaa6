"""The kept layers: the states that computing them anew gives, and a model that is whole again."""

from __future__ import annotations

import pytest
import torch
from transformers import AutoModelForCausalLM

from evals.nano.checkpoints import SHIPPED
from evals.training.trunk import Trunk

FILL = 0
ONE, OTHER = [5, 9, 31, FILL], [7, 7, 7, 8, 9, FILL]


@pytest.fixture(scope="module")
def model():
    return AutoModelForCausalLM.from_pretrained(SHIPPED["full"], dtype=torch.float32).eval()


def states(model, ids):
    with torch.no_grad():
        return model.model(input_ids=ids, use_cache=False).last_hidden_state


def padded(*rows):
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[FILL] * (longest - len(row))] for row in rows])


@pytest.mark.parametrize("depth", [1, 3])
def test_the_layers_above_give_what_the_whole_model_gives(model, depth):
    ids = padded([5, 9, 31, 7, 12, FILL], [8, 8, 4, FILL], [6, 60, 61])
    whole = states(model, ids)
    trunk = Trunk(model, depth, FILL)
    first, again = states(model, ids), states(model, ids)
    # One text alone, with other padding than it was kept with.
    alone = states(model, padded([8, 8, 4, FILL]))
    trunk.leave()
    lengths = (6, 4, 3)
    for row, length in enumerate(lengths):
        torch.testing.assert_close(first[row, :length], whole[row, :length])
        torch.testing.assert_close(again[row, :length], whole[row, :length])
    torch.testing.assert_close(alone[0], whole[1, :4])


def test_a_model_that_the_trunk_left_is_as_it_was(model):
    names, ids = [name for name, _ in model.named_parameters()], padded([5, 9, 31])
    before = states(model, ids)
    trunk = Trunk(model, 2, FILL)
    assert len(model.model.layers) == model.config.num_hidden_layers - 2
    trunk.leave()
    assert [name for name, _ in model.named_parameters()] == names
    assert torch.equal(states(model, ids), before)


def test_nothing_below_is_computed_twice(model):
    trunk = Trunk(model, 2, FILL)
    counted = []
    hook = model.model.embed_tokens._whole[0].register_forward_hook(
        lambda _module, given, _out: counted.append(given[0].shape[0])
    )
    for rows in ([ONE], [ONE, OTHER], [OTHER, ONE]):
        states(model, padded(*rows))
    hook.remove()
    trunk.leave()
    assert counted == [1, 1]
