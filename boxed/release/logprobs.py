"""Log-probabilities spell a reply a second time, token by token, with alternatives beside it.

    {"content": [{"token": " Hs", "bytes": [32, 72, 115], "logprob": -0.1, "top_logprobs": [...]}]}

or, for text completions, `{"tokens": [...], "top_logprobs": [{" Hs": -0.1}]}`. The same letters
stand in `token` and in `bytes`; a token that is half a character stands in full only in `bytes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from boxed.release.fields import mapping, sequence, texts_of

__all__ = ["alternatives", "entries", "spelled", "token_texts"]


def entries(logprobs: Any) -> dict[str, list[dict[str, Any]]]:
    """The lists of token entries of a chat choice's `logprobs`, by the field they spell."""
    lists = {
        field: [cast("dict[str, Any]", entry) for entry in cast("list[Any]", value)]
        for field, value in mapping(logprobs).items()
        if isinstance(value, list)
        and all(isinstance(entry, dict) for entry in cast("list[Any]", value))
    }
    return {field: found for field, found in lists.items() if found}


def spelled(entry: dict[str, Any]) -> bytes:
    """The bytes that a token stands for."""
    given = _bytes_of(entry)
    return str(entry.get("token", "")).encode("utf-8", "replace") if given is None else given


def token_texts(entry: dict[str, Any]) -> Iterator[str]:
    """Every way in which one entry shows its own token, and all else but its alternatives."""
    token = entry.get("token")
    if isinstance(token, str) and token:
        yield token
    given = _bytes_of(entry)
    if given is not None and (shown := given.decode("utf-8", "ignore")) != token and shown:
        yield shown
    for key, value in entry.items():
        if key not in ("token", "bytes", "logprob", "top_logprobs"):
            yield key
            yield from texts_of(value)


def alternatives(entry: dict[str, Any]) -> Iterator[str]:
    """Every text that an entry's alternatives show."""
    for other in sequence(entry.get("top_logprobs")):
        if isinstance(other, dict):
            yield from token_texts(cast("dict[str, Any]", other))
        else:
            yield from texts_of(other)


def _bytes_of(entry: dict[str, Any]) -> bytes | None:
    given = entry.get("bytes")
    if not isinstance(given, list):
        return None
    try:
        return bytes(cast("list[int]", given))
    except (TypeError, ValueError):
        return None
