"""What texts share is computed once, and nothing else changes."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import LlamaConfig, LlamaForCausalLM

from evals.training.shared_opening import hidden_states
from evals.training.trunk import Trunk

torch.manual_seed(0)
MODEL = LlamaForCausalLM(
    LlamaConfig(
        vocab_size=50,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        attn_implementation="eager",
    )
)


def found(ids: torch.Tensor, shared: bool) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """States and gradients of a loss that reads every state."""
    decoder = MODEL.get_decoder()
    MODEL.zero_grad(set_to_none=True)
    plain = decoder(input_ids=ids, use_cache=False).last_hidden_state if not shared else None
    states = hidden_states(decoder, ids) if plain is None else plain
    (states * torch.linspace(-1, 1, states.numel()).view_as(states)).sum().backward()
    return states.detach(), [w.grad.clone() for w in decoder.parameters() if w.grad is not None]


@settings(max_examples=25, deadline=None)
@given(
    texts=st.integers(1, 4),
    alike=st.integers(0, 14),
    apart=st.integers(1, 6),
    seed=st.integers(0, 99),
)
def test_states_and_gradients_are_those_of_one_pass(texts: int, alike: int, apart: int, seed: int):
    draw = torch.Generator().manual_seed(seed)
    opening = torch.randint(50, (1, alike), generator=draw).expand(texts, -1)
    ids = torch.cat([opening, torch.randint(50, (texts, apart), generator=draw)], dim=1)
    (ours, slopes), (theirs, wanted) = found(ids, True), found(ids, False)
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
    for slope, other in zip(slopes, wanted, strict=True):
        torch.testing.assert_close(slope, other, rtol=1e-3, atol=1e-4)


def test_above_a_trunk_too_and_the_shared_part_is_read_once():
    decoder = MODEL.get_decoder()
    ids = torch.cat([torch.arange(12).expand(3, -1), torch.arange(15, 30).view(3, 5)], dim=1)
    whole = decoder(input_ids=ids, use_cache=False).last_hidden_state
    read: list[int] = []
    hook = decoder.layers[3].mlp.register_forward_pre_hook(
        lambda _module, given: read.append(given[0].shape[0] * given[0].shape[1])
    )
    trunk = Trunk(MODEL, 2, 0)
    try:
        torch.testing.assert_close(hidden_states(decoder, ids), whole, rtol=1e-4, atol=1e-5)
    finally:
        trunk.leave()
        hook.remove()
    assert read == [12, 3 * 5]
    torch.testing.assert_close(hidden_states(decoder, ids), whole, rtol=1e-4, atol=1e-5)
