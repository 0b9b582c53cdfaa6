"""A picture that is to be drawn: its prompt screened as a question is, and what comes with it.

A prompt about a forgotten subject, or a concept that may not be drawn, goes to the product without
it, or not at all. Of the reply every text is read by the same screen: a picture whose prompt the
product itself turned into one about a subject is not given, for it shows the subject.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

from boxed.api.chat import Body, ChatRequest
from boxed.api.forms import Form
from boxed.api.inputs import input_texts, with_inputs
from boxed.deciding.doubt import settled
from boxed.deciding.graph import Context
from boxed.deciding.neutral import drawable
from boxed.deciding.posting import (
    Passed,
    events_of,
    naming,
    noted,
    object_of,
    posted,
    sent,
    touched,
    whole_of,
    withheld,
)
from boxed.deciding.screened_inputs import named_across, screened_inputs
from boxed.deciding.upstream_said import safe_for
from boxed.models.protocol import UpstreamError
from boxed.release.binary import in_base64
from boxed.release.checked import CheckedStrings
from boxed.release.fields import texts_of
from guards.verdicts import Turn

__all__ = ["drawn"]

_PICTURE = "b64_json"
_REVISED = "revised_prompt"


async def drawn(
    way: Context, path: str, request: ChatRequest, form: Form | None, *, rewrites: bool
) -> Passed:
    """The product's pictures; raises ``UpstreamError``, also where the prompt is refused."""
    asked = await _screened(way, request, rewrites=rewrites)
    sends = form.with_fields(asked.body) if form is not None else None
    # What a reply may say does not depend on how the prompt was put to the product.
    read = request.with_body({"prompt": list(input_texts(request.body))})
    if form is None and not asked.body.get("stream"):
        reply = await posted(way, path, asked)
        return Passed(body=await _checked(way, read, reply))
    incoming = await sent(way, path, asked, sends)
    if incoming.kind == "text/event-stream":
        return Passed(events=_events(way, read, events_of(way, incoming)))
    reply = object_of(await whole_of(way, incoming))
    noted(way, asked.body, reply)
    return Passed(body=await _checked(way, read, reply))


async def _screened(way: Context, request: ChatRequest, *, rewrites: bool) -> ChatRequest:
    """The request as the product may see it; raises ``UpstreamError`` where it may not."""
    texts = input_texts(request.body)

    def judged() -> tuple[str, ...] | None:
        seen = screened_inputs(texts, way.snapshot, way.live, masks=rewrites, change=drawable)
        touched(way, seen.touched)
        return (
            None
            if seen.withheld or named_across(seen.texts, way.snapshot, way.live)
            else seen.texts
        )

    with way.trace.phase("screen"):
        left = await asyncio.to_thread(judged)
        if left is None or await _in_doubt(way, request, left):
            way.trace.note("screen", "the prompt is refused")
            raise _refusal()
    if left == texts:
        return request
    way.trace.note("screen", "the prompt goes on without its subject")
    return request.with_body(with_inputs(request.body, left))


async def _in_doubt(way: Context, request: ChatRequest, texts: tuple[str, ...]) -> bool:
    """Does the router say that a prompt which is only like a policy's questions is about it?"""
    if not way.snapshot.asks_router:
        return False
    live = way.live
    for text in texts:
        turn = Turn("user", text)
        screen = way.snapshot.screen.screen
        found = await asyncio.to_thread(screen, (turn,), live.now, live.tenant, drawn=live.drawn)
        candidates = live.policies(e.policy for e in found if e.kind == "scope")
        about = candidates and await settled(candidates, text, way.snapshot, request, way.trace)
        if about:
            touched(way, about)
            return True
    return False


async def _checked(way: Context, request: ChatRequest, reply: Body) -> Body:
    """The reply, where all that it says may leave; else raises ``UpstreamError``."""
    safe = await asyncio.to_thread(safe_for, way, request)
    texts, pictures = _apart(reply)

    def judged() -> bool:
        clean = all(in_base64(one, naming(way)) is False for one in pictures)
        return clean and all(map(safe, dict.fromkeys(texts)))

    with way.trace.phase("release"):
        if await asyncio.to_thread(judged):
            return reply
    way.trace.note("release", "the picture was held back")
    raise _refusal()


def _apart(value: Any) -> tuple[list[str], list[str]]:
    """Texts of a reply, and pictures in base64."""
    pictures: list[str] = []

    def without(one: Any) -> Any:
        if isinstance(one, list):
            return [without(item) for item in cast("list[Any]", one)]
        if not isinstance(one, dict):
            return one
        fields = dict(cast("Body", one))
        if isinstance(fields.get(_PICTURE), str):
            pictures.append(fields.pop(_PICTURE))
        return {key: without(item) for key, item in fields.items()}

    return list(texts_of(without(value))), pictures


async def _events(
    way: Context, request: ChatRequest, source: AsyncGenerator[Body]
) -> AsyncGenerator[Body]:
    """The events of a picture that is drawn bit by bit; raises ``UpstreamError`` at a leak."""
    safe = await asyncio.to_thread(safe_for, way, request)
    checked = CheckedStrings(way.snapshot.new_gate(way.live))
    used: Body = {}

    def leaks(event: Body) -> bool:
        said = {key: value for key, value in event.items() if key != _PICTURE}
        if any(checked.leak_in(key, {key: value}) for key, value in said.items()):
            return True
        _, pictures = _apart(event)
        if any(in_base64(one, naming(way)) is not False for one in pictures):
            return True
        return isinstance(revised := said.get(_REVISED), str) and not safe(revised)

    try:
        async with aclosing(source) as events:
            async for event in events:
                if await asyncio.to_thread(leaks, event):
                    way.trace.note("release", "the picture was held back")
                    raise _refusal()
                used = event if event.get("usage") else used
                yield event
    finally:
        noted(way, request.body, used)


def _refusal() -> UpstreamError:
    return withheld(
        "Your request was rejected as a result of our safety system.", "content_policy_violation"
    )
