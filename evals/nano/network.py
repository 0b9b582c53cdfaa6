"""The network that is trained: a small Llama, its loss, and how fast this machine computes it."""

from __future__ import annotations

import time
from typing import Any

import torch
from accelerate import Accelerator
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM

from evals.nano.batches import IGNORED
from evals.nano.settings import SIZES


def taught_loss(model: Any, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy (nats) of the labelled tokens; logits are computed for those alone."""
    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state
    wanted = labels[:, 1:] != IGNORED
    logits = model.lm_head(hidden[:, :-1][wanted])
    return cross_entropy(logits.float(), labels[:, 1:][wanted])


class Taught(torch.nn.Module):
    """A causal language model whose forward pass is its training loss, as wrappers need it."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """``taught_loss``; ids and labels of shape (examples, tokens)."""
        return taught_loss(self.model, ids, labels)


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


def quick_attention() -> str:
    """The attention that trains fastest here: on a CPU the fused one is slow on its way back."""
    return "sdpa" if torch.cuda.is_available() else "eager"


def quick_in_bfloat16() -> bool:
    """Whether this machine computes faster in bfloat16: a CPU without the instructions crawls."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def quick_accelerator() -> Accelerator:
    """The devices that a training runs on, in bfloat16 where that is quicker.

    Several processes without a GPU find each other only where the CPU is asked for.
    """
    return Accelerator(
        cpu=not torch.cuda.is_available(),
        mixed_precision="bf16" if quick_in_bfloat16() else "no",
    )


def matrix_throughput(device: torch.device, width: int = 1024, repeats: int = 8) -> float:
    """Operations per second of a square matrix product, in the precision that training uses."""
    kind = torch.bfloat16 if quick_in_bfloat16() else torch.float32
    left = torch.randn(width, width, device=device, dtype=kind)
    best = 0.0
    for _ in range(repeats):
        began = time.perf_counter()
        # Reading a number waits for the device to finish.
        float((left @ left)[0, 0])
        best = max(best, 2 * width**3 / (time.perf_counter() - began))
    return best
