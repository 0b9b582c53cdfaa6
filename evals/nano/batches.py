"""Training batches: conversations as token ids and labels, of like length side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evals.nano.curriculum import Source
from evals.nano.dialogues import Message
from evals.training.padding import IGNORED, Batch, pad


def encode(
    tokenizer: Any, messages: tuple[Message, ...], prompts: bool = False
) -> tuple[list[int], list[int]]:
    """Token ids of a conversation and its labels.

    Taught assistant messages carry labels; with ``prompts`` so do the other roles' messages, which
    repeat names so often that a small model learns to copy from them.
    """
    ids: list[int] = []
    labels: list[int] = []
    end = tokenizer.eos_token_id
    for message in messages:
        head = tokenizer.convert_tokens_to_ids(f"<|{message.role}|>")
        body = tokenizer.encode(message.content, add_special_tokens=False)
        ids += [head, *body, end]
        taught = message.taught if message.role == "assistant" else prompts
        labels += [IGNORED, *body, end] if taught else [IGNORED] * (len(body) + 2)
    return ids, labels


def batches(
    source: Source, tokenizer: Any, tokens: int, prompts: bool, pool: int
) -> Iterator[Batch]:
    """Endless (ids, labels) of about ``tokens`` tokens; a pool is sorted by length."""
    while True:
        drawn = (encode(tokenizer, source.sample(), prompts) for _ in range(pool))
        ready = sorted(drawn, key=lambda example: len(example[0]))
        groups: list[list[tuple[list[int], list[int]]]] = [[]]
        for example in ready:
            if groups[-1] and len(example[0]) * (len(groups[-1]) + 1) > tokens:
                groups.append([])
            groups[-1].append(example)
        source.rng.shuffle(groups)
        for group in groups:
            yield pad(group, tokenizer.pad_token_id)
