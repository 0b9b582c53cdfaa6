"""A worker's system prompt put in its place: after the product's own, before the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from boxed.api.chat import ChatRequest
from boxed.hiding.identifying import words_of
from guards.reading.views import TooManyEncodingsError, views

SYSTEM_ROLES = frozenset({"system", "developer"})
_RUN = 6


def instructed(
    request: ChatRequest, prompt: str, turns: Sequence[tuple[str, str]] = ()
) -> ChatRequest:
    """Add a system message and example (question, answer) turns to the request.

    An empty ``prompt`` adds no system message.
    """
    messages: list[dict[str, Any]] = list(request.body["messages"])
    head = 0
    while head < len(messages) and messages[head].get("role") in SYSTEM_ROLES:
        head += 1
    added: list[dict[str, Any]] = [{"role": "system", "content": prompt}] if prompt else []
    for question, answer in turns:
        added += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ]
    body = {**request.body, "messages": messages[:head] + added + messages[head:]}
    return request.with_body(body)


def repeats(reply: str, prompt: str, said: str) -> bool:
    """Say whether a reply repeats six words in a row of a prompt that the client did not write.

    One of more encodings than are read may repeat anything.
    """
    secret = _runs(prompt) - _runs(said)
    if not secret:
        return False
    try:
        texts = (reply, *(view.text for view in views(reply)))
    except TooManyEncodingsError:
        return True
    return any(not secret.isdisjoint(_runs(text)) for text in texts)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
