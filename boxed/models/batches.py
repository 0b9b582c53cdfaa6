"""A stream in the reads that it came in: what comes together can be looked at together.

    async for chunks in batches_of(model, request): ...

A model that knows no reads gives each of its chunks by itself.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Protocol, runtime_checkable

from boxed.api.chat import Body, ChatRequest
from boxed.models.closing import closable

__all__ = ["Batching", "batches_of", "one_by_one"]


@runtime_checkable
class Batching(Protocol):
    """Whatever streams knows which of its chunks came together."""

    def batches(self, request: ChatRequest) -> AsyncIterator[Sequence[Body]]:
        """The chunks of the reply, none of the batches empty; raises ``UpstreamError``."""
        ...


class Streaming(Protocol):
    """Whatever streams."""

    def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The chunks of the reply."""
        ...


def batches_of(source: Streaming, request: ChatRequest) -> AsyncGenerator[Sequence[Body]]:
    """The chunks of a reply as they came together; closing this closes their source."""
    if isinstance(source, Batching):
        return closable(source.batches(request))
    return _each_alone(source.stream(request))


async def _each_alone(chunks: AsyncIterator[Body]) -> AsyncGenerator[Sequence[Body]]:
    async with aclosing(closable(chunks)) as source:
        async for chunk in source:
            yield [chunk]


async def one_by_one(batches: AsyncIterator[Sequence[Body]]) -> AsyncGenerator[Body]:
    """The same chunks, each by itself; closing this closes their source."""
    async with aclosing(closable(batches)) as source:
        async for batch in source:
            for chunk in batch:
                yield chunk
