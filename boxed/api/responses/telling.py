"""A chat reply told as the events of the Responses API, and as one Response object.

    telling = Telling(frame)
    telling.feed(chunk)    -> events; the first call opens with response.created
    telling.close()        -> the events at the end, response.completed the last
    telling.response       the whole object, the same as in that event

A whole reply is told as one chunk, so both ways give the same items.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from boxed.api.chat import Body
from boxed.api.responses.frame import Frame
from boxed.api.told import Call, Hearing, Kind, Words

__all__ = ["Telling", "output_message"]


class Telling:
    """Tells one reply; feed it what has left the gates."""

    def __init__(self, frame: Frame, model: str = "") -> None:
        """``model`` is the one that was asked for, until the product names its own."""
        self.frame = frame
        self.response: Body = {}
        self._asked_for = model
        self._hearing = Hearing()
        self._number = 0
        self._output: list[Body] = []
        self._open: _OpenItem | None = None
        self._begun = False

    def whole(self, body: Body) -> Body:
        """The Response object of a whole reply."""
        events = self._begin()
        for said in self._hearing.whole(body):
            events += self._told(said)
        self.close()
        return self.response

    def feed(self, chunk: Body) -> list[Body]:
        """The events of the next chunk."""
        said = self._hearing.feed(chunk)
        events = self._begin()
        for one in said:
            events += self._told(one)
        return events

    def close(self) -> list[Body]:
        """The events of the end, numbers of tokens among them."""
        events = self._begin()
        for one in self._hearing.close():
            events += self._told(one)
        if not self._output and self._open is None:
            events += self._told(Words("text", ""))
        events += self._ended()
        hearing = self._hearing
        self.response = self.frame.response(
            "completed", self._model, self._output, hearing.usage, hearing.reason
        )
        last = f"response.{self.response['status']}"
        return [*events, self._event(last, response=self.response)]

    def failed(self, error: Body) -> Body:
        """The event that ends a stream midway; clients read the error in either place."""
        told = {key: error.get(key) for key in ("message", "code", "param")}
        return self._event("error", **told, error=error)

    @property
    def _model(self) -> str:
        return self._hearing.model or self._asked_for

    def _event(self, kind: str, **fields: Any) -> Body:
        event = {"type": kind, "sequence_number": self._number, **fields}
        self._number += 1
        return event

    def _begin(self) -> list[Body]:
        if self._begun:
            return []
        self._begun = True
        empty = self.frame.response("in_progress", self._model)
        return [
            self._event("response.created", response=empty),
            self._event("response.in_progress", response=empty),
        ]

    def _told(self, said: Words | Call) -> list[Body]:
        if isinstance(said, Call):
            return [*self._ended(), *self._call(said)]
        events: list[Body] = []
        thinks = said.kind == "reasoning"
        if self._open is not None and self._open.thinks != thinks:
            events += self._ended()
        if self._open is None:
            self._open = _OpenItem(thinks, len(self._output))
            events.append(self._item("added", self._open.index, self._open.item([])))
        if self._open.kind != said.kind:
            events += self._part_ended(self._open)
            self._open.begin(said.kind)
            events.append(self._part(self._open, "response.content_part.added"))
        return [*events, self._delta(self._open, said)]

    def _delta(self, item: _OpenItem, said: Words) -> Body:
        item.said.append(said.text)
        item.logprobs += said.logprobs
        more = {"logprobs": list(said.logprobs)} if said.kind == "text" else {}
        return self._event(
            f"response.{_NAMES[said.kind][0]}.delta", **item.place, delta=said.text, **more
        )

    def _part(self, item: _OpenItem, kind: str) -> Body:
        return self._event(kind, **item.place, part=item.part())

    def _part_ended(self, item: _OpenItem) -> list[Body]:
        if item.kind is None:
            return []
        name, field = _NAMES[item.kind]
        if item.kind == "text":
            item.annotations, self._hearing.annotations = self._hearing.annotations, []
        part = item.part()
        more = {"logprobs": part["logprobs"]} if item.kind == "text" else {}
        noted = [
            self._event(
                "response.output_text.annotation.added", **item.place,
                annotation_index=number, annotation=one,
            )
            for number, one in enumerate(part.get("annotations", ()))
        ]  # fmt: skip
        done = self._event(f"response.{name}.done", **item.place, **{field: part[field]}, **more)
        events = [*noted, done, self._event("response.content_part.done", **item.place, part=part)]
        item.finish(part)
        return events

    def _ended(self) -> list[Body]:
        """Close the item that words went into."""
        item, self._open = self._open, None
        if item is None:
            return []
        events = self._part_ended(item)
        done = item.item(item.parts, "completed")
        self._output.append(done)
        return [*events, self._item("done", item.index, done)]

    def _call(self, call: Call) -> list[Body]:
        index = len(self._output)
        item: Body = {
            "id": f"fc_{uuid.uuid4().hex}", "type": "function_call", "status": "in_progress",
            "call_id": call.id, "name": call.name, "arguments": "",
        }  # fmt: skip
        place = {"item_id": item["id"], "output_index": index}
        kind = "response.function_call_arguments"
        events = [self._item("added", index, item)]
        events += [self._event(f"{kind}.delta", **place, delta=piece) for piece in call.pieces]
        done = {**item, "status": "completed", "arguments": call.arguments}
        self._output.append(done)
        told = {"name": call.name, "arguments": call.arguments}
        return [
            *events,
            self._event(f"{kind}.done", **place, **told),
            self._item("done", index, done),
        ]

    def _item(self, what: str, index: int, item: Body) -> Body:
        return self._event(f"response.output_item.{what}", output_index=index, item=item)


# The event's name for a kind of words, and the field that holds them.
_NAMES: dict[Kind, tuple[str, str]] = {
    "text": ("output_text", "text"),
    "refusal": ("refusal", "refusal"),
    "reasoning": ("reasoning_text", "text"),
}


class _OpenItem:
    """A message, or thoughts, that words still go into."""

    def __init__(self, thinks: bool, index: int) -> None:
        self.thinks = thinks
        self.index = index
        self.kind: Kind | None = None
        self.parts: list[Body] = []
        self.said: list[str] = []
        self.logprobs: list[Body] = []
        self.annotations: list[Body] = []
        self._id = f"{'rs' if thinks else 'msg'}_{uuid.uuid4().hex}"

    @property
    def place(self) -> Body:
        """Where the part stands that is open now."""
        return {"item_id": self._id, "output_index": self.index, "content_index": len(self.parts)}

    def begin(self, kind: Kind) -> None:
        """Open a part."""
        self.kind, self.said, self.logprobs, self.annotations = kind, [], [], []

    def finish(self, part: Body) -> None:
        """Close it."""
        self.kind = None
        self.parts.append(part)

    def part(self) -> Body:
        """The open part with what was said in it so far."""
        text = "".join(self.said)
        if self.kind == "refusal":
            return {"type": "refusal", "refusal": text}
        if self.kind == "reasoning":
            return {"type": "reasoning_text", "text": text}
        noted = [_annotation(one) for one in self.annotations]
        return {
            "type": "output_text", "text": text, "annotations": noted,
            "logprobs": list(self.logprobs),
        }  # fmt: skip

    def item(self, parts: Sequence[Body], status: str = "in_progress") -> Body:
        """The item around ``parts``."""
        if self.thinks:
            kind: Body = {"type": "reasoning", "summary": []}
        else:
            kind = {"type": "message", "role": "assistant"}
        return {"id": self._id, **kind, "status": status, "content": list(parts)}


def _annotation(one: Body) -> Body:
    """A chat's annotation, whose fields stand in an object of their own."""
    inner = one.get(str(one.get("type")))
    return {"type": one.get("type"), **inner} if isinstance(inner, dict) else one


def output_message(response: Body) -> Body:
    """What a response says as the assistant's message of a chat, to go on from."""
    texts: list[str] = []
    refused: list[str] = []
    calls: list[Body] = []
    for item in response["output"]:
        if item["type"] == "function_call":
            function = {"name": item["name"], "arguments": item["arguments"]}
            calls.append({"id": item["call_id"], "type": "function", "function": function})
        elif item["type"] == "message":
            texts += [part["text"] for part in item["content"] if part["type"] == "output_text"]
            refused += [part["refusal"] for part in item["content"] if part["type"] == "refusal"]
    message: Body = {"role": "assistant", "content": "".join(texts)}
    if refused:
        message["refusal"] = "\n".join(refused)
    return {**message, "tool_calls": calls} if calls else message
