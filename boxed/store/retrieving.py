"""Answers from the store: passages near the question, less those that a policy covers.

Only a request without evidence gets this far, and only where the nearest passage is near enough;
every other one goes on as if there were no store. What the model then says is cut to the quoting
limit, its citations are listed, and it is judged like any other draft.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Any

from boxed.api.call import Call
from boxed.api.chat import Body, ChatRequest, last_user, map_texts, message_text
from boxed.deciding.graph import Context
from boxed.deciding.leak_check import LeakCheck
from boxed.deciding.snapshot import Live, Snapshot
from boxed.deciding.unquoted import unquoted
from boxed.deciding.work import Attempt, Draft
from boxed.store.quoting import Quotations
from boxed.store.shared import SharedStore
from boxed.workers.catalogue import WORKERS
from boxed.workers.protocol import Task
from boxed.workers.retrieve import with_sources
from guards.reading.views import TooManyEncodingsError
from guards.screen import is_context_dependent
from guards.verdicts import Turn
from retrieval.records import Passage
from retrieval.store import Store, StoreError

__all__ = ["Retriever", "draft_from_store", "question_of"]

_WORKER = "retrieve"
# What a client asks for beside text cannot be answered with citations.
_NOT_PLAIN = ("tools", "functions", "response_format", "logprobs", "stop")
_NOT_FOR_WORKERS = ("stream", "stream_options")
log = logging.getLogger("boxed.retrieval")


@dataclass(frozen=True, slots=True)
class Retriever:
    """Where passages come from, and how many of what distance are shown.

    ``distance`` is the largest cosine distance of a passage from the question, ``quote_limit`` the
    most words of one passage that a reply may repeat.
    """

    store: SharedStore[Any]
    distance: float = 0.58
    passages: int = 4
    quote_limit: int = 40

    def find(self, question: str) -> tuple[Passage, ...]:
        """The passages near a question, nearest first; none while the store is being erased from.

        Raises StoreError.
        """
        with self.store.reading() as store:
            if store is None:
                return ()
            held: Store = store
            found = held.query(question, self.passages)
        return tuple(passage for passage in found if passage.distance <= self.distance)


def question_of(request: ChatRequest) -> str:
    """What to look for: the last user message, with the one before it where it leans on that.

    Empty where the request cannot be answered from passages.
    """
    body = request.body
    if request.endpoint != "chat/completions" or any(body.get(key) for key in _NOT_PLAIN):
        return ""
    position = last_user(body)
    if position < 0 or position != len(body["messages"]) - 1:
        return ""
    text = message_text(body["messages"][position])
    before = last_user({"messages": body["messages"][:position]})
    if before >= 0 and is_context_dependent(text):
        return f"{message_text(body['messages'][before])}\n{text}"
    return text


def open_to(passage: Passage, snapshot: Snapshot, live: Live) -> bool:
    """Say whether a passage may be shown: nothing of it or about it touches a policy in force.

    One of more encodings than are read may touch any.
    """
    chunk = passage.chunk
    about = "\n".join((chunk.document, chunk.source, *chunk.subjects))
    # A question would be asked in the user's role, and so is what may answer it.
    turns = (Turn("user", about), Turn("user", chunk.text))
    try:
        found = snapshot.screen.screen(turns, live.now, live.tenant)
    except TooManyEncodingsError:
        return False
    return not any(e.certain or e.kind != "scope" for e in found)


async def draft_from_store(
    request: ChatRequest, retriever: Retriever, way: Context
) -> Draft | None:
    """The answer from passages, or None where there are none to show.

    A draft with a fault may not leave. Raises ``UpstreamError`` where the model does not answer.
    """
    question = question_of(request)
    if not question.strip():
        return None
    try:
        shown, dropped = await asyncio.to_thread(_shown, question, retriever, way)
    except StoreError as error:
        log.error("the store did not answer: %s", error.happened)
        way.trace.note("retrieve", "the store did not answer: the request passes without it")
        return None
    if dropped:
        way.trace.note("retrieve", f"{dropped} passage(s) dropped: a policy covers them")
    if not shown:
        return None
    way.trace.note("retrieve", f"{len(shown)} passage(s) shown")
    attempt = _attempt(request, shown, way)
    rendered = attempt.rendered.request
    if rendered is None:
        return None
    way.trace.model_calls += 1
    way.trace.workers.append(_WORKER)
    with unquoted(attempt.rendered, request):
        reply = await attempt.model.chat(rendered)
    of_product = attempt.model is way.snapshot.models.product
    way.trace.calls.append(Call(rendered.body, reply, of_product))
    quotations = Quotations([passage.chunk.text for passage in shown], retriever.quote_limit)
    try:
        finished = _finished(reply.body, quotations, shown)
    except TooManyEncodingsError:
        judged = attempt.judged(reply.body)  # a leak, if any policy is in force
        unread = "it holds more encodings than are read"
        return judged if judged.fault else replace(judged, fault=unread)
    return attempt.judged(finished)


def _shown(question: str, retriever: Retriever, way: Context) -> tuple[tuple[Passage, ...], int]:
    found = retriever.find(question)
    kept = tuple(passage for passage in found if open_to(passage, way.snapshot, way.live))
    return kept, len(found) - len(kept)


def _attempt(request: ChatRequest, shown: tuple[Passage, ...], way: Context) -> Attempt:
    snapshot = way.snapshot
    body = {key: value for key, value in request.body.items() if key not in _NOT_FOR_WORKERS}
    asked = request.with_body(body)
    task = Task(asked, None, (), snapshot.book, snapshot.masking, passages=shown)
    worker = WORKERS[_WORKER]
    check = LeakCheck.of(snapshot, way.live, request.body)
    model = snapshot.models.for_worker(_WORKER)
    return Attempt(0, worker, task, worker.render(task), model, check)


def _finished(body: Body, quotations: Quotations, shown: tuple[Passage, ...]) -> Body:
    """The reply within the quoting limit, and with the documents that it cites."""
    choices = [
        {**choice, "message": _message(choice.get("message") or {}, quotations, shown)}
        for choice in body.get("choices") or []
    ]
    return {**body, "choices": choices}


def _message(message: Body, quotations: Quotations, shown: tuple[Passage, ...]) -> Body:
    out = {
        key: value if key == "role" else map_texts(value, quotations.cut)
        for key, value in message.items()
    }
    content = out.get("content")
    if isinstance(content, str):
        out["content"] = with_sources(content, shown)
    return out
