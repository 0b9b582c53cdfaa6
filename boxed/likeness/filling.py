"""An outline filled again: words, reasons and counts put where the product would put them."""

from __future__ import annotations

import random
import time
from typing import Any, cast

from boxed.api.chat import Body
from boxed.likeness.outline import alike, drawn

__all__ = ["CHAT_CHUNK", "TEXT_CHUNK", "Counts", "filled_choice", "filled_top"]

Counts = tuple[int, int] | None
"""Prompt and completion tokens; None where the product counts none."""

CHAT_CHUNK: Body = {
    "id": "chatcmpl-a1B2c3D4e5F6g7H8i9J0k1L2", "object": "chat.completion.chunk", "created": 0,
    "model": "", "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": None}],
}  # fmt: skip
TEXT_CHUNK: Body = {
    "id": "cmpl-a1B2c3D4e5F6g7H8i9J0k1L2", "object": "text_completion", "created": 0, "model": "",
    "choices": [{"index": 0, "text": "", "logprobs": None, "finish_reason": None}],
}  # fmt: skip
_FRESH = ("id", "created", "model", "system_fingerprint", "service_tier")
_TIMES = ("prompt", "predicted")
_JITTER = 0.05
_DECIMALS = 8  # more of them are what a division left
_SAME_CLOCK = 24 * 3600.0
_PROMPT_WORDS, _SAID_WORDS = ("prompt", "input", "cache"), ("completion", "output", "predicted")


def filled_top(
    form: Body, counts: Counts, before: Counts, fresh: Body, offset: float | None
) -> Body:
    """The fields beside the choices, in the outline's order, "choices" as an empty place.

    Counts that stood in the outline (``before``, as the usage there gave them) become ``counts``
    wherever they stand. ``fresh`` are fields of a reply that the product gave to this request.
    """
    out: Body = {}
    for key, value in form.items():
        if key == "choices":
            out[key] = []
        elif key in _FRESH and fresh.get(key) is not None:
            out[key] = fresh[key]
        elif key == "id" and isinstance(value, str):
            out[key] = alike(value)
        elif key == "created":
            out[key] = _created(value, offset)
        elif key == "timings" and isinstance(value, dict):
            out[key] = _timings(cast("Body", value), counts)
        else:
            out[key] = _recounted(drawn(value), counts, before, key)
    return out


def filled_choice(form: Body, index: int, field: str, said: Body, reason: str | None) -> Body:
    """A choice in the outline's order; ``said`` stands in its ``field`` (message, delta, text)."""
    outlines = cast("list[Body]", form.get("choices") or [{}])
    out: Body = {}
    for key, value in (outlines[0] if outlines else {}).items():
        out[key] = drawn(value)
    out["index"] = index
    if field == "text":
        out["text"] = said.get("text", "")
    else:
        out[field] = {**cast("Body", out.get(field) or {}), **said}
    out["finish_reason"] = reason
    return out


def _created(value: Any, offset: float | None) -> Any:
    if not isinstance(value, int | float) or offset is None or abs(offset) > _SAME_CLOCK:
        return value if offset is not None else int(time.time())
    return int(time.time() + offset)


def _recounted(value: Any, counts: Counts, before: Counts, name: str) -> Any:
    """The same with new counts in the place of the old ones, however deep they stand."""
    if isinstance(value, dict):
        return {
            key: _recounted(item, counts, before, f"{name}.{key}")
            for key, item in cast("Body", value).items()
        }
    if isinstance(value, bool) or not isinstance(value, int) or counts is None:
        return value
    prompt, said = counts
    last = name.rpartition(".")[2]
    if last in ("prompt_tokens", "completion_tokens", "total_tokens"):
        return {"p": prompt, "c": said, "t": prompt + said}[last[0]]
    if "cache" in last:
        return min(value, prompt)
    if before is not None and value > 0:
        if value == before[0] and any(word in last for word in _PROMPT_WORDS):
            return prompt
        if value == before[1] and any(word in last for word in _SAID_WORDS):
            return said
        if value == sum(before):
            return prompt + said
    return value


def _timings(given: Body, counts: Counts) -> Body:
    """llama.cpp's account of its own speed: the same speed, give or take, for other counts."""
    out = dict(given)
    for part, count in zip(_TIMES, counts or (), strict=False):
        each = given.get(f"{part}_per_token_ms")
        if not isinstance(each, int | float) or f"{part}_n" not in given:
            continue
        if part == "prompt" and isinstance(given.get("cache_n"), int):
            count = max(1, count - min(given["cache_n"], count - 1))
        if given[f"{part}_n"] == count:
            continue
        each = each * random.uniform(1 - _JITTER, 1 + _JITTER)
        speed = {"ms": each * count, "per_token_ms": each, "per_second": 1000 / (each or 1)}
        out[f"{part}_n"] = count
        for name, value in speed.items():
            if f"{part}_{name}" in given:
                out[f"{part}_{name}"] = _as_exact(value, given[f"{part}_{name}"])
    return out


def _as_exact(value: float, example: Any) -> float:
    """The value with as many decimals as the example has."""
    decimals = len(repr(example).partition(".")[2])
    return value if decimals > _DECIMALS else round(value, decimals)
