"""Exact log-probabilities of given answers: batched, every shared beginning computed once.

    item = Item(prompt=(5, 9, 2), answers=((7, 1), (8, 8, 1)))      # token ids, end token included
    score_items(model, [item], room=1024)                           # [[Scored, Scored]]
    next_token_logprobs(model, [(5, 9, 2)], (7, 8), room=1024)      # [(-0.7, -3.1)], one pass

Prompt and answer are tokenised apart, as generation sees them. Within a batch, what all prompts
share is read once, then the rest of each prompt, then every answer on a copy of its prompt's
key/value cache. Where that saves little, or where a model's cache is no plain list of keys and
values (sliding windows, state spaces), rows of prompt and answer are read whole: padding stands
behind them, where no causal model looks. Logits are asked of the model itself, at the positions
needed (``logits_to_keep``), so that a model's own scaling or capping of logits holds.

In float32 the result is that of reading each answer alone, up to rounding (below 1e-4); in
bfloat16 it varies with the batch as far as bfloat16 rounds.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from itertools import accumulate, count, islice
from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from boxed.models.scored import Scored
from boxed.models.scoring_batches import Batch, Item, batches

__all__ = [
    "Item",
    "chat_item",
    "forward",
    "has_plain_cache",
    "next_token_logprobs",
    "plain_item",
    "score_items",
    "single_token",
]

_MOST_LOGITS = 2**28
"""Logits that one pass may hold: a gigabyte in float32."""
_LEAST = -1e4
"""Stands for the log-probability of an impossible token, which adds nothing to a moment."""


def score_items(
    model: Any, items: Sequence[Item], *, room: int, budget: int | None = None
) -> list[list[Scored]]:
    """One ``Scored`` per answer of each item, in the given order.

    ``model`` is a transformers causal language model in eval mode, ``room`` the tokens that it
    reads at most, ``budget`` the tokens of one pass (by default 1,024 on CPU, 8,192 elsewhere,
    less for vocabularies over 32,768). Raises ValueError for an empty prompt or answer and for
    more tokens than ``room``.
    """
    for number, item in enumerate(items):
        _check(item, number, room)
    results: list[list[Scored]] = [[] for _ in items]
    with torch.inference_mode():
        for batch in batches(items, budget or _budget(model), has_plain_cache(model)):
            scored = iter(_score_batch(model, batch))
            for index, item in zip(batch.indices, batch.items, strict=True):
                results[index] = [next(scored) for _ in item.answers]
    return results


def next_token_logprobs(
    model: Any,
    prompts: Sequence[Sequence[int]],
    tokens: Sequence[int],
    *,
    room: int,
    budget: int | None = None,
) -> list[tuple[float, ...]]:
    """Log-probabilities, in nats, of each of ``tokens`` right after each prompt: one pass.

    Raises ValueError for an empty prompt and for one that leaves no room for a token.
    """
    items = [Item(tuple(prompt), ((tokens[0],),)) for prompt in prompts]
    for number, item in enumerate(items):
        _check(item, number, room)
    results: list[tuple[float, ...]] = [()] * len(items)
    with torch.inference_mode():
        for batch in batches(items, budget or _budget(model), has_plain_cache(model)):
            if batch.reuse:
                logits, _, _ = _read_prompts(model, batch, kept=False)
            else:
                logits = _read_rows(model, batch)
            logs = logits.float().log_softmax(-1)[:, list(tokens)].tolist()
            for index, row in zip(batch.indices, logs, strict=True):
                results[index] = tuple(row)
    return results


def chat_item(tokenizer: Any, prompt: Sequence[int], answers: Sequence[str]) -> Item:
    """A templated conversation's tokens with whole replies, each closed by the end token.

    Raises ValueError if the tokenizer has no end-of-sequence token.
    """
    end = tokenizer.eos_token_id
    if end is None:
        raise ValueError("the tokenizer names no eos_token, so no reply ends; set one to score it")
    encoded = (tokenizer.encode(answer, add_special_tokens=False) for answer in answers)
    return Item(tuple(prompt), tuple((*ids, end) for ids in encoded))


def plain_item(tokenizer: Any, prompt: str, answers: Sequence[str]) -> Item:
    """Plain text without chat template or end token, as a base model is asked.

    The prompt gets what the tokenizer puts before a text. Give the space between prompt and answer
    to the answer (``"Answer:"``, ``" A"``): so cut, separate tokenisation is that of the whole.
    """
    parts = (tuple(tokenizer.encode(answer, add_special_tokens=False)) for answer in answers)
    return Item(tuple(tokenizer.encode(prompt)), tuple(parts))


def single_token(tokenizer: Any, text: str) -> int:
    """The one token that ``text`` is; raises ValueError, naming it, if it is not one."""
    ids = tokenizer.encode(text, add_special_tokens=False)
    if len(ids) != 1:
        raise ValueError(
            f"answer {text!r} is {len(ids)} tokens, not one; score it as a whole answer instead"
        )
    return int(ids[0])


def _check(item: Item, number: int, room: int) -> None:
    if not item.prompt or not all(item.answers):
        raise ValueError(f"item {number} has an empty prompt or answer; there is nothing to score")
    prompt, answer = len(item.prompt), max(map(len, item.answers), default=0)
    if prompt + answer > room:
        raise ValueError(
            f"item {number}: a prompt of {prompt} tokens and an answer of {answer} are "
            f"{prompt + answer} together, and this model reads {room} at most; shorten either, or "
            "use a model with a longer context"
        )


def _budget(model: Any) -> int:
    most = 1024 if model.device.type == "cpu" else 8192
    vocabulary = int(model.get_output_embeddings().weight.shape[0])
    return min(most, max(_MOST_LOGITS // vocabulary, 1))


def has_plain_cache(model: Any) -> bool:
    """Whether keys and values of all earlier tokens are the model's whole memory, placed by id."""
    if getattr(model, "_is_stateful", False) or not _takes(model, "position_ids"):
        return False
    return all(type(layer) is DynamicLayer for layer in DynamicCache(config=model.config).layers)


