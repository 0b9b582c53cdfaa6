"""A product's stream that can be closed before its end, so that the product may stop."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

__all__ = ["closable"]

Piece = TypeVar("Piece")


async def closable(source: AsyncIterator[Piece]) -> AsyncGenerator[Piece]:
    """The same pieces; closing this closes their source, so that the product may stop."""
    try:
        async for chunk in source:
            yield chunk
    finally:
        close = getattr(source, "aclose", None)
        if close is not None:
            await close()
