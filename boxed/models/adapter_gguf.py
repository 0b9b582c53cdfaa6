"""A LoRA adapter in peft's form as the GGUF file that llama.cpp loads.

    adapter_file(Path("runs/adapter"), Path("model.gguf"))    # a file in the cache

For models of the Llama family. Their GGUF files hold the query and key weights with each head's
rows in another order (pairs that turn together stand side by side), so the adapter's second matrix
is put into that order. llama.cpp multiplies by ``alpha / rank`` itself.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import deserialize

from boxed.models.gguf_header import metadata
from boxed.models.packaged import cache_folder

__all__ = ["adapter_file"]

_PARTS = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}  # fmt: skip
_KEY = re.compile(r"layers\.(\d+)\.(\w+\.\w+)\.lora_([AB])\.(?:\w+\.)?weight$")
_KINDS = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}
_CONFIG, _WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


def adapter_file(folder: Path, model: Path) -> Path:
    """The GGUF form of ``folder`` for the model of a GGUF file, from the cache where it is there.

    Raises OSError where a file is missing, ValueError for an adapter or a model of another kind.
    """
    heads = _heads(model)
    config, weights = (folder / _CONFIG).read_bytes(), folder / _WEIGHTS
    digest = hashlib.sha256(config + weights.read_bytes() + repr(heads).encode()).hexdigest()
    target = cache_folder() / "adapters" / f"{folder.name}-{digest[:12]}.gguf"
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        os.close(handle)
        try:
            _write(Path(made), json.loads(config), _tensors(weights, heads))
            Path(made).replace(target)
        finally:
            Path(made).unlink(missing_ok=True)
    return target


def _numbers(file: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Every weight by its name; bfloat16, which numpy lacks, is the upper half of a number."""
    for name, told in deserialize(file.read_bytes()):
        kind = _KINDS.get(told["dtype"])
        if kind is None:
            raise ValueError(
                f"adapter weight '{name}' is of the type {told['dtype']}; save the adapter as "
                f"{', '.join(_KINDS)}"
            )
        read = np.frombuffer(told["data"], dtype=kind)
        if kind == "<u2":
            read = (read.astype("<u4") << 16).view("<f4")
        yield name, read.astype(np.float32).reshape(told["shape"])


def _heads(model: Path) -> tuple[int, int]:
    """The model's numbers of query and of key heads."""
    told = metadata(model)
    if told.get("general.architecture") != "llama":
        kind = told.get("general.architecture")
        raise ValueError(
            f"{model} is of the kind '{kind}'; in llama.cpp adapters run on the Llama family, on "
            "others with engine = 'transformers'"
        )
    queries = int(told["llama.attention.head_count"])
    return queries, int(told.get("llama.attention.head_count_kv", queries))


def _tensors(file: Path, heads: tuple[int, int]) -> dict[str, NDArray[np.float32]]:
    """By llama.cpp's names; raises ValueError for a matrix that it has no name for."""
    found: dict[str, NDArray[np.float32]] = {}
    for name, value in _numbers(file):
        match = _KEY.search(name)
        part = _PARTS.get(match[2]) if match else None
        if match is None or part is None:
            raise ValueError(
                f"adapter weight '{name}' has no place in llama.cpp; adapters of the attention and "
                "MLP matrices of Llama models have, others run with engine = 'transformers'"
            )
        matrix = value
        if match[3] == "B" and part in ("attn_q", "attn_k"):
            matrix = _paired(matrix, heads[part == "attn_k"])
        found[f"blk.{match[1]}.{part}.weight.lora_{match[3].lower()}"] = matrix
    return found


def _paired(matrix: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Rows ``[heads, half, pair]`` in GGUF's order ``[heads, pair, half]``."""
    rows, rank = matrix.shape
    split = matrix.reshape(heads, 2, rows // heads // 2, rank)
    return np.ascontiguousarray(split.swapaxes(1, 2).reshape(rows, rank))


def _write(file: Path, config: dict[str, Any], tensors: dict[str, NDArray[np.float32]]) -> None:
    if config.get("peft_type") != "LORA" or config.get("use_dora") or config.get("bias") != "none":
        raise ValueError("only plain LoRA adapters run in llama.cpp, without DoRA and biases")
    if config.get("rank_pattern") or config.get("alpha_pattern"):
        raise ValueError("an adapter with ranks of its own per layer does not run in llama.cpp")
    alpha, rank = float(config["lora_alpha"]), int(config["r"])
    gguf: Any = importlib.import_module("gguf")
    writer = gguf.GGUFWriter(str(file), "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    # peft's rank-stabilised form divides by the root of the rank, llama.cpp by the rank.
    writer.add_float32(
        "adapter.lora.alpha", alpha * rank**0.5 if config.get("use_rslora") else alpha
    )
    for name in sorted(tensors):
        writer.add_tensor(name, tensors[name])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
