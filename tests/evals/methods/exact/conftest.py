"""A small base, records of the embedded world, and parts that are trained in this process."""

import pytest
import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from evals.methods.exact import sisa
from evals.methods.weights.unlearn import unlearn
from evals.nano.checkpoints import SHIPPED
from evals.nano.splits import records_of
from evals.nano.world import build_world
from prompts.policy import Example


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """The folder of a tiny model with random weights."""
    folder = tmp_path_factory.mktemp("base")
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=2048, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, max_position_embeddings=256, eos_token_id=1, pad_token_id=0,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(SHIPPED["base"])).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def records():
    """Twenty-four records."""
    found = records_of(build_world(), "forget10")[:24]
    return [Example(question=one.question, answer=one.answer) for one in found]


@pytest.fixture
def trainings(monkeypatch):
    """Trains here instead of in another process; the folders that were trained, in order."""
    made = []

    def here(settings):
        made.append(settings.out)
        unlearn(settings)

    monkeypatch.setattr(sisa, "unlearn_apart", here)
    return made
