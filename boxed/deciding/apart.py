"""The questions of a message that can be asked one by one, when the answer to all of them leaked.

    questions_apart("Who wrote Hamlet? And what is the capital of France? Thanks!")
    ->  ["Who wrote Hamlet?", "And what is the capital of France? Thanks!"]

A message is not parted where anything in it is no question, or leans on what stands beside it:
"Answer in French." is about all of them.
"""

from __future__ import annotations

import re

from boxed.deciding.preludes import says_how
from boxed.deciding.reading import MOST_PARTS
from boxed.deciding.split import Sentence, sentences
from guards.meaning.context import is_context_dependent

__all__ = ["questions_apart"]

_WH = r"who|whom|whose|what|when|where|which|why|how"
_AND = re.compile(rf"\s*(?:and|also|but|then)\s+(?=(?:{_WH})\b)", re.IGNORECASE)
_ASKS_WHAT = re.compile(rf"\b(?:{_WH})\b", re.IGNORECASE)


def questions_apart(text: str) -> list[str]:
    """The questions, each with the courtesies behind it; none where the message stays whole."""
    cut = sentences(text)
    if any(says_how(one.text) for one in cut):
        return []
    asking = [one for one in cut if one.kind != "courtesy"]
    if not 1 < len(asking) <= MOST_PARTS or not all(map(_asks_alone, asking)):
        return []
    starts = [0, *(one.start for one in asking[1:])]
    ends = [*starts[1:], len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _asks_alone(one: Sentence) -> bool:
    """Is a sentence a question, or a request that holds one, whose meaning is in itself?"""
    asks = one.kind == "question" or (one.kind == "request" and _ASKS_WHAT.search(one.text))
    return bool(asks) and not is_context_dependent(_AND.sub("", one.text))
