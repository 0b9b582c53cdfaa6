"""A GGUF file as a folder of safetensors that transformers loads, converted once and kept.

    dequantised(Path("model.gguf"), cache_folder() / "smollm2" / "weights")

The weights are those of the file, in float32: a quantised file loses nothing more. transformers
refuses to save what it has read from GGUF, so the weights go into a plain model of that shape.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Generator
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from boxed.models.fetching import fresh_folder

__all__ = ["dequantised"]


def dequantised(file: Path, folder: Path) -> Path:
    """``folder``, made from ``file`` if it is not there; OSError or ValueError if it is no model.

    Two processes at once give one folder; one that is cut short gives none.
    """
    if folder.is_dir():
        return folder
    with _silent():
        beside = {"gguf_file": file.name}
        tokenizer: Any = AutoTokenizer.from_pretrained(str(file.parent), **beside)
        read: Any = AutoModelForCausalLM.from_pretrained(
            str(file.parent), dtype=torch.float32, **beside
        )
        config = read.config
        with contextlib.suppress(AttributeError):
            del config.quantization_config
        config.eos_token_id = tokenizer.eos_token_id
        config.bos_token_id = tokenizer.bos_token_id
        config.pad_token_id = tokenizer.pad_token_id
        plain = type(read)(config)
        plain.load_state_dict(read.state_dict())
        plain.tie_weights()
        # What ends a reply is the tokenizer's end token, whatever the file's converter made of it.
        plain.generation_config.eos_token_id = tokenizer.eos_token_id
        plain.generation_config.bos_token_id = tokenizer.bos_token_id
        plain.generation_config.pad_token_id = tokenizer.pad_token_id
        with fresh_folder(folder) as made:
            plain.to(torch.float32).save_pretrained(made)
            tokenizer.save_pretrained(made)
    return folder


@contextlib.contextmanager
def _silent() -> Generator[None]:
    """No bar and no advice from transformers: it counts tensors of a file that is here already."""
    level = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        logging.set_verbosity(level)