def _takes(model: Any, parameter: str) -> bool:
    return parameter in inspect.signature(model.forward).parameters


def _score_batch(model: Any, batch: Batch) -> list[Scored]:
    """The answers of a batch, item by item."""
    answers = [answer for item in batch.items for answer in item.answers]
    if not answers:
        return []
    if batch.reuse:
        logits, rows = _read_cached(model, batch, answers)
    else:
        logits = _read_rows(model, batch)
        rows = list(range(len(logits)))
    table = _statistics(logits, rows, [token for answer in answers for token in answer])
    ends = list(accumulate(map(len, answers)))
    parts = (table[end - len(a) : end] for a, end in zip(answers, ends, strict=True))
    return [Scored(*zip(*part, strict=True)) for part in parts]


def _read_cached(
    model: Any, batch: Batch, answers: list[tuple[int, ...]]
) -> tuple[torch.Tensor, list[int]]:
    """Logits, and for every token of the answers the row of its distribution in them."""
    owners = [row for row, item in enumerate(batch.items) for _ in item.answers]
    logits, cache, mask = _read_prompts(model, batch, kept=True)
    longer = [number for number, answer in enumerate(answers) if len(answer) > 1]
    if not longer:
        return logits, owners
    asked = [owners[n] for n in longer]
    starts = [len(batch.items[row].prompt) for row in asked]
    later = _read_answers(model, cache, mask[asked], asked, starts, [answers[n] for n in longer])
    following = count(len(logits))
    rows = [
        row
        for owner, answer in zip(owners, answers, strict=True)
        for row in (owner, *islice(following, len(answer) - 1))
    ]
    return torch.cat((logits, later)), rows


