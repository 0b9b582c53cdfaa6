"""A stream in the reads that it came in: what comes together can be looked at together.

    async for chunks in batches_of(model, request): ...

A model that knows no reads gives each of its chunks by itself.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Protocol, runtime_checkable

from boxed.api.chat import Body, ChatRequest
from boxed.models.closing import closable

__all__ = ["Batching", "batches_of", "one_by_one"]


@runtime_checkable
class Batching(Protocol):
    """Whatever streams knows which of its chunks came together."""

    def batches(self, request: ChatRequest) -> AsyncIterator[list[Body]]:
        """The chunks of the reply, none of the lists empty; raises ``UpstreamError``."""
        ...


class Streaming(Protocol):
    """Whatever streams."""

    def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The chunks of the reply."""
        ...


async def batches_of(source: Streaming, request: ChatRequest) -> AsyncGenerator[list[Body]]:
    """The chunks of a reply as they came together; closing this closes their source."""
    if isinstance(source, Batching):
        async with aclosing(closable(source.batches(request))) as batches:
            async for batch in batches:
                yield batch
    else:
        async with aclosing(closable(source.stream(request))) as chunks:
            async for chunk in chunks:
                yield [chunk]


async def one_by_one(batches: AsyncIterator[list[Body]]) -> AsyncGenerator[Body]:
    """The same chunks, each by itself; closing this closes their source."""
    async with aclosing(closable(batches)) as source:
        async for batch in source:
            for chunk in batch:
                yield chunk
