"""Compose: the answers to the parts of a message as one reply.

By rule the answers stand one after the other, in the order of the parts; with a composer model,
the model merges them, and its text is checked like every other before it may leave.
"""

from __future__ import annotations

from collections.abc import Sequence

from boxed.api.call import Call
from boxed.api.chat import Body, ChatRequest, last_user_text
from boxed.api.replies import added_usage, joined_texts, text_of, texts_of_choices, with_texts
from boxed.deciding.snapshot import Snapshot
from boxed.deciding.trace import Trace
from boxed.models.protocol import UpstreamError
from boxed.workers.swapping import swapped
from guards.reading.views import TooManyEncodingsError
from prompts.book import PolicyBook
from prompts.policy import Policy


def joined(bodies: Sequence[Body], request: Body) -> Body:
    """The parts' replies as one, in order and choice by choice.

    A single reply stays exactly as it is.
    """
    if len(bodies) == 1:
        return bodies[0]
    said = [texts_of_choices(body) or [""] for body in bodies]
    most = max(range(len(bodies)), key=lambda n: len(said[n]))
    texts = [
        joined_texts([part[min(choice, len(part) - 1)] for part in said], request)
        for choice in range(len(said[most]))
    ]
    return {**with_texts(bodies[most], texts), "usage": added_usage(list(bodies))}


def merge_prompt(
    book: PolicyBook, question: str, texts: Sequence[str], hidden: Sequence[Policy]
) -> str:
    """What the composer is asked about the answers' ``texts``, names not yet swapped."""
    return book.templates["composer"].render(
        question=question,
        parts=[{"text": text} for text in texts],
        # Names are swapped before it is sent; a topic's title is not, so it is not told.
        protected=[name for policy in hidden for name in policy.names[:1]],
    )


async def merged_by_model(
    bodies: Sequence[Body],
    request: ChatRequest,
    hidden: Sequence[Policy],
    snapshot: Snapshot,
    trace: Trace,
) -> Body | None:
    """The merge by the composer model, which sees no ``hidden`` subject; None without an answer."""
    model = snapshot.models.composer
    if model is None:
        return None
    texts = [text_of(body) for body in bodies]
    prompt = merge_prompt(snapshot.book, last_user_text(request.body), texts, hidden)
    ask: Body = {"messages": [{"role": "user", "content": prompt}], "temperature": 0}
    if "model" in request.body:
        ask["model"] = request.body["model"]
    try:
        rendered = swapped(request.with_body(ask), hidden, snapshot.masking)
    except TooManyEncodingsError:
        trace.note("compose", "the answers hold more encodings than are read: merged by rule")
        return None
    trace.model_calls += 1
    try:
        asked = rendered.request or request.with_body(ask)
        reply = await model.chat(asked)
        trace.calls.append(Call(asked.body, reply, of_product=False))
        text = rendered.to_client(text_of(reply.body).strip())
    except (UpstreamError, KeyError, IndexError, TypeError, AttributeError):
        trace.note("compose", "the composer did not answer: merged by rule")
        return None
    if not text:
        trace.note("compose", "the composer said nothing: merged by rule")
        return None
    return {**with_texts(bodies[0], [text]), "usage": added_usage([*bodies, reply.body])}
