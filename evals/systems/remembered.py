"""A local model that remembers what it was asked, for systems that ask it the very same again.

    model = RememberingModel(folder)
    model.chat_many([request])              # generated, and kept
    model.recalled(request)                 # the same reply, and how long it took

A box hands what touches no policy to the product as it came, so its reply there is the bare
model's: asked once, it serves every box of a comparison. Only replies at temperature 0 are kept.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import orjson

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.models.local import LocalModel
from boxed.models.protocol import UpstreamError
from boxed.models.scored import Scored

__all__ = ["Recalled", "RememberingModel"]


class Recalled(NamedTuple):
    """A reply that was generated before, and the seconds that it took then."""

    reply: ChatReply
    seconds: float


class RememberingModel(LocalModel):
    """Answers and scores as a ``LocalModel`` does; what it said can be recalled."""

    def __init__(self, name: str) -> None:
        """Raises OSError or ValueError for a name that means no model."""
        super().__init__(name)
        self._replies: dict[Hashable, Recalled] = {}
        self._scores: dict[Hashable, list[Scored]] = {}
        self._letters: dict[Hashable, tuple[float, ...]] = {}

    def chat_many(self, requests: Sequence[ChatRequest]) -> list[ChatReply | UpstreamError]:
        """As there; replies at temperature 0 are kept."""
        begun = time.perf_counter()
        found = super().chat_many(requests)
        seconds = (time.perf_counter() - begun) / max(len(requests), 1)
        for request, reply in zip(requests, found, strict=True):
            if isinstance(reply, ChatReply) and not request.body.get("temperature", 1):
                self._replies[_key(request.body)] = Recalled(reply, seconds)
        return found

    def score_many(
        self, items: Sequence[tuple[Sequence[Body], Sequence[str]]]
    ) -> list[list[Scored]]:
        """As there; the scores are kept."""
        found = super().score_many(items)
        self._scores.update(zip(map(_key, items), found, strict=True))
        return found

    def letters(
        self, chats: Sequence[Sequence[Body]], letters: Sequence[str] = ("A", "B", "C", "D")
    ) -> list[tuple[float, ...]]:
        """As there; the log-probabilities are kept."""
        found = super().letters(chats, letters)
        self._letters.update(zip((_key((chat, letters)) for chat in chats), found, strict=True))
        return found

    def clear(self) -> None:
        """Remember nothing, so that what is asked next is timed as it is."""
        for kept in (self._replies, self._scores, self._letters):
            kept.clear()

    def recalled(self, request: ChatRequest) -> Recalled | None:
        """What it said to this very request, if that was kept."""
        return self._replies.get(_key(request.body))

    def recalled_scores(self, item: tuple[Sequence[Body], Sequence[str]]) -> list[Scored] | None:
        """The scores of these very answers after these messages, if they were kept."""
        return self._scores.get(_key(item))

    def recalled_letters(
        self, chat: Sequence[Body], letters: Sequence[str]
    ) -> tuple[float, ...] | None:
        """The log-probabilities of these letters after these messages, if they were kept."""
        return self._letters.get(_key((chat, letters)))


def _key(asked: Any) -> bytes:
    return orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
