"""How many tokens a prompt has, as the product counts it: nobody else knows its tokens."""

from __future__ import annotations

from starlette.types import Receive

from boxed.api.chat import ChatRequest
from boxed.api.fields import maybe_object
from boxed.gateway.contract import BoxLike
from boxed.gateway.exchange import answered

__all__ = ["prompt_tokens"]


async def prompt_tokens(box: BoxLike, request: ChatRequest, receive: Receive) -> int:
    """The tokens of the client's prompt; the product is asked for one token to be told.

    Raises ClientGoneError, UpstreamError.
    """
    limits = ("max_tokens", "max_completion_tokens", "stream", "stream_options")
    body = {key: value for key, value in request.body.items() if key not in limits}
    # A field that every product reads; those that think count their thoughts elsewhere.
    one = request.with_body({**body, "max_completion_tokens": 1})
    reply = await answered(box, one, receive)
    counted = maybe_object(reply.body.get("usage")).get("prompt_tokens")
    return counted if isinstance(counted, int) else 0
