"""A product's stream that can be closed before its end, so that the product may stop."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

__all__ = ["closable"]

Piece = TypeVar("Piece")


def closable(source: AsyncIterator[Piece]) -> AsyncGenerator[Piece]:
    """The same pieces; closing this closes their source, so that the product may stop."""
    return source if isinstance(source, AsyncGenerator) else _closing(source)


async def _closing(source: AsyncIterator[Piece]) -> AsyncGenerator[Piece]:
    try:
        async for piece in source:
            yield piece
    finally:
        close = getattr(source, "aclose", None)
        if close is not None:
            await close()
