"""LoRA adapters on the linear maps of a model but its head, on all layers or the top ones."""

from __future__ import annotations

from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model

from evals.methods.weights.readout import layers_of

__all__ = ["adapted"]


_INSIDE = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def adapted(model: Any, rank: int, seed: int, top: int = 0) -> PeftModel:
    """The model with adapters of this rank, scaled by 2; nothing but them is trained.

    ``top`` puts them on so many layers nearest to the head (0: on all). They change nothing yet.
    Source: Hu et al. 2021 (arXiv 2106.09685). Raises ValueError where ``top`` does not fit.
    """
    torch.manual_seed(seed)
    told = LoraConfig(r=rank, lora_alpha=2 * rank, task_type="CAUSAL_LM")
    if top:
        depth = len(layers_of(model))
        if top > depth:
            raise ValueError(f"the model has {depth} layers, fewer than the {top} of --layers")
        told.target_modules, told.layers_to_transform = (
            list(_INSIDE),
            list(range(depth - top, depth)),
        )
    else:
        told.target_modules = "all-linear"
    found: Any = get_peft_model(model, told)
    return found
