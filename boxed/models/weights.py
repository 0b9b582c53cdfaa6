"""The weights that a name means, ready for transformers: a folder or hub name, its adapter merged.

load_weights("smollm2+runs/tofu-full", torch.float32)
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from boxed.models.named import source_of

__all__ = ["load_weights", "without_peft_warning"]


def load_weights(name: str, dtype: torch.dtype) -> Any:
    """A causal language model on the CPU; a LoRA adapter's product is added to its weights.

    Raises OSError or ValueError for a name that means no model.
    """
    base, adapter = source_of(name)
    model: Any = AutoModelForCausalLM.from_pretrained(base, dtype=dtype)
    if adapter is None:
        return model
    # peft takes seconds to import; a model without adapter does without.
    peft = importlib.import_module("peft")
    with without_peft_warning():
        return peft.PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()


@contextmanager
def without_peft_warning() -> Generator[None]:
    """Say nothing of a name of transformers' that peft 0.21 still asks for: no user can mend it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*is_gradient_checkpointing", FutureWarning)
        yield
