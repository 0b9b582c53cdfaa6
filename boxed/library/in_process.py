"""An ASGI app behind a client object's transport: its requests never leave the process.

The app's answers come piece by piece, as over a connection; a response that is closed early tells
the app that its client has gone. For clients that wait, the app runs on a thread of its own.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Coroutine, Iterator, Sequence
from typing import Any, TypeVar

import httpx2
from starlette.types import ASGIApp, Message

__all__ = ["AppThread", "AsyncTransport", "SyncTransport"]

_AHEAD = 64  # pieces that an app may be ahead of its reader
_Done = TypeVar("_Done")
_Header = tuple[bytes, bytes]


class _Exchange:
    """One request to the app, and its response."""

    def __init__(self, app: ASGIApp, request: httpx2.Request, body: bytes) -> None:
        headers = [(name.lower(), value) for name, value in request.headers.raw]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "server": None,
            "method": request.method, "path": request.url.path, "scheme": "http", "client": None,
            "raw_path": request.url.raw_path, "query_string": request.url.query, "headers": headers,
            "root_path": "",
        }  # fmt: skip
        self._body: bytes | None = body
        self._gone = asyncio.Event()
        self._pieces: asyncio.Queue[Message | None] = asyncio.Queue(_AHEAD)
        self._task = asyncio.create_task(self._run(app, scope))

    async def begun(self) -> tuple[int, Sequence[_Header]]:
        """Status and headers; raises what the app raised."""
        message = await self._pieces.get()
        if message is None:
            await self._task
            raise httpx2.RemoteProtocolError("the app sent no response")
        return message["status"], message["headers"]

    async def pieces(self) -> AsyncGenerator[bytes]:
        """The body as it comes."""
        more = True
        while more:
            message = await self._pieces.get()
            if message is None:
                await self._task
                return
            more = message.get("more_body", False)
            yield message.get("body", b"")

    async def close(self) -> None:
        """The reader has gone, or has all."""
        self._gone.set()
        while not self._task.done():
            while not self._pieces.empty():
                self._pieces.get_nowait()
            await asyncio.wait((self._task,), timeout=0.05)

    async def _run(self, app: ASGIApp, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._pieces.put)
        finally:
            if not self._gone.is_set():
                await self._pieces.put(None)

    async def _receive(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}


class AsyncTransport(httpx2.AsyncBaseTransport):
    """Runs the app in the loop of whoever awaits."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The app's response, as soon as it begins."""
        exchange = _Exchange(self._app, request, await request.aread())
        status, headers = await exchange.begun()
        return httpx2.Response(status, headers=list(headers), stream=_AsyncBody(exchange))


class _AsyncBody(httpx2.AsyncByteStream):
    def __init__(self, exchange: _Exchange) -> None:
        self._exchange = exchange
        self._pieces = exchange.pieces()

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        async for piece in self._pieces:
            yield piece

    async def aclose(self) -> None:
        await self._exchange.close()


class AppThread:
    """A thread with a loop of its own, on which an app answers those that wait for it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="boxed")
        self._thread.start()

    def wait_for(self, work: Coroutine[Any, Any, _Done]) -> _Done:
        """What ``work`` returns; raises what it raises."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """End the thread; what it was answering is given up."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


class SyncTransport(httpx2.BaseTransport):
    """Runs the app on ``thread``."""

    def __init__(self, app: ASGIApp, thread: AppThread) -> None:
        self._app = app
        self._thread = thread

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The app's response, as soon as it begins."""
        body = request.read()

        async def begin() -> tuple[_Exchange, int, Sequence[_Header]]:
            exchange = _Exchange(self._app, request, body)
            return exchange, *await exchange.begun()

        exchange, status, headers = self._thread.wait_for(begin())
        stream = _SyncBody(exchange, self._thread)
        return httpx2.Response(status, headers=list(headers), stream=stream)


class _SyncBody(httpx2.SyncByteStream):
    def __init__(self, exchange: _Exchange, thread: AppThread) -> None:
        self._exchange = exchange
        self._pieces = exchange.pieces()
        self._thread = thread

    def __iter__(self) -> Iterator[bytes]:
        while (piece := self._thread.wait_for(_next(self._pieces))) is not None:
            yield piece

    def close(self) -> None:
        self._thread.wait_for(self._exchange.close())


async def _next(pieces: AsyncGenerator[bytes]) -> bytes | None:
    following: Awaitable[bytes | None] = anext(pieces, None)
    return await following
