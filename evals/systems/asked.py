"""An item as the request that every system gets, and its answers as what is scored.

request_of(item).body["temperature"]     ->  0
answers_of(item)                         ->  (answer, paraphrased answer, wrong answers ...)
"""

from __future__ import annotations

from collections.abc import Sequence

from boxed.api.chat import ChatRequest
from boxed.models.scored import Scored
from evals.records import Item, Likelihoods

__all__ = ["LETTERS", "answers_of", "likelihoods_from", "request_of"]

LETTERS = ("A", "B", "C", "D")
"""What a reply to a question with four options begins with, in a chat without a space before it."""


def request_of(item: Item) -> ChatRequest:
    """The item as a chat request; one that wants no reply is answered by a single token."""
    drawn = {"seed": item.seed} if item.temperature else {}
    return ChatRequest(
        {
            "model": "product",
            "messages": [dict(message) for message in item.messages],
            "temperature": item.temperature or 0,
            "max_tokens": max(item.most, 1),
            **drawn,
        }
    )


def answers_of(item: Item) -> tuple[str, ...]:
    """The texts whose likelihood an item asks for; none where the letters are compared."""
    if item.task == "choice":
        return ()
    paraphrased = () if item.paraphrased is None else (item.paraphrased,)
    return (item.answer, *paraphrased, *item.wrong)


def likelihoods_from(item: Item, scores: Sequence[Scored]) -> Likelihoods:
    """The scores of ``answers_of(item)``, each in its place."""
    first = 1 if item.paraphrased is None else 2
    return Likelihoods(
        answer=scores[0],
        paraphrased=None if item.paraphrased is None else scores[1],
        wrong=tuple(scores[first:]),
    )
