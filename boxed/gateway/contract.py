"""What the gateway asks of a box, and of what carries out its forget requests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from boxed.api.chat import Body, ChatReply, ChatRequest

__all__ = ["BoxLike", "Forgetting"]


class BoxLike(Protocol):
    """Answers chat requests; everything that it hands out is guarded.

    `boxed.box.Box` is one; `boxed.gateway.fake.FakeBox` is one for tests.
    """

    async def answer(self, request: ChatRequest) -> ChatReply:
        """The whole reply; raises UpstreamError."""
        ...

    def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The reply in chunks, the first only when it may leave; raises UpstreamError."""
        ...

    async def models(self) -> Body:
        """The model list object; raises UpstreamError."""
        ...

    def in_force(self, tenant: str | None) -> str:
        """Tells apart what policies a client meets now from what it met at another time."""
        ...

    async def may_leave(self, request: ChatRequest, reply: Body, released: str) -> bool:
        """May a reply to `request` leave again, where `released` tells what it met then?"""
        ...

    def ready(self) -> str | None:
        """None, or the reason why requests cannot be answered now."""
        ...

    def condition(self) -> Body:
        """What is amiss though requests are answered: `stale`, `degraded`; empty if nothing.

        Anybody may read it, so it names no policy and no file.
        """
        ...

    async def close(self) -> None:
        """Give back connections or memory."""
        ...


class Forgetting(Protocol):
    """Carries out forget requests; `boxed.forgetting.service.ForgetService` is one."""

    def order(self, body: Mapping[str, Any]) -> Body:
        """The closure, or what came of it. Blocks; raises RequestError."""
        ...
