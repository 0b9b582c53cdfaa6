"""What the product is asked on a route that answers no chat, counted, and its errors made safe."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass

import orjson

from boxed.api.call import Call
from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.api.fields import maybe_object
from boxed.api.forms import Form
from boxed.api.inputs import input_texts
from boxed.deciding.graph import Context
from boxed.deciding.upstream_said import in_its_words
from boxed.models.errors import error_body, error_event, invalid_reply, no_such_route
from boxed.models.halves import without_halves
from boxed.models.openai_stream import json_object
from boxed.models.protocol import Incoming, Posting, Sending, UpstreamError
from boxed.models.sse import EventParser, EventTooLongError
from boxed.release.binary import Named

__all__ = [
    "Passed",
    "events_of",
    "naming",
    "noted",
    "object_of",
    "posted",
    "sent",
    "touched",
    "whole_of",
    "withheld",
]

_MOST_BYTES = 64 * 1024 * 1024
_DONE = b"[DONE]"


@dataclass(frozen=True, slots=True)
class Passed:
    """A guarded reply: an object, bytes of the content type ``kind``, or events as they come."""

    kind: str = "application/json"
    body: Body | None = None
    pieces: AsyncGenerator[bytes] | None = None
    events: AsyncGenerator[Body] | None = None


async def posted(way: Context, path: str, request: ChatRequest) -> Body:
    """What the product replies on another of its routes; raises ``UpstreamError``."""
    product = way.snapshot.models.product
    if not isinstance(product, Posting):
        raise no_such_route()
    way.trace.model_calls += 1
    try:
        with way.trace.phase("product"):
            reply = await product.post(path, request)
    except UpstreamError as error:
        raise await in_its_words(error, way) from None
    noted(way, request.body, reply)
    return reply


async def sent(way: Context, path: str, request: ChatRequest, form: Form | None) -> Incoming:
    """The product's reply of any content type, to a form or to the request's body.

    Raises ``UpstreamError``. Whoever asks closes it.
    """
    product = way.snapshot.models.product
    if not isinstance(product, Sending):
        raise no_such_route()
    kind, payload = "application/json", b""
    if form is None:
        payload = orjson.dumps(request.body)
    else:
        payload, kind = form.encoded()
    way.trace.model_calls += 1
    try:
        with way.trace.phase("product"):
            return await product.send(path, request.headers, payload, kind)
    except UpstreamError as error:
        raise await in_its_words(error, way) from None


async def whole_of(way: Context, incoming: Incoming) -> bytes:
    """All bytes of a reply; raises ``UpstreamError``."""
    parts: list[bytes] = []
    size = 0
    with way.trace.phase("product"):
        async with aclosing(incoming.pieces()) as pieces:
            async for piece in pieces:
                parts.append(piece)
                size += len(piece)
                if size > _MOST_BYTES:
                    raise invalid_reply()
    return b"".join(parts)


def object_of(raw: bytes) -> Body:
    """The JSON object of a reply; raises ``UpstreamError``."""
    body, halves = json_object(raw)
    if body.get("error") is not None:
        raise error_event(body["error"])
    return without_halves(body) if halves else body


async def events_of(way: Context, incoming: Incoming) -> AsyncGenerator[Body]:
    """The objects of a stream of events; raises ``UpstreamError``, also midway."""
    parser = EventParser(_MOST_BYTES)
    async with aclosing(incoming.pieces()) as pieces:
        try:
            async for piece in pieces:
                for event in parser.feed(piece):
                    if event and event != _DONE:
                        yield object_of(event)
            for event in parser.close():
                if event and event != _DONE:
                    yield object_of(event)
        except EventTooLongError:
            raise invalid_reply() from None
        except UpstreamError as error:
            raise await in_its_words(error, way) from None


def noted(way: Context, asked: Body, reply: Body) -> None:
    """Count what a call used, in the words that chats have for it."""
    usage = maybe_object(reply.get("usage"))
    counts: Body = {
        name: count
        for name, own in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens"))
        if isinstance(count := usage.get(name, usage.get(own)), int)
    }
    said = ChatReply({"usage": counts} if counts else {})
    read: Body = {"prompt": "\n".join(input_texts(asked))}
    way.trace.calls.append(Call(read, said, of_product=True))


def touched(way: Context, ids: Iterable[str]) -> None:
    """Note for logs and figures which policies a request was about."""
    for id in ids:
        way.trace.policies.add(way.snapshot.opaque(id))
        way.trace.kinds.add(way.snapshot.book.get(id).kind)


def naming(way: Context) -> Named:
    """What tells how long the longest protected name in a text is, 0 where there is none."""
    mentions, live = way.snapshot.compiled.mentions, way.live.check

    def longest(text: str) -> int:
        return max((found.end - found.start for found in mentions.find(text, live=live)), default=0)

    return longest


def withheld(message: str, code: str, param: str | None = None) -> UpstreamError:
    """What is not given, as an error of the API's: 400."""
    body = error_body(message, "invalid_request_error", param=param, code=code)
    return UpstreamError(400, body)
