"""Compose: the answers to the parts of a message as one reply.

By rule the answers stand one after the other, in the order of the parts; with a composer model,
the model merges them, and its text is checked like every other before it may leave.
"""

from __future__ import annotations

from collections.abc import Sequence

from boxed.api.chat import Body, ChatRequest, last_user_text
from boxed.api.replies import added_usage, text_of, with_text
from boxed.deciding.snapshot import Snapshot
from boxed.deciding.trace import Trace
from boxed.models.protocol import UpstreamError
from boxed.workers.swapping import swapped
from prompts.policy import Policy


def joined(bodies: Sequence[Body]) -> Body:
    """The parts' replies as one, in order; a single reply stays exactly as it is."""
    if len(bodies) == 1:
        return bodies[0]
    said = [text_of(body).strip() for body in bodies]
    text = "\n\n".join(dict.fromkeys(part for part in said if part))
    return {**with_text(bodies[0], text), "usage": added_usage(list(bodies))}


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
    prompt = snapshot.book.templates["composer"].render(
        question=last_user_text(request.body),
        parts=[{"text": text_of(body)} for body in bodies],
        # Names are swapped below; a topic's title is not, so the composer is not given it.
        protected=[name for policy in hidden for name in policy.names[:1]],
    )
    ask: Body = {"messages": [{"role": "user", "content": prompt}], "temperature": 0}
    if "model" in request.body:
        ask["model"] = request.body["model"]
    rendered = swapped(request.with_body(ask), hidden, snapshot.masking)
    trace.model_calls += 1
    try:
        reply = await model.chat(rendered.request or request.with_body(ask))
        text = rendered.to_client(text_of(reply.body).strip())
    except (UpstreamError, KeyError, IndexError, TypeError, AttributeError):
        trace.note("compose", "the composer did not answer: merged by rule")
        return None
    if not text:
        trace.note("compose", "the composer said nothing: merged by rule")
        return None
    return {**with_text(bodies[0], text), "usage": added_usage([*bodies, reply.body])}
