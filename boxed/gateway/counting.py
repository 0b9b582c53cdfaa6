"""Limits and counts of tokens: how the product is told the first, and asked for the second."""

from __future__ import annotations

from starlette.types import Receive

from boxed.api.chat import Body, ChatRequest
from boxed.api.fields import maybe_object
from boxed.gateway.contract import BoxLike
from boxed.gateway.exchange import answered

__all__ = ["limited", "prompt_tokens"]

_LIMIT = "max_completion_tokens"


def limited(chat: Body, field: str) -> Body:
    """The chat with its limit of tokens under the name that the product knows."""
    if field == _LIMIT or _LIMIT not in chat:
        return chat
    return {field if key == _LIMIT else key: value for key, value in chat.items()}


async def prompt_tokens(box: BoxLike, request: ChatRequest, receive: Receive, field: str) -> int:
    """The tokens of the client's prompt; the product is asked for one token to be told.

    Raises ClientGoneError, UpstreamError.
    """
    limits = ("max_tokens", _LIMIT, "stream", "stream_options")
    body = {key: value for key, value in request.body.items() if key not in limits}
    one = request.with_body({**body, field: 1})
    reply = await answered(box, one, receive)
    counted = maybe_object(reply.body.get("usage")).get("prompt_tokens")
    return counted if isinstance(counted, int) else 0
