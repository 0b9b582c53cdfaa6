"""What the gateway asks of a box, of what forgets for it, and of what is served beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from starlette.routing import Route

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.deciding.audit import Figures
from boxed.gateway.door import Door
from boxed.gateway.handled import Handled

__all__ = ["Beside", "BoxLike", "Forgetting"]


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

    async def embeddings(
        self, request: ChatRequest, texts: Sequence[str], *, masks: bool
    ) -> Body | None:
        """The product's vectors of `texts`, names covered where it `masks`; raises UpstreamError.

        None where a text cannot be shown to the product as it is, nor masked.
        """
        ...

    async def moderations(self, request: ChatRequest) -> Body:
        """The product's verdicts on what the client sent; raises UpstreamError."""
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

    def figures(self) -> Figures:
        """The book in force, in numbers."""
        ...

    async def close(self) -> None:
        """Give back connections or memory."""
        ...


class Forgetting(Protocol):
    """Carries out forget requests; `boxed.forgetting.service.ForgetService` is one."""

    def order(self, body: Mapping[str, Any]) -> Body:
        """The closure, or what came of it. Blocks; raises RequestError."""
        ...


class Beside(Protocol):
    """Has routes of its own, at `/` and under `/console/`; `boxed.console` is one.

    They are reached without a client's key, and must ask for one themselves.
    """

    def routes(self, door: Door) -> Sequence[Route]:
        """The routes; `door` knows who is an administrator."""
        ...

    def tell(self, handled: Handled) -> None:
        """Called with every request that the gateway has handled."""
        ...
