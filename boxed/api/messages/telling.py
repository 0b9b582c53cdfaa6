"""A chat reply told as the events of Anthropic's Messages API, and as one message.

    telling = Telling("m")
    telling.feed(chunk)    -> events; the first call opens with message_start
    telling.close()        -> the events at the end, message_stop the last
    telling.whole(body)    -> the message object of a whole reply

Counts of tokens stand in message_delta: a chat's stream tells them at its end.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

import orjson

from boxed.api.chat import Body
from boxed.api.fields import maybe_object
from boxed.api.told import Call, Hearing, Kind, Words

__all__ = ["Telling"]

_REASONS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}


class Telling:
    """Tells one reply; feed it what has left the gates."""

    def __init__(self, model: str, *, thinks: bool = False) -> None:
        """``model`` is the one that was asked for; ``thinks`` tells thoughts to the client too."""
        self.id = f"msg_{uuid.uuid4().hex[:24]}"
        self._asked_for = model
        self._thinks = thinks
        self._hearing = Hearing()
        self._blocks: list[Body] = []
        self._open: Body | None = None
        self._begun = False
        self._voice: Kind | None = None

    def whole(self, body: Body) -> Body:
        """The message object of a whole reply."""
        for said in self._hearing.whole(body):
            self._told(said)
        self._last()
        message = self._message(self._blocks)
        return {**message, **self._why(), "usage": self._usage()}

    def feed(self, chunk: Body) -> list[Body]:
        """The events of the next chunk."""
        said = self._hearing.feed(chunk)
        events = self._begin()
        for one in said:
            events += self._told(one)
        return events

    def close(self) -> list[Body]:
        """The events of the end."""
        events = self._begin()
        for one in self._hearing.close():
            events += self._told(one)
        events += self._last()
        delta = {"type": "message_delta", "delta": self._why(), "usage": self._usage()}
        return [*events, delta, {"type": "message_stop"}]

    @property
    def _model(self) -> str:
        return self._hearing.model or self._asked_for

    def _message(self, blocks: Sequence[Body]) -> Body:
        return {
            "id": self.id, "type": "message", "role": "assistant", "model": self._model,
            "content": list(blocks), "stop_reason": None, "stop_sequence": None,
            "usage": {"input_tokens": 0, "output_tokens": 0},
        }  # fmt: skip

    def _begin(self) -> list[Body]:
        if self._begun:
            return []
        self._begun = True
        return [{"type": "message_start", "message": self._message([])}]

    def _told(self, said: Words | Call) -> list[Body]:
        if isinstance(said, Call):
            return [*self._ended(), *self._call(said)]
        kind = "thinking" if said.kind == "reasoning" else "text"
        if not said.text or (kind == "thinking" and not self._thinks):
            return []
        # A refusal and other words passed different gates, and clients join all blocks of text.
        if kind == "text":
            self._voice = self._voice or said.kind
            if self._voice != said.kind:
                return []
        events: list[Body] = []
        if self._open is not None and self._open["type"] != kind:
            events += self._ended()
        if self._open is None:
            signed = {"signature": ""} if kind == "thinking" else {}
            self._open = {"type": kind, kind: "", **signed}
            events.append(self._start(self._open))
        self._open[kind] += said.text
        return [*events, self._delta({"type": f"{kind}_delta", kind: said.text})]

    def _ended(self) -> list[Body]:
        """Close the block that words went into."""
        block, self._open = self._open, None
        if block is None:
            return []
        event = {"type": "content_block_stop", "index": len(self._blocks)}
        self._blocks.append(block)
        return [event]

    def _last(self) -> list[Body]:
        """Close the last block; one that says nothing stands where nothing was said."""
        events: list[Body] = []
        if not self._blocks and self._open is None:
            self._open = {"type": "text", "text": ""}
            events.append(self._start(self._open))
        return [*events, *self._ended()]

    def _call(self, call: Call) -> list[Body]:
        empty: Body = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
        given = _object(call.arguments)
        # Clients put the pieces together, and take nothing else than an object.
        pieces = call.pieces if given is not None else ()
        events = [
            self._start(empty),
            *(self._delta({"type": "input_json_delta", "partial_json": one}) for one in pieces),
            {"type": "content_block_stop", "index": len(self._blocks)},
        ]
        self._blocks.append({**empty, "input": given or {}})
        return events

    def _start(self, block: Body) -> Body:
        return {
            "type": "content_block_start",
            "index": len(self._blocks),
            "content_block": dict(block),
        }

    def _delta(self, delta: Body) -> Body:
        return {"type": "content_block_delta", "index": len(self._blocks), "delta": delta}

    def _why(self) -> Body:
        stopped = self._hearing.stopped_by
        if stopped is not None and self._hearing.reason == "stop":
            return {"stop_reason": "stop_sequence", "stop_sequence": stopped}
        reason = _REASONS.get(self._hearing.reason or "stop", "end_turn")
        return {"stop_reason": reason, "stop_sequence": None}

    def _usage(self) -> Body:
        usage = self._hearing.usage
        cached = maybe_object(usage.get("prompt_tokens_details")).get("cached_tokens")
        read = cached if isinstance(cached, int) else 0
        prompt, said = usage.get("prompt_tokens"), usage.get("completion_tokens")
        return {
            "input_tokens": max(0, (prompt if isinstance(prompt, int) else 0) - read),
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": read,
            "output_tokens": said if isinstance(said, int) else 0,
        }


def _object(arguments: str) -> dict[str, Any] | None:
    """Arguments as the object that this API has; None for what is no object."""
    try:
        value = orjson.loads(arguments or "{}")
    except orjson.JSONDecodeError:
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None
