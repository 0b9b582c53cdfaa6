"""Replies of a local model to many prompts at once, greedy or drawn.

    generate_together(model, [(5, 9, 2)], [16], ends=frozenset({1}))     # [Generated((7, 8), True)]

Prompts stand flush right in a batch, as in ``scoring``; a row that has ended leaves its batch, so a
batch costs what its unfinished rows cost. In float32 the tokens are those of generating each
alone, but where two tokens are as likely as each other up to rounding. ``choose`` picks each row's
next token from its logits in the place of the likeliest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from boxed.models.scoring import forward, has_plain_cache

__all__ = ["Choose", "Generated", "generate_together"]

ROWS = 64
"""Prompts that are answered together."""
POSITIONS = 8192
"""Prompt tokens, padding included, that are read in one pass."""
Choose = Callable[[torch.Tensor], int]
"""The next token of one row, from its logits."""
_WORTH = 0.75
"""A batch is made smaller once so small a share of its rows is unfinished."""


@dataclass(frozen=True, slots=True)
class Generated:
    """The tokens of a reply without the end token; ``ended`` tells whether there was one."""

    tokens: tuple[int, ...]
    ended: bool


@torch.inference_mode()
def generate_together(
    model: Any,
    prompts: Sequence[Sequence[int]],
    limits: Sequence[int],
    *,
    ends: frozenset[int],
    choose: Sequence[Choose] | None = None,
) -> list[Generated]:
    """One reply per prompt, of at most its limit of tokens.

    ``model`` is a transformers causal language model in eval mode; ``choose`` has an entry for each
    prompt. Raises ValueError for an empty prompt.
    """
    if not all(prompts):
        raise ValueError("a prompt has no tokens; there is nothing to answer")
    found: list[Generated] = [Generated((), False)] * len(prompts)
    rows = ROWS if has_plain_cache(model) else 1
    for chosen in _batches([len(prompt) for prompt in prompts], rows):
        drawn = None if choose is None else [choose[i] for i in chosen]
        made = _together(
            model, [prompts[i] for i in chosen], [limits[i] for i in chosen], ends, drawn
        )
        for index, one in zip(chosen, made, strict=True):
            found[index] = one
    return found


def _batches(lengths: Sequence[int], rows: int) -> list[list[int]]:
    """Prompts of like length together."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        last = batches[-1] if batches else []
        width = lengths[last[0]] if last else 0
        if last and len(last) < rows and width * (len(last) + 1) <= POSITIONS:
            last.append(index)
        else:
            batches.append([index])
    return batches


def _together(
    model: Any,
    prompts: list[Sequence[int]],
    limits: list[int],
    ends: frozenset[int],
    choose: list[Choose] | None,
) -> list[Generated]:
    """Read the prompts once, then one token of every unfinished row at a time."""
    device, width = model.device, max(map(len, prompts))
    ids = torch.tensor([[0] * (width - len(p)) + list(p) for p in prompts], device=device)
    padding = torch.tensor([width - len(p) for p in prompts], device=device)[:, None]
    columns = torch.arange(width, device=device)[None]
    mask = (columns >= padding).long()
    places = (columns - padding).clamp(min=0)
    made: list[list[int]] = [[] for _ in prompts]
    ended = [False] * len(prompts)
    rows, cache = list(range(len(prompts))), None
    while True:
        out = forward(
            model, ids, keep=1, attention_mask=mask, position_ids=places,
            past_key_values=cache, use_cache=True,
        )  # fmt: skip
        cache = out.past_key_values
        for row, token in zip(rows, _next(out.logits[:, -1], rows, choose), strict=True):
            if not _over(row, made, ended, limits):
                ended[row] = token in ends
                made[row] += [] if ended[row] else [token]
        left = [at for at, row in enumerate(rows) if not _over(row, made, ended, limits)]
        if not left:
            return [Generated(tuple(m), e) for m, e in zip(made, ended, strict=True)]
        places = places[:, -1:] + 1
        if len(left) < _WORTH * len(rows):
            chosen = torch.tensor(left, device=device)
            cache.batch_select_indices(chosen)
            mask, places, rows = mask[chosen], places[chosen], [rows[at] for at in left]
        mask = torch.cat((mask, mask.new_ones(len(rows), 1)), 1)
        ids = torch.tensor([[made[row][-1] if made[row] else 0] for row in rows], device=device)


def _next(logits: torch.Tensor, rows: list[int], choose: list[Choose] | None) -> list[int]:
    if choose is None:
        return logits.argmax(-1).tolist()
    return [choose[row](line) for row, line in zip(rows, logits.float(), strict=True)]


def _over(row: int, made: list[list[int]], ended: list[bool], limits: list[int]) -> bool:
    return ended[row] or len(made[row]) >= limits[row]
