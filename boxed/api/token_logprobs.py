"""Log-probabilities in the API's two shapes: read, spelled anew, and turned from one to the other.

A chat's are a list of entries, ``{"token": " Oslo", "logprob": -0.1, "bytes": [...],
"top_logprobs": [...]}``; a text completion's are columns, ``{"tokens": [...], ...}``.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any, cast

from boxed.api.chat import Body

__all__ = ["columns", "entries_of", "respelled", "values_in"]


def entries_of(logprobs: Any) -> list[Body]:
    """The entries that spell a choice's content or text, from either shape."""
    if not isinstance(logprobs, dict):
        return []
    given = cast("Body", logprobs)
    found = _listed(given.get("content")) or _from_columns(given)
    return [cast("Body", entry) for entry in found if isinstance(entry, dict)]


def values_in(logprobs: Any) -> list[float]:
    """The numbers alone, from either shape."""
    found = [entry.get("logprob") for entry in entries_of(logprobs)]
    return [float(value) for value in found if isinstance(value, int | float)]


def respelled(logprobs: Any, text: str) -> Body | None:
    """The entries of a reply that now reads ``text``: its model's numbers under the new words.

    None where the entries did not spell a text, or the new one has letters and no token for them.
    """
    entries = entries_of(logprobs)
    before = "".join(str(entry.get("token", "")) for entry in entries)
    if not before or not text:
        return None
    if before == text:
        return {"content": entries}
    moved = _borders(before, text)
    out: list[Body] = []
    at = start = 0
    for entry in entries:
        at += len(str(entry.get("token", "")))
        end = moved[at]
        out.append(_spelling(entry, text[start:end]))
        start = end
    return {"content": out}


def columns(logprobs: Any, start: int = 0) -> Body | None:
    """The same as a text completion gives them; ``start`` is the offset of the first token."""
    entries = entries_of(logprobs)
    if not entries:
        return None
    offsets: list[int] = []
    for entry in entries:
        offsets.append(start)
        start += len(str(entry.get("token", "")))
    return {
        "text_offset": offsets,
        "token_logprobs": [entry.get("logprob") for entry in entries],
        "tokens": [entry.get("token", "") for entry in entries],
        "top_logprobs": [
            {str(other.get("token")): other.get("logprob") for other in entry["top_logprobs"]}
            if entry.get("top_logprobs")
            else None
            for entry in entries
        ],
    }


def _from_columns(given: Body) -> list[Any]:
    tokens, values = _listed(given.get("tokens")), _listed(given.get("token_logprobs"))
    others = _listed(given.get("top_logprobs")) or [None] * len(tokens)
    return [
        {
            "token": token,
            "logprob": value,
            "bytes": None,
            "top_logprobs": [
                {"token": name, "logprob": number, "bytes": None}
                for name, number in (cast("Body", top) if isinstance(top, dict) else {}).items()
            ],
        }
        for token, value, top in zip(tokens, values, others, strict=False)
    ]


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _borders(before: str, after: str) -> list[int]:
    """For each offset of ``before`` the offset of ``after`` that stands for it."""
    moved = [0] * (len(before) + 1)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        for offset in range(a, b + 1):
            share = (offset - a) / (b - a) if b > a else 1.0
            moved[offset] = max(moved[offset], c + round(share * (d - c)))
    moved[len(before)] = len(after)
    return moved


def _spelling(entry: Body, token: str) -> Body:
    old = entry.get("token")
    if old == token:
        return entry
    others = [
        _named(other, token) if other.get("token") == old else other
        for other in entry.get("top_logprobs") or ()
    ]
    return _named({**entry, "top_logprobs": others}, token)


def _named(entry: Body, token: str) -> Body:
    spelled = list(token.encode("utf-8", "replace"))
    return {**entry, "token": token, "bytes": spelled if entry.get("bytes") is not None else None}
