"""One request put to the box, whole or streamed, and given up when its client leaves.

Every route that answers asks here, so each meets the same box, the same limits and the same faults.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

from starlette.types import Receive, Scope, Send

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.api.fields import FieldError
from boxed.gateway.asgi import ClientGoneError, wait_until_gone
from boxed.gateway.contract import BoxLike
from boxed.gateway.envelope import log_failure
from boxed.gateway.errors import INTERNAL, RequestError, invalid
from boxed.gateway.event_stream import EventStream
from boxed.models.protocol import UpstreamError
from guards.reading.views import TooManyEncodingsError

__all__ = ["answered", "readable", "send_stream", "unless_gone"]

Result = TypeVar("Result")


async def answered(box: BoxLike, request: ChatRequest, receive: Receive) -> ChatReply:
    """The reply; given up, with the product's work, when the client leaves.

    Raises ClientGoneError, UpstreamError.
    """
    return await unless_gone(box.answer(request), receive)


async def unless_gone(asked: Coroutine[Any, Any, Result], receive: Receive) -> Result:
    """What `asked` gives; it is cancelled when the client leaves. Raises ClientGoneError."""
    work = asyncio.ensure_future(asked)
    gone = asyncio.ensure_future(wait_until_gone(receive))
    try:
        await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise ClientGoneError
        return work.result()
    finally:
        gone.cancel()
        if not work.done():
            work.cancel()
            await asyncio.wait((work,))


async def send_stream(
    stream: EventStream,
    scope: Scope,
    receive: Receive,
    send: Send,
    failure: Callable[[Body], bytes] | None = None,
) -> None:
    """Send a stream to its end, or to the error that it met midway, as an event of its API.

    ``failure`` writes that event from an OpenAI error object.
    """
    try:
        if not await stream.send(receive, send):
            raise ClientGoneError
    except UpstreamError as error:
        if not stream.started:
            raise
        await stream.fail(send, error.body, failure)
    except (RequestError, ClientGoneError):
        raise
    except Exception as error:
        if not stream.started:
            raise
        log_failure(scope, error)
        await stream.fail(send, INTERNAL, failure)


@contextmanager
def readable() -> Generator[None]:
    """Turns what cannot be read of a request into a RequestError that says so."""
    try:
        yield
    except TooManyEncodingsError as error:
        raise invalid(
            f"Not answered: {error}, which is more than is read; send less of them.",
            status=413,
            code="too_many_encodings",
        ) from None
    except FieldError as error:
        raise invalid(error.message, error.param, code=error.code) from None
