"""LoRA adapters on the linear maps of a model but its head, on all layers or the top ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model, set_peft_model_state_dict
from safetensors import SafetensorError
from safetensors.torch import load_file

from boxed.models.weights import without_peft_warning
from evals.methods.weights.readout import layers_of
from evals.methods.weights.settings import ADAPTER

__all__ = ["adapted"]


_INSIDE = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def adapted(model: Any, rank: int, seed: int, top: int = 0, start: Path | None = None) -> PeftModel:
    """The model with adapters of this rank, scaled by 2; nothing but them is trained.

    ``top`` puts them on so many layers nearest to the head (0: on all). They change nothing yet, or
    go on from those of the folder ``start``. Source: Hu et al. 2021 (arXiv 2106.09685). Raises
    ValueError where ``top`` or ``start`` does not fit, OSError where ``start`` holds no adapter.
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
    with without_peft_warning():
        found: Any = get_peft_model(model, told)
    if start is not None:
        _go_on(found, start)
    return found


def _go_on(adapter: Any, start: Path) -> None:
    """Give the fresh adapter the weights of another of its very shape."""
    try:
        weights = load_file(start / ADAPTER)
    except SafetensorError as error:
        raise ValueError(f"{start / ADAPTER} cannot be read ({error}); copy it anew") from None
    fresh = {
        name.replace(".default.", "."): tuple(weight.shape)
        for name, weight in adapter.named_parameters()
        if "lora_" in name
    }
    if fresh != {name: tuple(weight.shape) for name, weight in weights.items()}:
        raise ValueError(
            f"the adapter in {start} has other layers or another rank than the one to be trained; "
            "give --rank and --layers as it was made with"
        )
    set_peft_model_state_dict(adapter, weights)
