"""What the gateway asks of a box, of what forgets for it, and of what is served beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from starlette.routing import Route

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.api.forms import Form
from boxed.api.ranking import Ranking
from boxed.deciding.audit import Figures
from boxed.deciding.posting import Passed
from boxed.gateway.door import Door
from boxed.gateway.handled import Handled

__all__ = ["Beside", "BoxLike", "Fellows", "Forgetting", "Others"]


class Others(Protocol):
    """Answers one request on a route that is no chat's; everything raises UpstreamError."""

    async def embeddings(self, texts: Sequence[str], *, masks: bool) -> Body | None:
        """The product's vectors of `texts`, names covered where it `masks`.

        None where a text cannot be shown to the product as it is, nor masked.
        """
        ...

    async def moderations(self) -> Body:
        """The product's verdicts on what the client sent."""
        ...

    async def pictures(self, path: str, form: Form | None, *, rewrites: bool) -> Passed:
        """The product's pictures, of a prompt without its subject where it `rewrites`."""
        ...

    async def speech(self, *, masks: bool) -> Passed:
        """The product's voice."""
        ...

    async def transcript(self, path: str, form: Form, *, masks: bool) -> Passed:
        """What the product heard in a recording."""
        ...

    async def ranking(self, ranking: Ranking, *, masks: bool) -> Body:
        """The product's ranking of documents."""
        ...


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

    def others(self, request: ChatRequest, *, drawn: bool = False) -> Others:
        """What answers a request that is no chat; `drawn` where a picture is made."""
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


class Fellows(Protocol):
    """The worker processes of one gateway, as one of them knows them."""

    @property
    def total(self) -> int:
        """How many there should be; they are numbered from 1."""
        ...

    def tell(self, state: Body) -> None:
        """Let the others read how this one stands."""
        ...

    def told(self) -> dict[int, Body]:
        """What each that is there said last, by its number."""
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
