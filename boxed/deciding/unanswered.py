"""What a stream that a leak stopped would still have said: answers to a message's other questions.

await unanswered(way, request, leak, "Hamlet was written by ")
->  "The capital of France is Paris."
"""

from __future__ import annotations

from boxed.api.chat import ChatRequest
from boxed.api.completions import unstreamed
from boxed.api.replies import joined_texts, text_of
from boxed.deciding.apart import questions_apart
from boxed.deciding.graph import Context, build_graph, through
from boxed.deciding.in_place import found_in_draft
from boxed.deciding.plan import PASS_THROUGH
from boxed.deciding.rules import Question
from boxed.models.protocol import UpstreamError
from guards.reading.wording import content_words
from guards.verdicts import Leak

__all__ = ["unanswered"]

_SAID = 0.6
"""Share of an answer's words from which it counts as said already."""


async def unanswered(way: Context, request: ChatRequest, leak: Leak, said: str) -> str:
    """Checked answers that are not in ``said``.

    Empty where the message is not asked in parts, or where the product answers no more.
    """
    chat = request.endpoint == "chat/completions"
    text = Question(request, (), way.snapshot, way.live).text if chat else None
    if text is None or not questions_apart(text):
        return ""
    evidence = (found_in_draft(request, leak.policy),)
    whole = request.with_body(unstreamed(request.body))
    try:
        decision = await through(build_graph(), way, whole, evidence)
    except UpstreamError:
        # The stream has begun and must end as it would without them.
        way.trace.note("release", "the other questions were not asked: the product did not answer")
        return ""
    answers = [text_of(one.body) for one in decision.drafts if one.worker == PASS_THROUGH]
    return joined_texts([one for one in answers if not _is_said(one, said)], request.body)


def _is_said(answer: str, said: str) -> bool:
    words = content_words(answer)
    if not words:
        return answer.strip() in said
    return len(words & content_words(said)) >= _SAID * len(words)
