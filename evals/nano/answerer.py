"""Greedy answers of a model folder, in batches, for measuring."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from rich.progress import track
from transformers import AutoModelForCausalLM, AutoTokenizer

BATCH = 64
Chat = Sequence[tuple[str, str]]
"""A conversation of (role, content) pairs."""


class Answerer:
    """Greedy answers of a model folder, in batches."""

    def __init__(self, folder: Path) -> None:
        """Load the folder on CPU (or GPU where there is one)."""
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._tokenizer: Any = AutoTokenizer.from_pretrained(str(folder), padding_side="left")
        model: Any = AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32)
        self._model: Any = model.to(self._device).eval()

    @torch.inference_mode()
    def __call__(self, chats: Sequence[Chat], label: str, most: int = 48) -> list[str]:
        """One answer of at most ``most`` tokens per conversation."""
        texts = [
            self._tokenizer.apply_chat_template(
                [{"role": role, "content": content} for role, content in chat],
                add_generation_prompt=True,
                tokenize=False,
            )
            for chat in chats
        ]
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        answers = [""] * len(texts)
        for start in track(range(0, len(order), BATCH), label, transient=True):
            chosen = order[start : start + BATCH]
            batch = self._tokenizer(
                [texts[i] for i in chosen],
                return_tensors="pt",
                padding=True,
                add_special_tokens=False,
                return_token_type_ids=False,
            ).to(self._device)
            out = self._model.generate(**batch, max_new_tokens=most, do_sample=False)
            new = out[:, batch["input_ids"].shape[1] :]
            said = self._tokenizer.batch_decode(new, skip_special_tokens=True)
            for index, answer in zip(chosen, said, strict=True):
                answers[index] = answer
        return answers
