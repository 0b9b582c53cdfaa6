"""LoRA adapters on every linear map of a model but its head, through peft."""

from __future__ import annotations

from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model

__all__ = ["adapted"]


def adapted(model: Any, rank: int, seed: int) -> PeftModel:
    """The model with adapters of this rank, scaled by 2; nothing but them is trained.

    They change nothing yet. Source: Hu et al. 2021 (arXiv 2106.09685).
    """
    torch.manual_seed(seed)
    told = LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    found: Any = get_peft_model(model, told)
    return found
