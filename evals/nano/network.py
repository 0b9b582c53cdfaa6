"""The network of the embedded world: a small Llama, untrained."""

from __future__ import annotations

from transformers import LlamaConfig, LlamaForCausalLM

from evals.nano.settings import SIZES


def new_model(size: str, vocabulary: int, end: int, fill: int) -> LlamaForCausalLM:
    """An untrained Llama of one of ``SIZES``."""
    width, layers, heads, inner = SIZES[size]
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocabulary,
            hidden_size=width,
            intermediate_size=inner,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            num_key_value_heads=heads,
            max_position_embeddings=2048,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=end,
            pad_token_id=fill,
        )
    )
