"""What most chunks of a stream are: a few words of one choice, and nothing else that says anything.

    plain_words({"choices": [{"index": 0, "delta": {"content": " tree"}}]})  ->  (0, " tree")

A chunk of any other shape, one that ends its choice too, is read field by field elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from boxed.api.chat import Body

__all__ = ["Batch", "Words", "plain_words", "with_words"]

Words = tuple[int, str]
"""A choice's number, and some of its words."""

_TOP = frozenset(
    {"id", "object", "created", "model", "system_fingerprint", "service_tier", "choices"}
    | {"usage", "obfuscation"}
)
_CHOICE = frozenset({"index", "delta", "finish_reason", "logprobs"})
_SILENT = frozenset({"refusal", "tool_calls", "function_call", "reasoning", "reasoning_content"})


class Batch(NamedTuple):
    """Chunks that came together, and of each what `plain_words` says."""

    chunks: Sequence[Body]
    words: list[Words | None]


def plain_words(chunk: Body) -> Words | None:
    """The choice's number and its words, where a chunk holds nothing besides; else None."""
    choices: Any = chunk.get("choices")
    if type(choices) is not list or len(choices) != 1:  # pyright: ignore[reportUnknownArgumentType]
        return None
    choice: Any = choices[0]
    if type(choice) is not dict or not chunk.keys() <= _TOP or not choice.keys() <= _CHOICE:
        return None
    get: Any = choice.get
    index, delta = get("index"), get("delta")
    if type(index) is not int or type(delta) is not dict:
        return None
    if get("finish_reason") is not None or get("logprobs") is not None:
        return None
    words: Any = delta.get("content")
    if type(words) is not str or not words or chunk.get("usage") is not None:
        return None
    return (index, words) if len(delta) == 1 or _says_no_more(delta) else None


def with_words(chunk: Body, words: str) -> Body:
    """A chunk as `plain_words` takes it with these words in the place of its own."""
    choice = chunk["choices"][0]
    return {**chunk, "choices": [{**choice, "delta": {**choice["delta"], "content": words}}]}


def _says_no_more(delta: Body) -> bool:
    return all(
        key == "content" or (key in _SILENT and value is None) for key, value in delta.items()
    )