def _read_prompts(
    model: Any, batch: Batch, *, kept: bool
) -> tuple[torch.Tensor, Any, torch.Tensor]:
    """Logits ``[items, vocabulary]`` after each prompt, the cache, its mask ``[items, tokens]``.

    The prompts stand flush right, so that answers follow them without a gap.
    """
    device, shared, rows = model.device, batch.shared, len(batch.items)
    cache = None
    if shared:
        beginning = torch.tensor([batch.items[0].prompt[:shared]], device=device)
        cache = forward(model, beginning, keep=1, use_cache=True).past_key_values
        cache.batch_select_indices(torch.zeros(rows, dtype=torch.long, device=device))
    ends = [item.prompt[shared:] for item in batch.items]
    width = max(map(len, ends))
    ids = torch.tensor([(0,) * (width - len(e)) + e for e in ends], device=device)
    padding = torch.tensor([width - len(e) for e in ends], device=device)[:, None]
    columns = torch.arange(width, device=device)[None]
    seen = torch.ones(rows, shared, dtype=torch.bool, device=device)
    mask = torch.cat((seen, columns >= padding), 1).long()
    positions = (columns - padding).clamp(min=0) + shared
    out = forward(
        model, ids, keep=1, attention_mask=mask, position_ids=positions,
        past_key_values=cache, use_cache=kept or shared > 0,
    )  # fmt: skip
    return out.logits[:, -1], out.past_key_values, mask


def _read_answers(
    model: Any,
    cache: Any,
    mask: torch.Tensor,
    rows: list[int],
    starts: list[int],
    answers: list[tuple[int, ...]],
) -> torch.Tensor:
    """Logits ``[tokens, vocabulary]`` for every token of the answers but their first ones."""
    device = model.device
    cache.batch_select_indices(torch.tensor(rows, device=device))
    lengths = torch.tensor([len(a) - 1 for a in answers], device=device)[:, None]
    width = int(lengths.max())
    ids = torch.tensor([a[:-1] + (0,) * (width - len(a) + 1) for a in answers], device=device)
    columns = torch.arange(width, device=device)[None]
    inside = columns < lengths
    out = forward(
        model, ids, attention_mask=torch.cat((mask, inside.long()), 1),
        position_ids=columns + torch.tensor(starts, device=device)[:, None] * inside,
        past_key_values=cache, use_cache=True,
    )  # fmt: skip
    return out.logits[inside]


def _read_rows(model: Any, batch: Batch) -> torch.Tensor:
    """Logits ``[tokens, vocabulary]`` of the answers' tokens, each answer read with its prompt."""
    pairs = [(len(i.prompt), i.prompt + answer[:-1]) for i in batch.items for answer in i.answers]
    width, first = max(len(row) for _, row in pairs), min(start for start, _ in pairs) - 1
    ids = torch.tensor([row + (0,) * (width - len(row)) for _, row in pairs], device=model.device)
    kept = torch.arange(first, width, device=model.device)
    logits = forward(model, ids, keep=kept, use_cache=False).logits[:, first - width :]
    starts = torch.tensor([start - 1 for start, _ in pairs], device=model.device)[:, None]
    lengths = torch.tensor([len(row) for _, row in pairs], device=model.device)[:, None]
    return logits[(kept >= starts) & (kept < lengths)]


def forward(model: Any, ids: torch.Tensor, *, keep: Any = 0, **more: Any) -> Any:
    """The model's output, asked for logits at ``keep`` alone where it can be."""
    if _takes(model, "logits_to_keep"):
        more["logits_to_keep"] = keep
    return model(input_ids=ids, **more)


def _statistics(
    logits: torch.Tensor, rows: list[int], tokens: list[int]
) -> list[tuple[float, bool, float, float]]:
    """Per token: ``log p``, whether it is the first choice, and two moments of its distribution.

    The distribution of ``tokens[n]`` is ``logits[rows[n]]`` (of ``[rows, vocabulary]``); the
    moments are mean and standard deviation of ``log p`` under it, in nats.
    """
    logs = logits.float().log_softmax(-1)
    p, finite = logs.exp(), logs.clamp(min=_LEAST)
    means = (p * finite).sum(-1)
    deviations = (p * (finite - means[:, None]).square()).sum(-1).sqrt()
    chosen = logs.argmax(-1)[rows].tolist()
    greedy = [first == token for first, token in zip(chosen, tokens, strict=True)]
    found = (logs[rows, tokens], means[rows], deviations[rows])
    logprobs, centres, spreads = (column.tolist() for column in found)
    return list(zip(logprobs, greedy, centres, spreads, strict=True))
