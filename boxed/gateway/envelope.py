"""What surrounds every request: its id, its log line, the gateway's key, and the last resort.

    request id=req_3f2a... route=/v1/chat/completions status=200 ms=12.4 in=310 out=1876 views=3
    book=04f23c18d0aa policies=af4e6ba0a400 workers=pretend calls=1 tokens=210+9   (same line)

Log lines hold no content: not the path as typed, no header, no text of an exception.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from boxed.api.chat import Body
from boxed.deciding.audit import Audit, current
from boxed.gateway.asgi import ClientGoneError, one_key, send_json
from boxed.gateway.door import Door
from boxed.gateway.errors import INTERNAL, RequestError, in_shape_of
from boxed.gateway.handled import GONE, Handled, Sink
from boxed.models.protocol import UpstreamError
from guards.reading.tally import scanned

__all__ = ["Envelope", "log_failure"]

_log = logging.getLogger("boxed.gateway")


def log_failure(scope: Scope, error: Exception) -> None:
    """Note that a request met an unexpected exception: its type, for its text may hold content."""
    _log.error("failed id=%s exception=%s", scope["request_id"], type(error).__qualname__)


class Envelope:
    """Wraps the app: whatever happens inside, the client gets a response of the API's shape."""

    def __init__(
        self,
        app: ASGIApp,
        door: Door,
        open_paths: frozenset[str],
        sinks: Sequence[Sink] = (),
        around: Callable[[], AbstractContextManager[object]] = nullcontext,
        open_below: tuple[str, ...] = (),
    ) -> None:
        """`open_paths` need no key; every sink is told of each request once it is handled.

        Nor does what begins with one of ``open_below``. A request is handled inside what
        ``around`` gives.
        """
        self._app = app
        self._door = door
        self._around = around
        self._sinks = (_logged, *sinks)
        self._open_paths = open_paths
        self._open_below = open_below

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send)
        try:
            with self._around():
                await self._handle(exchange, scope)
        finally:
            handled = exchange.handled()
            for sink in self._sinks:
                sink(handled)

    async def _handle(self, exchange: _Exchange, scope: Scope) -> None:
        lease = None
        try:
            one_key(scope)
            path: str = scope["path"]
            if path not in self._open_paths and not path.startswith(self._open_below):
                lease = await self._door.enter(scope)
            await self._app(scope, exchange.receive, exchange.send)
        except RequestError as error:
            await exchange.refuse(error.status, error.body, error.headers)
        except UpstreamError as error:
            body = error.body if "error" in error.body else {"error": error.body}
            wait = {"Retry-After": error.retry_after} if error.retry_after else None
            await exchange.refuse(error.status, body, wait)
        except ClientGoneError:
            exchange.status = GONE
        except Exception as error:  # noqa: BLE001 - the last resort: no traceback leaves
            log_failure(scope, error)
            await exchange.refuse(500, INTERNAL)
        finally:
            if lease is not None:
                self._door.leave(lease, exchange.audit, exchange.given_up)


class _Exchange:
    """One request and its response, counted."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.id = f"req_{uuid.uuid4().hex}"
        self.status = 0
        scope["request_id"] = self.id
        self._scope = scope
        self.audit = Audit()
        current.set(self.audit)
        scanned.set(self.audit.tally)
        self._receive = receive
        self._send = send
        self._began, self._since = time.time_ns(), time.monotonic_ns()
        self._first = 0
        self._in = 0
        self._out = 0

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._in += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), (b"x-request-id", self.id.encode())]
            message = {**message, "headers": headers}
        elif body := message.get("body", b""):
            self._first = self._first or self._now()
            self._out += len(body)
        await self._send(message)

    def _now(self) -> int:
        """Nanoseconds since 1970, as a clock would show that nobody set since the request came."""
        return self._began + time.monotonic_ns() - self._since

    @property
    def given_up(self) -> int:
        """The bytes of a request whose client did not wait for its answer, else 0."""
        return self._in if self.status in (0, GONE) else 0

    async def refuse(
        self, status: int, body: Body, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send an error; if a response has begun it stays unfinished, and the server cuts it."""
        if self.status:
            self.status = status
            return
        told = in_shape_of(self._scope["path"], status, body, self.id)
        await send_json(self.send, status, told, headers)

    def handled(self) -> Handled:
        """The request as it ended now."""
        parent = next((v for k, v in self._scope["headers"] if k == b"traceparent"), b"")
        return Handled(
            self.id,
            self._scope.get("route_name", "-"),
            self.status,
            self._began,
            self._first,
            self._now(),
            self._in,
            self._out,
            self.audit,
            parent.decode("latin-1"),
            self._scope.get("key_id", ""),
        )


def _logged(handled: Handled) -> None:
    if not _log.isEnabledFor(logging.INFO):
        return
    _log.info(
        "request id=%s route=%s status=%d ms=%.1f in=%d out=%d %s%s",
        handled.id,
        handled.route,
        handled.status,
        (handled.ended - handled.began) / 1e6,
        handled.bytes_in,
        handled.bytes_out,
        handled.audit.line(),
        f" key={handled.key_id}" if handled.key_id else "",
    )
