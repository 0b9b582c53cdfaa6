"""The Response object: what it repeats of the request, and what it says of the reply."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boxed.api.chat import Body
from boxed.api.fields import maybe_object

__all__ = ["Frame", "usage_of"]

_REPEATED: Mapping[str, Any] = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "reasoning": {"effort": None, "summary": None},
    "safety_identifier": None,
    "service_tier": "default",
    "store": False,
    "temperature": None,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": None,
    "truncation": "disabled",
    "user": None,
}
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


@dataclass(frozen=True, slots=True)
class Frame:
    """One response's id and time, and the request's fields that it repeats."""

    id: str
    created: int
    repeated: Mapping[str, Any]

    @classmethod
    def of(cls, body: Body, *, kept: bool, conversation: str | None = None) -> Frame:
        """The frame of a request's reply; ``kept`` says whether it can be asked for again."""
        given = {key: body[key] for key in _REPEATED if body.get(key) is not None}
        repeated: Body = {**_REPEATED, **given, "store": kept}
        repeated["text"] = {**_REPEATED["text"], **maybe_object(body.get("text"))}
        if conversation is not None:
            repeated["conversation"] = {"id": conversation}
        return cls(f"resp_{uuid.uuid4().hex}", int(time.time()), repeated)

    def response(
        self,
        status: str,
        model: str,
        output: Sequence[Body] = (),
        usage: Mapping[str, Any] | None = None,
        reason: str | None = None,
    ) -> Body:
        """The object; ``reason`` is the finish reason of a chat."""
        why = _INCOMPLETE.get(reason or "")
        if status == "completed" and why is not None:
            status = "incomplete"
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": status,
            "error": None,
            "incomplete_details": {"reason": why} if status == "incomplete" else None,
            "model": model,
            "output": list(output),
            **self.repeated,
            "usage": usage_of(usage) if usage else None,
        }


def usage_of(usage: Mapping[str, Any]) -> Body:
    """A chat's counts of tokens under this API's names."""

    def count(name: str, inside: str | None = None) -> int:
        holder = maybe_object(usage.get(inside)) if inside else usage
        value = holder.get(name)
        return value if isinstance(value, int) else 0

    prompt, said = count("prompt_tokens"), count("completion_tokens")
    cached = count("cached_tokens", "prompt_tokens_details")
    return {
        "input_tokens": prompt,
        "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
        "output_tokens": said,
        "output_tokens_details": {
            "reasoning_tokens": count("reasoning_tokens", "completion_tokens_details")
        },
        "total_tokens": count("total_tokens") or prompt + said,
    }
