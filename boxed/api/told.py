"""What a chat reply says, in order, for an API that says it in other shapes.

    hearing = Hearing()
    hearing.feed(chunk with the content "Hel")   -> [Words("text", "Hel")]
    hearing.feed(chunk with its finish reason)   -> [Call("call_1", "find", ("{}",))]

Calls of tools come when their choice has ended, because not before then do they leave the gates.
Only the first choice is heard: the other APIs have one. Of a stream only texts are: the gates watch
each text by its place, so the parts of a list, or of an annotation, must not be put together here.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from boxed.api.chat import Body
from boxed.api.fields import maybe_list, maybe_object

__all__ = ["Call", "Hearing", "Kind", "Words"]

Kind = Literal["text", "refusal", "reasoning"]
_FIELDS: tuple[tuple[str, Kind], ...] = (
    ("reasoning_content", "reasoning"),
    ("reasoning", "reasoning"),
    ("content", "text"),
    ("refusal", "refusal"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a text; ``logprobs`` are the entries of the tokens that spell it."""

    kind: Kind
    text: str
    logprobs: tuple[Body, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool, its arguments in the pieces that they came in."""

    id: str
    name: str
    pieces: tuple[str, ...]

    @property
    def arguments(self) -> str:
        """The arguments as one text of JSON."""
        return "".join(self.pieces)


class Hearing:
    """Hears one reply; ``reason``, ``usage`` and ``model`` are what was heard last of them.

    ``stopped_by`` is the stop sequence that ended the reply, where the product tells.
    """

    def __init__(self) -> None:
        self.model = ""
        self.reason: str | None = None
        self.stopped_by: str | None = None
        self.usage: Mapping[str, Any] = {}
        self.annotations: list[Body] = []
        self._calls: dict[int, _Half] = {}
        self._whole = False
        self._fields: dict[Kind, str] = {}

    def whole(self, body: Body) -> list[Words | Call]:
        """All that a whole reply says."""
        self._whole = True
        choices = [
            {**maybe_object(one), "delta": maybe_object(one).get("message")}
            for one in maybe_list(body.get("choices"))
        ]
        return [*self.feed({**body, "choices": choices}), *self.close()]

    def feed(self, chunk: Body) -> list[Words | Call]:
        """What the next chunk says."""
        if isinstance(model := chunk.get("model"), str):
            self.model = model or self.model
        self.usage = maybe_object(chunk.get("usage")) or self.usage
        out: list[Words | Call] = []
        for one in maybe_list(chunk.get("choices")):
            choice = maybe_object(one)
            if (choice.get("index") or 0) == 0:
                out += self._choice(choice)
        return out

    def close(self) -> list[Words | Call]:
        """The calls of a reply that gave no finish reason."""
        calls, self._calls = self._calls, {}
        return [call.whole() for call in calls.values() if call.name]

    def _choice(self, choice: Mapping[str, Any]) -> list[Words | Call]:
        delta = maybe_object(choice.get("delta"))
        entries = maybe_list(maybe_object(choice.get("logprobs")).get("content"))
        logged = tuple(dict(maybe_object(entry)) for entry in entries)
        out: list[Words | Call] = []
        heard: set[Kind] = set()
        for field, kind in _FIELDS:
            text = self._said(delta, field)
            # Some products send their thoughts in two fields. Each has a gate of its own, so that
            # what they say must not be put together.
            if not text or self._fields.setdefault(kind, field) != field:
                continue
            heard.add(kind)
            out.append(Words(kind, text, logged if kind == "text" else ()))
        if logged and "text" not in heard:
            out.append(Words("text", "", logged))
        if self._whole:
            noted = maybe_list(delta.get("annotations"))
            self.annotations += [dict(maybe_object(one)) for one in noted]
        for position, call in enumerate(maybe_list(delta.get("tool_calls"))):
            self._call(maybe_object(call), position)
        if isinstance(reason := choice.get("finish_reason"), str):
            self.reason = reason
            stopped = choice.get("stop_reason")
            self.stopped_by = stopped if isinstance(stopped, str) else None
            out += self.close()
        return out

    def _call(self, call: Mapping[str, Any], position: int) -> None:
        index = call.get("index")
        half = self._calls.setdefault(index if isinstance(index, int) else position, _Half())
        function = maybe_object(call.get("function"))
        half.id = half.id or _text(call.get("id"))
        half.name += _text(function.get("name"))
        if arguments := _text(function.get("arguments")):
            half.pieces.append(arguments)

    def _said(self, delta: Mapping[str, Any], field: str) -> str:
        """A text; of a whole reply's content also the texts of its parts, as they were checked."""
        value = delta.get(field)
        if isinstance(value, list) and self._whole and field == "content":
            return "".join(_text(maybe_object(one).get("text")) for one in maybe_list(value))
        return _text(value)


class _Half:
    """A call that is not complete yet."""

    def __init__(self) -> None:
        self.id = ""
        self.name = ""
        self.pieces: list[str] = []

    def whole(self) -> Call:
        return Call(self.id or f"call_{uuid.uuid4().hex[:24]}", self.name, tuple(self.pieces))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
