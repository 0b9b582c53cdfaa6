r"""A streamed reply as server-sent events.

    data: {"id": "...", "choices": [{"index": 0, "delta": {"content": "Hel"}}]}\n\n
    data: [DONE]\n\n

A task of its own reads the box, so chunks that come out of one network read leave in one send, and
a single one leaves at once. An error before the first chunk is a plain error response; one midway
is an event, and no [DONE] follows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import orjson
from starlette.types import Receive, Send

from boxed.api.chat import Body
from boxed.api.word_run import Run
from boxed.gateway.asgi import wait_until_gone

__all__ = ["EventStream", "named", "plain", "together"]

_DONE = b"data: [DONE]\n\n"
_BORDER = "\n\ndata: "
# A client that reads slowly holds the product back from here on.
_MOST_BYTES = 256 * 1024
_EVENTS = b"text/event-stream; charset=utf-8"
_UNCOLLECTED = (
    (b"cache-control", b"no-cache"),
    # nginx would otherwise collect the events.
    (b"x-accel-buffering", b"no"),
)


def plain(chunk: Body) -> bytes:
    """A chunk of chat completions as an event."""
    return b"data: " + orjson.dumps(chunk) + b"\n\n"


def together(chunks: Sequence[Body]) -> bytes:
    """Chunks of chat completions that may leave at the same moment, an event each."""
    if isinstance(chunks, Run):
        return f"data: {chunks.joined(_BORDER)}\n\n".encode()
    return b"".join(map(plain, chunks))


def named(event: Body) -> bytes:
    """An event of the APIs whose events have names, which their data repeats as the type."""
    return b"event: %b\ndata: %b\n\n" % (event["type"].encode(), orjson.dumps(event))


class EventStream:
    """Sends one stream of chunks; `started` says whether a response has begun."""

    def __init__(
        self,
        chunks: AsyncIterator[Any],
        written: Callable[[Any], bytes] = plain,
        end: bytes = _DONE,
        kind: bytes = _EVENTS,
    ) -> None:
        """`written` makes events of whatever `chunks` are, and `end` follows the last one.

        `kind` is the content type, for what is no stream of events.
        """
        self.started = False
        self._start = {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", kind), *_UNCOLLECTED],
        }
        self._chunks = chunks
        self._written = written
        self._end = end
        self._events: list[bytes] = []
        self._size = 0
        self._failure: Exception | None = None
        self._over = False
        self._gone = False
        self._news = asyncio.Event()
        self._room = asyncio.Event()

    async def send(self, receive: Receive, send: Send) -> bool:
        """Send everything. Returns False when the client left first.

        Raises whatever the chunks raise; `started` then says whether it can still be a response
        of its own.
        """
        reader = asyncio.create_task(self._read())
        watcher = asyncio.create_task(self._watch(receive))
        try:
            while not self._gone:
                await self._news.wait()
                self._news.clear()
                events, self._events, self._size = self._events, [], 0
                self._room.set()
                over = self._over and not self._gone
                if over and self._failure is not None:
                    await self._pass_on(send, events)
                    raise self._failure
                if over:
                    events.append(self._end)
                await self._pass_on(send, events, more=not over)
                if over:
                    return True
            return False
        finally:
            watcher.cancel()
            reader.cancel()
            await asyncio.gather(reader, watcher, return_exceptions=True)

    async def fail(
        self, send: Send, error: Body, failure: Callable[[Body], bytes] | None = None
    ) -> None:
        """End a stream that has begun with an error event, which `failure` writes."""
        event = (failure or plain)(error)
        await send({"type": "http.response.body", "body": event, "more_body": False})

    async def _pass_on(self, send: Send, events: list[bytes], *, more: bool = True) -> None:
        if not events or self._gone:
            return
        if not self.started:
            self.started = True
            await send(self._start)
        body = events[0] if len(events) == 1 else b"".join(events)
        await send({"type": "http.response.body", "body": body, "more_body": more})

    async def _read(self) -> None:
        try:
            async for chunk in self._chunks:
                event = self._written(chunk)
                self._events.append(event)
                self._size += len(event)
                self._news.set()
                while self._size > _MOST_BYTES:
                    self._room.clear()
                    await self._room.wait()
        except Exception as failure:  # noqa: BLE001 - handed to `send`, which raises it
            self._failure = failure
        finally:
            self._over = True
            self._news.set()
            close = getattr(self._chunks, "aclose", None)
            if close is not None:
                await close()

    async def _watch(self, receive: Receive) -> None:
        await wait_until_gone(receive)
        self._gone = True
        self._news.set()
