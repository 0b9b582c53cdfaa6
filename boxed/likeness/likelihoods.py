"""Log-probabilities for words that no model was asked to write: numbers as the product gives them.

A product that gives them for every reply but some tells which. The numbers are drawn from those of
its late replies, for pieces cut as it cuts; they say nothing, and no client can check them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from boxed.api.chat import Body

__all__ = ["drawn_entries"]

_USUAL = (-0.0001, -0.002, -0.01, -0.05, -0.15, -0.3, -0.7, -1.2)
_OTHERS = (" the", " a", " I", " not", " to", " you", " that", ".", ",", " is", " it", " know",
           " have", " any", " sorry", " about", " information", " and", " of", " with")  # fmt: skip


def drawn_entries(pieces: Sequence[str], values: Sequence[float], top: int) -> list[Body]:
    """An entry for each piece, with ``top`` alternatives, its own the first of them."""
    return [_entry(piece, random.choice(values or _USUAL), top) for piece in pieces]


def _entry(piece: str, value: float, top: int) -> Body:
    others: list[Body] = []
    below = value
    for token in random.sample(
        [one for one in _OTHERS if one != piece], min(top, len(_OTHERS)) - 1 if top else 0
    ):
        below -= random.uniform(0.5, 3.0)
        others.append(_row(token, below))
    return {**_row(piece, value), "top_logprobs": [_row(piece, value), *others] if top else []}


def _row(token: str, value: float) -> dict[str, Any]:
    return {"token": token, "logprob": value, "bytes": list(token.encode("utf-8", "replace"))}
