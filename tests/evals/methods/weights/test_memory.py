"""The memory estimates: counted weights are the real ones, and the documentation repeats them."""

import pytest
import torch
from places import ROOT
from transformers import LlamaConfig, LlamaForCausalLM

from evals.methods.weights.adapters import adapted
from evals.methods.weights.memory import LLAMA_1B, ZEPHYR_7B, Shape, memory, parameters
from evals.nano.checkpoints import SHIPPED

DOCUMENT = ROOT / "docs/notes/unlearning.md"
RUNS = [
    ("all", False), ("all", True), ("lora", False), ("lora", True), ("rmu", False),
]  # fmt: skip


def test_weights_are_counted_as_the_library_counts_them():
    assert parameters(LLAMA_1B) == 1_235_814_400
    assert parameters(ZEPHYR_7B) == 7_241_732_096
    config = LlamaConfig.from_pretrained(SHIPPED["full"])
    shape = Shape(192, 4, 512, 192, 2048, tied=True)
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    assert parameters(shape) == sum(weight.numel() for weight in model.parameters())


def test_adapters_are_counted_as_peft_makes_them():
    model = LlamaForCausalLM.from_pretrained(SHIPPED["full"])
    made = sum(w.numel() for w in adapted(model, 4, 1).parameters() if w.requires_grad)
    shape = Shape(192, 4, 512, 192, 2048, tied=True)
    assert memory(shape, "lora", 1, 1, rank=4).trained == made


def test_the_parts_by_hand():
    # One layer, width 2, inner 3, kv 1: 2*4 + 2*2 + 3*6 + 4 = 34 a layer; two tables of 10 * 2.
    shape = Shape(2, 1, 3, 1, 10, tied=False)
    needs = memory(shape, "all", tokens=5, answers=4)
    assert needs.trained == 2 * 20 + 34 + 2
    assert (needs.weights, needs.optimizer) == (4 * 76, 12 * 76)
    # 2 * (12 + 2 + 12) + 16 = 68 bytes a token; 14 * 4 * 10 of logits
    assert (needs.activations, needs.logits) == (340, 560)
    assert needs.total == 304 + 912 + 340 + 560
    # With checkpointing a layer keeps its input, 4 bytes a token, and one layer is made again.
    assert memory(shape, "all", 5, 4, checkpointing=True).activations == 5 * (4 + 68)


@pytest.mark.parametrize(("name", "shape"), [("Llama-3.2-1B", LLAMA_1B), ("Zephyr-7B", ZEPHYR_7B)])
def test_the_documentation_repeats_what_is_computed(name, shape):
    text = DOCUMENT.read_text(encoding="utf-8")
    for trains, checkpointing in RUNS:
        needs = memory(shape, trains, 8 * 2 * 100, 8 * 2 * 40, checkpointing=checkpointing)
        label = f"{trains}, checkpointing" if checkpointing else trains
        assert f"| {name} | {label} | {needs.trained:,} | {needs.total / 2**30:.1f} |" in text
