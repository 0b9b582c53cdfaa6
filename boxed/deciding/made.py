"""Who wrote the words of a reply: the product, another model or nobody. Its counts rest on that."""

from __future__ import annotations

from boxed.api.call import Made
from boxed.api.chat import ChatRequest
from boxed.api.replies import added_usage, texts_of_choices
from boxed.deciding.composer import joined
from boxed.deciding.graph import Decision
from boxed.models.protocol import ChatModel

__all__ = ["made_of"]


def made_of(decision: Decision, request: ChatRequest, product: ChatModel) -> Made:
    """The reply of a decision with what its drafts say of its words."""
    body, calls = decision.reply.body, tuple(decision.trace.calls)
    texts, drafts = texts_of_choices(body), decision.drafts
    drafted = joined([draft.body for draft in drafts], request.body) if drafts else {}
    same = zip(texts, texts_of_choices(drafted), strict=False)
    if not drafts or not all(left.endswith(said) for left, said in same):
        return Made(body, calls, foreign=tuple(texts))
    counted = 0
    fixed: list[str] = []
    foreign: list[str] = []
    for draft in drafts:
        if draft.attempt.rendered.request is None:
            fixed += texts_of_choices(draft.body)
        elif draft.attempt.model is product:
            counted += added_usage([draft.body])["completion_tokens"]
        else:
            foreign += texts_of_choices(draft.body)
    return Made(body, calls, counted, tuple(fixed), tuple(foreign))
