"""Texts that are read out, and recordings that are written down.

What is to be read out is screened as a text to embed is; its names become words for nobody. Of what
a product heard in a recording, names are covered in every format; nobody asked a question there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from boxed.api.chat import Body, ChatRequest
from boxed.api.forms import Form
from boxed.api.inputs import input_texts, with_inputs
from boxed.deciding.covered_stream import CoveredStream
from boxed.deciding.covering import Covering
from boxed.deciding.graph import Context
from boxed.deciding.neutral import speakable
from boxed.deciding.posting import (
    Passed,
    events_of,
    naming,
    noted,
    object_of,
    sent,
    touched,
    whole_of,
    withheld,
)
from boxed.deciding.screened_inputs import Change, masked, named_across, screened_inputs
from boxed.deciding.transcripts import covered_lines, covered_object, covered_value
from boxed.models.errors import invalid_reply
from boxed.models.protocol import Incoming, UpstreamError
from boxed.release.binary import BinaryGate, in_base64
from boxed.release.checked import CheckedStrings

__all__ = ["read_out", "transcribed"]

_SOUND = frozenset(
    f"audio/{kind}"
    for kind in ("mpeg", "mp3", "ogg", "opus", "aac", "flac", "wav", "x-wav", "pcm", "l16", "webm")
)
_EVENTS = "text/event-stream"
_AS_JSON = frozenset({"json", "verbose_json", "diarized_json"})
_TEXT = "text/plain; charset=utf-8"


async def read_out(way: Context, request: ChatRequest, *, masks: bool) -> Passed:
    """The product's voice, as bytes or events; raises ``UpstreamError``, also at a refusal."""
    asked = await _screened(way, request, "input", speakable, masks=masks)
    incoming = await sent(way, "audio/speech", asked, None)
    noted(way, asked.body, {})
    if incoming.kind == _EVENTS:
        return Passed(events=_spoken_events(way, events_of(way, incoming)))
    kind = incoming.kind if incoming.kind in _SOUND else "application/octet-stream"
    return Passed(kind, pieces=_bytes(way, incoming))


async def transcribed(
    way: Context, path: str, request: ChatRequest, form: Form, *, masks: bool
) -> Passed:
    """What the product heard, covered; raises ``UpstreamError``, also where it is withheld.

    ``masks`` False withholds a transcript with a name, and a prompt with one.
    """
    asked = await _screened(way, request, "prompt", masked, masks=masks)
    incoming = await sent(way, path, asked, form.with_fields(asked.body))
    covering = Covering(way.snapshot, way.live)
    if incoming.kind == _EVENTS:
        return Passed(events=_heard_events(way, events_of(way, incoming), covering, masks=masks))
    raw = await whole_of(way, incoming)
    wanted = str(asked.body.get("response_format") or "json")
    is_json = incoming.kind == "application/json" or wanted in _AS_JSON

    def covered() -> Passed | None:
        if not is_json:
            text = covered_lines(_decoded(raw), covering)
            return None if text is None else Passed(_TEXT, pieces=_one(text.encode()))
        body = object_of(raw)
        noted(way, asked.body, body)
        told = covered_object(body, covering)
        return None if told is None else Passed(body=told)

    with way.trace.phase("release"):
        left = await asyncio.to_thread(covered)
    _judge(way, covering, masks=masks)
    if left is None:
        raise _unheard()
    return left


async def _screened(
    way: Context, request: ChatRequest, param: str, change: Change, *, masks: bool
) -> ChatRequest:
    """The request as the product may see it; raises ``UpstreamError`` where it may not."""
    texts = input_texts(request.body)

    def judged() -> tuple[str, ...] | None:
        seen = screened_inputs(texts, way.snapshot, way.live, masks=masks, change=change)
        touched(way, seen.touched)
        across = named_across(seen.texts, way.snapshot, way.live)
        return None if seen.withheld or across else seen.texts

    with way.trace.phase("screen"):
        left = await asyncio.to_thread(judged)
    if left is None:
        raise withheld(
            f"'{param}', or a part of the request, cannot be used here; leave out whom or what it "
            "is about.",
            "input_withheld",
            param,
        )
    return request if left == texts else request.with_body(with_inputs(request.body, left))


async def _bytes(way: Context, incoming: Incoming) -> AsyncGenerator[bytes]:
    """Sound as it comes; raises ``UpstreamError`` where a name is written in it."""
    gate = BinaryGate(naming(way))
    async with aclosing(incoming.pieces()) as pieces:
        async for piece in pieces:
            if out := gate.feed(piece):
                yield out
            if gate.leaked:
                raise _unheard()
    rest = gate.close()
    if gate.leaked:
        raise _unheard()
    if rest:
        yield rest


async def _spoken_events(way: Context, source: AsyncGenerator[Body]) -> AsyncGenerator[Body]:
    """Events of a voice; raises ``UpstreamError`` where a text in them is a leak."""
    checked = CheckedStrings(way.snapshot.new_gate(way.live))
    async with aclosing(source) as events:
        async for event in events:
            sound = event.get("audio")
            silent = {key: value for key, value in event.items() if key != "audio"}
            named = isinstance(sound, str) and in_base64(sound, naming(way)) is not False
            if named or any(checked.leak_in(key, {key: item}) for key, item in silent.items()):
                raise _unheard()
            yield event


async def _heard_events(
    way: Context, source: AsyncGenerator[Body], covering: Covering, *, masks: bool
) -> AsyncGenerator[Body]:
    """Events of a transcript, covered; log-probabilities, which spell the text, are left out."""
    stream = CoveredStream(covering)
    before = ""
    last: Body = {}
    async with aclosing(source) as events:
        async for event in events:
            kind, delta, text = event.get("type"), event.get("delta"), event.get("text")
            bare = {k: v for k, v in event.items() if k not in ("delta", "text", "logprobs")}
            told = await asyncio.to_thread(covered_value, bare, covering)
            if told is None:
                raise _unheard()
            if isinstance(delta, str):
                last = told
                if out := await asyncio.to_thread(stream.feed, delta):
                    yield {**told, "delta": out}
            elif kind == "transcript.text.done" and isinstance(text, str):
                if rest := await asyncio.to_thread(stream.close):
                    yield {**(last or {**told, "type": "transcript.text.delta"}), "delta": rest}
                whole = stream.said if stream.heard == text else covering.text(text)
                noted(way, {}, event)
                yield {**told, "text": whole or stream.said}
            elif isinstance(text, str):
                read = await asyncio.to_thread(covering.series, [before, text])
                before = text
                yield {**told, "text": "" if read is None else read[1]}
            else:
                yield told
            _judge(way, covering, masks=masks)
    if rest := stream.close():
        yield {**last, "delta": rest}


def _judge(way: Context, covering: Covering, *, masks: bool) -> None:
    """Note what a transcript named; raises ``UpstreamError`` where such a one is not given."""
    touched(way, covering.touched)
    policies = way.live.policies(covering.touched)
    if policies and (not masks or any(one.response == "refuse" for one in policies.values())):
        raise _unheard()


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise invalid_reply() from None


async def _one(piece: bytes) -> AsyncGenerator[bytes]:
    yield piece


def _unheard() -> UpstreamError:
    return withheld("What was heard, or is to be, cannot be given here.", "output_withheld")
