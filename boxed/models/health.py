"""Which model instances do not answer, so that somebody can be told.

    health = Health()
    model = Watched(HttpModel(...), "router", health)
    health.failing      ("router",) from its first failure to its next answer

A box answers without its router or composer as well, and a dead product shows in every reply's
status only. One line is logged for each change of state, without content.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.models.batches import one_by_one
from boxed.models.openai_http import HttpModel
from boxed.models.protocol import ChatModel, Incoming, UpstreamError
from prompts.salvage import Stale, opaque

__all__ = ["Health", "Watched", "amiss", "unanswered"]

_LOG = logging.getLogger("boxed.models")
# A request may be at fault for these; for every other status it is the instance or its key.
_OF_THE_REQUEST = frozenset({400, 413, 415, 422})


class Health:
    """The roles whose instance failed when it was last asked."""

    def __init__(self) -> None:
        self._failing: dict[str, str] = {}

    @property
    def failing(self) -> tuple[str, ...]:
        """Their names, sorted."""
        return tuple(sorted(self._failing))

    def failed(self, role: str, how: str) -> None:
        """Note that an instance did not answer; ``how`` holds no content."""
        if role not in self._failing:
            _LOG.error("model not answering role=%s how=%s", role, how)
        self._failing[role] = how

    def answered(self, role: str) -> None:
        """Note that an instance answered."""
        if self._failing.pop(role, None) is not None:
            _LOG.warning("model answering again role=%s", role)


def amiss(stale: Stale | None, failing: Sequence[str]) -> Body:
    """Files that are stale, by numbers that the log explains, and instances that fail."""
    found: Body = {}
    if stale is not None:
        found["stale"] = {
            "kept": list(map(opaque, stale.kept)),
            "not_in_force": list(map(opaque, stale.missing)),
            "whole_folder": stale.whole,
        }
    if failing:
        found["degraded"] = list(failing)
    return found


class Watched:
    """A model instance whose answers and failures are noted under the name of its role."""

    def __init__(self, model: HttpModel, role: str, health: Health) -> None:
        self.model = model
        self.role = role
        self._health = health

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The whole reply; raises ``UpstreamError``."""
        try:
            reply = await self.model.chat(request)
        except UpstreamError as error:
            self._note(error)
            raise
        self._health.answered(self.role)
        return reply

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Body]:
        """The reply as chunk objects; raises ``UpstreamError``, also midway."""
        async with aclosing(one_by_one(self.batches(request))) as chunks:
            async for chunk in chunks:
                yield chunk

    async def batches(self, request: ChatRequest) -> AsyncGenerator[Sequence[Body]]:
        """The chunks by network reads; raises ``UpstreamError``, also midway."""
        try:
            async with aclosing(self.model.batches(request)) as batches:
                async for batch in batches:
                    self._health.answered(self.role)
                    yield batch
        except UpstreamError as error:
            self._note(error)
            raise

    async def post(self, path: str, request: ChatRequest) -> Body:
        """What another route replies; says nothing of the instance, for not every server has it."""
        return await self.model.post(path, request)

    async def send(
        self, path: str, headers: Mapping[str, str], payload: bytes, kind: str
    ) -> Incoming:
        """What another route replies to bytes of any type; says nothing of the instance either."""
        return await self.model.send(path, headers, payload, kind)

    async def models(self) -> Body:
        """The model list object; says nothing of the instance, for not every server has one."""
        return await self.model.models()

    async def close(self) -> None:
        """Give back connections."""
        await self.model.close()

    def unanswered(self) -> None:
        """Note that whoever asked gave up waiting."""
        self._health.failed(self.role, "timeout")

    def _note(self, error: UpstreamError) -> None:
        if error.status not in _OF_THE_REQUEST:
            code: Any = error.body.get("error", {}).get("code")
            self._health.failed(self.role, f"{error.status}:{code or 'refused'}")


def unanswered(model: ChatModel) -> None:
    """Note, where anybody watches this model, that it did not answer in time."""
    if isinstance(model, Watched):
        model.unanswered()
