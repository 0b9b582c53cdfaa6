"""A chat model without a model: it says what a function of the request says. For tests and trials.

FakeModel(lambda body: "Paris" if "France" in str(body) else "I don't know.")
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.api.completions import as_completion, completion_chunks
from boxed.api.replies import chunks, fixed_reply
from boxed.models.scored import Scored


class FakeModel:
    """Implements ``ChatModel``; keeps every request it was sent in ``requests``."""

    def __init__(self, say: Callable[[Body], str | Body]) -> None:
        """``say`` gives the text of the reply, or a whole chat-completion object."""
        self._say = say
        self.requests: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The scripted reply."""
        self.requests.append(request)
        said = self._say(request.body)
        body = (
            fixed_reply(said, {"model": "fake", "n": request.body.get("n")})
            if isinstance(said, str)
            else said
        )
        return ChatReply(as_completion([body]) if request.endpoint == "completions" else body)

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The scripted reply, a word at a time."""
        body = (await self.chat(request)).body
        make = completion_chunks if request.endpoint == "completions" else chunks
        usage = bool((request.body.get("stream_options") or {}).get("include_usage"))
        for chunk in make(body, usage):
            yield chunk

    async def models(self) -> Body:
        """One model, 'fake'."""
        return {"object": "list", "data": [{"id": "fake", "object": "model", "owned_by": "boxed"}]}

    async def close(self) -> None:
        """Nothing to close."""


class FakeScoring(FakeModel):
    """A ``FakeModel`` that is also a ``ScoringModel``; keeps what it was asked in ``scored``."""

    def __init__(
        self, say: Callable[[Body], str | Body], logprob: Callable[[str], float] = lambda _: -1.0
    ) -> None:
        """``logprob`` gives the log-probability of an answer, as if it were one token."""
        super().__init__(say)
        self._logprob = logprob
        self.scored: list[tuple[list[Body], list[str]]] = []

    def score(self, messages: Sequence[dict[str, Any]], answers: Sequence[str]) -> list[Scored]:
        """The scripted log-probabilities."""
        self.scored.append((list(messages), list(answers)))
        return [Scored((self._logprob(answer),), (False,)) for answer in answers]
