"""What most chunks of a stream are: a few words of one choice, and nothing else that says anything.

    plain_words({"choices": [{"index": 0, "delta": {"content": " tree"}}]})  ->  (0, " tree")

A chunk of any other shape, one that ends its choice too, is read field by field elsewhere.
"""

from __future__ import annotations

from typing import Any, cast

from boxed.api.chat import Body

__all__ = ["plain_words", "with_words"]

_TOP = frozenset({"id", "object", "created", "model", "system_fingerprint", "service_tier"})
_TOP_OR_PADDING = _TOP | {"choices", "usage", "obfuscation"}
_CHOICE = frozenset({"index", "delta", "finish_reason", "logprobs"})
_SILENT = frozenset({"refusal", "tool_calls", "function_call", "reasoning", "reasoning_content"})


def plain_words(chunk: Body) -> tuple[int, str] | None:
    """The choice's number and its words, where a chunk holds nothing besides; else None."""
    choices: Any = chunk.get("choices")
    if type(choices) is not list or len(cast("list[Any]", choices)) != 1:
        return None
    if not chunk.keys() <= _TOP_OR_PADDING or chunk.get("usage") is not None:
        return None
    choice: Any = choices[0]
    if type(choice) is not dict or not cast("Body", choice).keys() <= _CHOICE:
        return None
    index, delta = cast("Body", choice).get("index"), cast("Body", choice).get("delta")
    if type(index) is not int or choice.get("finish_reason") is not None:
        return None
    if choice.get("logprobs") is not None or type(delta) is not dict:
        return None
    words: Any = cast("Body", delta).get("content")
    if type(words) is not str or not words:
        return None
    if len(cast("Body", delta)) > 1 and not _says_no_more(cast("Body", delta)):
        return None
    return index, words


def with_words(chunk: Body, words: str) -> Body:
    """A chunk as `plain_words` takes it with these words in the place of its own."""
    choice = chunk["choices"][0]
    return {**chunk, "choices": [{**choice, "delta": {**choice["delta"], "content": words}}]}


def _says_no_more(delta: Body) -> bool:
    return all(
        key == "content" or (key in _SILENT and value is None) for key, value in delta.items()
    )
