"""A question put to the product and to the box at once: what `boxed ask --explain` shows of it.

The answers go to the page alone. Logs, figures and traces are told of it as of any other request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial

from pydantic import BaseModel, ConfigDict, Field

from boxed.api.chat import Body, ChatReply, ChatRequest, turns_of
from boxed.api.replies import text_of
from boxed.box import Box
from boxed.console.data import Asked, fields_of
from boxed.deciding.graph import Decision
from boxed.deciding.snapshot import Snapshot
from boxed.gateway.exchange import readable
from boxed.models.protocol import UpstreamError

__all__ = ["Trying"]


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=20_000)
    model: str = Field(default="default", min_length=1, max_length=200)
    tenant: str | None = Field(default=None, max_length=200)


class Trying:
    """The route that asks both."""

    def __init__(self, box: Box) -> None:
        self._box = box

    async def serve(self, asked: Asked) -> Body:
        """Evidence, the decisions on the way, and both answers."""
        put: _Question = fields_of(_Question, asked)
        messages = [{"role": "user", "content": put.question}]
        tenant = (put.tenant or "").strip() or None
        request = ChatRequest({"model": put.model, "messages": messages}, tenant=tenant)
        snapshot = self._box.snapshot
        with readable():
            evidence = await asyncio.to_thread(_evidence, snapshot, request)
            bare, decided = await asyncio.gather(
                _told(snapshot.models.product.chat(request)), _told(self._box.decide(request))
            )
        return {
            "evidence": evidence,
            "bare": _side(bare),
            "boxed": _side(decided),
            "steps": _steps(snapshot, decided) if isinstance(decided, Decision) else [],
            "model_calls": decided.trace.model_calls if isinstance(decided, Decision) else 0,
            "workers": decided.trace.workers if isinstance(decided, Decision) else [],
        }


async def _told(
    answer: Awaitable[ChatReply] | Awaitable[Decision],
) -> ChatReply | Decision | UpstreamError:
    try:
        return await answer
    except UpstreamError as error:
        return error


def _side(came: ChatReply | Decision | UpstreamError) -> Body:
    if isinstance(came, UpstreamError):
        said = came.body.get("error", {}).get("message", "no reason given")
        return {"text": "", "error": f"The product answered {came.status}: {said}"}
    reply = came.reply if isinstance(came, Decision) else came
    return {"text": text_of(reply.body), "error": None}


def _evidence(snapshot: Snapshot, request: ChatRequest) -> list[Body]:
    """What points to a policy, with the words that do."""
    turns = turns_of(request.body)
    live = snapshot.live(datetime.now(UTC), request.tenant)
    screen = partial(snapshot.screen.screen, grey=snapshot.asks_router)
    return [
        {**asdict(one), "words": turns[one.turn].text[one.start : one.end]}
        for one in screen(turns, live.now, live.tenant)
    ]


def _steps(snapshot: Snapshot, decided: Decision) -> list[Body]:
    """The decisions, with the names of policies in the place of what logs call them."""
    concerned = decided.trace.policies
    names = {snapshot.opaque(one.id): one.id for one in snapshot.book.policies} if concerned else {}
    steps: list[Body] = []
    for step in decided.trace.steps:
        said = step.decision
        for opaque in concerned:
            said = said.replace(opaque, names.get(opaque, opaque))
        steps.append({"stage": step.stage, "decision": said})
    return steps
