"""Small models of random weights that read what the shipped ones read."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from evals.nano.checkpoints import SHIPPED


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], str]:
    """The folder of a model with weights by a seed."""

    def folder(seed: int) -> str:
        made: Path = tmp_path_factory.getbasetemp() / f"small-{seed}"
        if not made.exists():
            torch.manual_seed(seed)
            config = LlamaConfig(
                vocab_size=2048, hidden_size=16, intermediate_size=32, num_hidden_layers=2,
                num_attention_heads=2, max_position_embeddings=256, eos_token_id=1, pad_token_id=0,
                initializer_range=0.5,
            )  # fmt: skip
            LlamaForCausalLM(config).save_pretrained(made)
            AutoTokenizer.from_pretrained(str(SHIPPED["base"])).save_pretrained(made)
        return str(made)

    return folder
