"""Routes of the product that answer no chat: vectors of screened texts, and verdicts on any."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from boxed.api.call import Call
from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.deciding.graph import Context
from boxed.deciding.screened_inputs import screened_inputs
from boxed.deciding.upstream_said import in_its_words
from boxed.models.errors import no_such_route
from boxed.models.protocol import Posting, UpstreamError

__all__ = ["posted", "vectors_of"]


async def vectors_of(
    way: Context, request: ChatRequest, texts: Sequence[str], *, masks: bool
) -> Body | None:
    """The product's vectors; None where a text may not become one. Raises ``UpstreamError``."""
    judge = partial(screened_inputs, texts, way.snapshot, way.live, masks=masks)
    seen = await asyncio.to_thread(judge)
    way.trace.policies.update(map(way.snapshot.opaque, seen.touched))
    if seen.withheld:
        return None
    body = {**request.body, "input": list(seen.texts)}
    return await posted(way, "embeddings", request.with_body(body))


async def posted(way: Context, path: str, request: ChatRequest) -> Body:
    """What the product replies on another of its routes; raises ``UpstreamError``."""
    product = way.snapshot.models.product
    if not isinstance(product, Posting):
        raise no_such_route()
    way.trace.model_calls += 1
    try:
        reply = await product.post(path, request)
    except UpstreamError as error:
        raise await in_its_words(error, way) from None
    way.trace.calls.append(Call(request.body, ChatReply(reply), of_product=True))
    return reply
