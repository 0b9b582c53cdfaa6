"""What a product says in Anthropic's Messages API, heard as a chat: whole, and event by event."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import orjson

from boxed.api.chat import Body
from boxed.api.fields import maybe_list, maybe_object

__all__ = ["Heard"]

_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


class Heard:
    """Hears one reply. With ``counts`` a stream's last chunk has the numbers of tokens."""

    def __init__(self, *, counts: bool = False) -> None:
        self._counts = counts
        self._head: Body = {}
        self._usage: dict[str, Any] = {}
        self._calls: dict[int, int] = {}

    def whole(self, said: Body) -> Body:
        """The chat completion that a message stands for."""
        self._begin(said)
        texts: list[str] = []
        thoughts: list[str] = []
        calls: list[Body] = []
        for block in map(maybe_object, maybe_list(said.get("content"))):
            if block.get("type") == "text":
                texts.append(_text(block.get("text")))
            elif block.get("type") == "thinking":
                thoughts.append(_text(block.get("thinking")))
            elif block.get("type") == "tool_use":
                arguments = orjson.dumps(block.get("input") or {}).decode()
                function = {"name": _text(block.get("name")), "arguments": arguments}
                calls.append({"id": block.get("id"), "type": "function", "function": function})
        message: Body = {"role": "assistant", "content": "".join(texts)}
        if thoughts:
            message["reasoning_content"] = "".join(thoughts)
        if calls:
            message["tool_calls"] = calls
        choice: Body = {"index": 0, "message": message, **_why(said)}
        head = {**self._head, "object": "chat.completion"}
        return {**head, "choices": [choice], "usage": self._tokens()}

    def event(self, event: Body) -> list[Body]:
        """The chunks of the next event."""
        kind = event.get("type")
        if kind == "message_start":
            self._begin(maybe_object(event.get("message")))
            return [self._chunk({"role": "assistant", "content": ""})]
        if kind == "content_block_start":
            return self._started(event)
        if kind == "content_block_delta":
            return self._delta(event)
        if kind == "message_delta":
            self._usage |= {k: v for k, v in maybe_object(event.get("usage")).items() if v}
            return [self._chunk({}, **_why(maybe_object(event.get("delta"))))]
        if kind == "message_stop" and self._counts:
            return [{**self._head, "choices": [], "usage": self._tokens()}]
        return []

    def _begin(self, message: Mapping[str, Any]) -> None:
        self._usage = dict(maybe_object(message.get("usage")))
        self._head = {
            "id": message.get("id"), "object": "chat.completion.chunk",
            "created": int(time.time()), "model": message.get("model"),
        }  # fmt: skip

    def _started(self, event: Body) -> list[Body]:
        block = maybe_object(event.get("content_block"))
        if block.get("type") == "tool_use":
            number = self._calls.setdefault(event.get("index") or 0, len(self._calls))
            function = {"name": _text(block.get("name")), "arguments": ""}
            call = {"index": number, "id": block.get("id"), "type": "function"}
            return [self._chunk({"tool_calls": [{**call, "function": function}]})]
        text = _text(block.get("text"))
        return [self._chunk({"content": text})] if text else []

    def _delta(self, event: Body) -> list[Body]:
        delta = maybe_object(event.get("delta"))
        kind = delta.get("type")
        if kind == "text_delta":
            return [self._chunk({"content": _text(delta.get("text"))})]
        if kind == "thinking_delta":
            return [self._chunk({"reasoning_content": _text(delta.get("thinking"))})]
        if kind == "input_json_delta":
            number = self._calls.get(event.get("index") or 0, 0)
            function = {"arguments": _text(delta.get("partial_json"))}
            return [self._chunk({"tool_calls": [{"index": number, "function": function}]})]
        return []

    def _chunk(self, delta: Body, **more: Any) -> Body:
        choice = {"index": 0, "delta": delta, "finish_reason": None, **more}
        return {**self._head, "choices": [choice]}

    def _tokens(self) -> Body:
        def count(name: str) -> int:
            value = self._usage.get(name)
            return value if isinstance(value, int) else 0

        read = count("cache_read_input_tokens")
        prompt = count("input_tokens") + read + count("cache_creation_input_tokens")
        said = count("output_tokens")
        return {
            "prompt_tokens": prompt,
            "completion_tokens": said,
            "total_tokens": prompt + said,
            "prompt_tokens_details": {"cached_tokens": read},
        }


def _why(said: Mapping[str, Any]) -> Body:
    """The finish reason, and the stop sequence where one ended the reply."""
    reason: Body = {"finish_reason": _REASONS.get(_text(said.get("stop_reason")), "stop")}
    stopped = said.get("stop_sequence")
    return {**reason, "stop_reason": stopped} if isinstance(stopped, str) else reason


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
