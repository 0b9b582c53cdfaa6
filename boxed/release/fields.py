"""Which fields of OpenAI's reply objects are identifiers, and which hold text.

Only these known places are passed over; every other string, and every unknown key, is text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

__all__ = [
    "AUDIO",
    "CALL",
    "CHOICE",
    "GAP",
    "KNOWN_KEYS",
    "MESSAGE",
    "TOP",
    "mapping",
    "sequence",
    "texts_of",
]

# "obfuscation" is OpenAI's random padding of chunks; audio "data" is sound, guarded by its
# transcript.
TOP = frozenset(
    {"id", "object", "model", "created", "system_fingerprint", "service_tier", "usage"}
    | {"obfuscation"}
)
CHOICE = frozenset({"index", "finish_reason"})
MESSAGE = frozenset({"role"})
CALL = frozenset({"id", "type", "index"})
AUDIO = frozenset({"id", "data", "expires_at"})

# Keys that products send beside OpenAI's own; any other key is checked like a text.
KNOWN_KEYS = frozenset(
    {
        "annotations", "arguments", "audio", "choices", "citations", "content",
        "content_filter_results", "created", "delta", "end_index", "finish_reason", "format",
        "function", "function_call", "id", "index", "input", "logprobs", "message", "model",
        "name", "object", "prompt_filter_results", "provider", "reasoning", "reasoning_content",
        "reasoning_details", "refusal", "role", "signature", "start_index", "status",
        "stop_reason", "summary", "system_fingerprint", "text", "title", "tool_calls",
        "transcript", "type", "url", "url_citation", "usage", "detected", "filtered", "hate",
        "jailbreak", "protected_material_code", "protected_material_text", "self_harm",
        "severity", "sexual", "violence", "prompt_index",
    }
)  # fmt: skip
# Wider than any gap that a name can hold, so texts joined by it stay apart.
GAP = "\n" * 40


def texts_of(value: Any) -> Iterator[str]:
    """Every string of a JSON value, and every key that is not a known one."""
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, dict):
        for key, item in cast("dict[str, Any]", value).items():
            if key not in KNOWN_KEYS:
                yield key
            yield from texts_of(item)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from texts_of(item)


def mapping(value: Any) -> dict[str, Any]:
    """`value` if it is an object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """`value` if it is an array, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []
