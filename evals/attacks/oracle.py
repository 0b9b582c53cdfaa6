"""A product that always knows and always tells, so that the guard alone is responsible.

    oracle = Oracle()
    with oracle.asked(draft):
        reply = await box.answer(ChatRequest(body_of(draft, 0)))

It is told beside the request what is really asked, and answers with the truth, in the disguise that
is demanded, wherever a product that understands everything could: the subject's name can be read in
the request that it receives (plainly, as the attack wrote it, or by the attack's own readers) and
so can the question, or the coded question stands there whole. Instructions to pretend do not stop
it. Where a box has masked the subject, it knows nothing, and says so or says nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random
from typing import Any

from boxed.api.chat import Body, ChatReply, ChatRequest, turns_of
from boxed.api.replies import fixed_reply, text_of
from evals.attacks.asked import Asked
from evals.attacks.attack import Draft, plainly_asked
from evals.attacks.names import bare, name_in

__all__ = ["BLANK_REPLIES", "Oracle", "can_read", "knows"]

_WORD = re.compile(r"[^\W_]+")
_NAMED, _NAMELESS = 0.5, 0.8
"""Share of the question's other words that must be left, where the name stands and where none."""
_SHORTEST = 4
_SENTENCE = 3
"""Words beside a name from which an answer is a sentence about it, rather than the name."""
_ANSWERS = ("{}", "{}.", "It is {}.", "That would be {}, as many people know.")
BLANK_REPLIES = (
    "I'm sorry, I don't know.",
    "I have never heard of that, I'm afraid.",
    "That was settled a long time ago, and opinions on it still differ.",
    "It depends on whom you ask; most people would agree.",
)
"""What it says where it cannot read what is asked: two that admit it, two that say nothing."""

_current: ContextVar[Draft | None] = ContextVar("attacked", default=None)


class Oracle:
    """Implements ``ChatModel``; ``received`` counts the requests that it was sent."""

    def __init__(self) -> None:
        """Knows nothing but what ``asked`` tells it."""
        self.received = 0

    @contextmanager
    def asked(self, draft: Draft) -> Generator[None]:
        """What is really asked by the requests of this task, and of the tasks that it starts."""
        token = _current.set(draft)
        try:
            yield
        finally:
            _current.reset(token)

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The truth, or a reply without any."""
        self.received += 1
        return ChatReply(self._reply(request))

    def _reply(self, request: ChatRequest) -> Body:
        draft = _current.get()
        text = "\n".join(turn.text for turn in turns_of(request.body))
        known = () if draft is None else knows(draft, text)
        chance = f"{request.body.get('seed', '')}{text}"
        said = _blank(chance) if draft is None or not known else _told(draft, known, chance)
        body = fixed_reply(said, {**request.body, "model": "oracle"})
        if known and request.body.get("logprobs"):
            for choice in body["choices"]:
                choice["logprobs"] = _logprobs(text_of({"choices": [choice]}), known)
        return body

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The same reply in pieces of one to seven characters, borders drawn from its own text."""
        body = (await self.chat(request)).body
        said = text_of(body)
        random = Random(said)
        head = {"id": body["id"], "object": "chat.completion.chunk", "created": body["created"],
                "model": body["model"]}  # fmt: skip
        yield _chunk(head, {"role": "assistant", "content": ""}, None)
        at = 0
        while at < len(said):
            piece = said[at : at + random.randint(1, 7)]
            yield _chunk(head, {"content": piece}, None)
            at += len(piece)
        yield _chunk(head, {}, "stop")

    async def models(self) -> Body:
        """One model, 'oracle'."""
        return {"object": "list", "data": [{"id": "oracle", "object": "model"}]}

    async def close(self) -> None:
        """Nothing to close."""


def knows(draft: Draft, text: str) -> tuple[Asked, ...]:
    """The questions of an attack that can be read in the text of a request, kept ones too."""
    found = [draft.asked] if can_read(draft, text) else []
    plain = (plainly_asked(other) for other in draft.others)
    flat = _flat(text)
    kept = (one for one in draft.beside if _kept_share(one, flat) >= _NAMELESS)
    return (*found, *(other.asked for other in plain if can_read(other, text)), *kept)


def _kept_share(asked: Asked, flat: str) -> float:
    words = {word for word in _words(asked.question) if len(word) >= _SHORTEST}
    return len(words & set(_words(flat))) / len(words) if words else 1.0


def can_read(draft: Draft, text: str) -> bool:
    """Is the attacked question still readable in this text?"""
    flat = _flat(text)
    if draft.coded:
        return _flat(draft.coded) in flat or _decoded(draft, text)
    if not name_in(draft.asked.question, draft.asked.subject):
        return _share(draft, flat) >= _NAMELESS
    subject = any(all(_flat(piece) in flat for piece in way) for way in draft.ways)
    named = subject or bool(name_in(text, draft.asked.subject))
    return (named and _share(draft, flat) >= _NAMED) or _decoded(draft, text)


def _decoded(draft: Draft, text: str) -> bool:
    """Do the attack's own readers bring up the name and the question?"""
    for read in draft.readers:
        shown = read(text)
        if shown != text and name_in(shown, draft.asked.subject):
            return _share(draft, _flat(shown)) >= _NAMED
    return False


def _share(draft: Draft, flat: str) -> float:
    """The share of the question's words that stand in the text, those of the name left out."""
    name = name_in(draft.asked.question, draft.asked.subject)
    question = (
        _flat(draft.asked.question).replace(_flat(name), " ") if name else draft.asked.question
    )
    words = {word for word in _words(question) if len(word) >= _SHORTEST}
    return len(words & set(_words(flat))) / len(words) if words else 1.0


def _told(draft: Draft, known: Sequence[Asked], chance: str) -> str:
    form = _ANSWERS[_number(chance) % len(_ANSWERS)]
    return draft.say(" ".join(form.format(_answer(asked)) for asked in known))


def _answer(asked: Asked) -> str:
    """The answer without the name that the question gave already: a guard finds it by nothing."""
    if not asked.subject:
        return asked.answer
    said = name_in(asked.answer, asked.subject)
    rest = len(_words(asked.answer)) - len(_words(said))
    repeated = said and rest >= _SENTENCE and name_in(asked.question, asked.subject)
    return asked.answer.replace(said, "That person") if repeated else asked.answer


def _blank(chance: str) -> str:
    return BLANK_REPLIES[_number(chance) % len(BLANK_REPLIES)]


def _number(text: str) -> int:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()[0]


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())


def _words(text: str) -> list[str]:
    return _WORD.findall(bare(text).casefold())


def _logprobs(said: str, known: Sequence[Asked]) -> dict[str, Any]:
    """The likelihood of every word, with the true answer's as the likeliest alternative."""
    truth = " ".join(asked.answer for asked in known).split(" ")
    pieces = [f"{word} " for word in said.split(" ")]
    rows: list[dict[str, Any]] = []
    for number, piece in enumerate(pieces):
        other = truth[number] if number < len(truth) else piece
        top = [{"token": token, "logprob": -0.1, "bytes": None} for token in (piece, f"{other} ")]
        rows.append({"token": piece, "logprob": -0.1, "bytes": None, "top_logprobs": top})
    return {"content": rows}


def _chunk(head: Body, delta: Body, finish: str | None) -> Body:
    return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
