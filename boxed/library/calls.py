"""What a client object of OpenAI's or Anthropic's sends for us, whether it waits or is awaited.

The client's own connections, keys, retries and time-outs are used, so that whatever reaches its
product (Azure, Bedrock, a proxy, a test's transport) still does. Its errors become UpstreamError.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from typing import Any, cast

import orjson

from boxed.api.chat import Body
from boxed.models.errors import error_event, invalid_reply, refused, timed_out, unreachable
from boxed.models.halves import Halves, read_json, without_halves

__all__ = ["Calls"]

_END = object()


class Calls:
    """Raw calls through ``client``; ``family`` is the package that it comes from."""

    def __init__(self, client: Any, family: str) -> None:
        self._client = client
        # Whoever holds a client has its package imported; nobody else needs it.
        self._package = importlib.import_module(family)
        self.waits = not inspect.iscoroutinefunction(client.post)

    async def get(self, path: str) -> Body:
        """The JSON object at ``path``; raises UpstreamError."""
        return await self._object(lambda: self._client.get(path, cast_to=object))

    async def post(self, path: str, body: Body) -> Body:
        """What ``path`` replies to ``body``; raises UpstreamError."""
        return await self._object(lambda: self._client.post(path, cast_to=object, body=body))

    async def events(self, path: str, body: Body) -> AsyncGenerator[Body]:
        """The events that ``path`` streams; raises UpstreamError, also midway."""
        package = self._package
        kind = package.Stream[object] if self.waits else package.AsyncStream[object]
        halves = Halves()
        with self._failing():
            stream = await self._done(
                lambda: self._client.post(
                    path, cast_to=object, body=body, stream=True, stream_cls=kind
                )
            )
        try:
            while True:
                with self._failing():
                    event = await self._next(stream)
                if event is _END:
                    return
                if not isinstance(event, dict):
                    raise invalid_reply()
                fields = cast("Body", event)
                yield halves.mended(fields, _broken(fields))
        finally:
            await (asyncio.to_thread(stream.close) if self.waits else stream.close())

    async def _object(self, call: Callable[[], Any]) -> Body:
        with self._failing():
            value = await self._done(call)
            if isinstance(value, str):  # JSON that its server did not call JSON
                value, _ = read_json(value.encode("utf-8", "surrogatepass"))
        if not isinstance(value, dict):
            raise invalid_reply()
        body = cast("Body", value)
        return without_halves(body) if _broken(body) else body

    async def _done(self, call: Callable[[], Any]) -> Any:
        return await asyncio.to_thread(call) if self.waits else await call()

    async def _next(self, stream: Any) -> Any:
        if self.waits:
            return await asyncio.to_thread(next, stream, _END)
        return await anext(stream, _END)

    @contextmanager
    def _failing(self) -> Generator[None]:
        """Turns the errors of the client's package into what the box knows."""
        package = self._package
        try:
            yield
        except package.APIStatusError as error:
            response = error.response
            after = response.headers.get("retry-after")
            if response.status_code == 200:  # an error event in the middle of a stream
                raise error_event(_error_in(error.body)) from None
            raise refused(response.status_code, _said(error), after) from None
        except package.APITimeoutError:
            raise timed_out() from None
        except package.APIConnectionError:
            raise unreachable() from None
        except package.APIError as error:
            raise error_event(error.body) from None
        except ValueError:
            raise invalid_reply() from None


def _said(error: Any) -> bytes:
    try:
        return orjson.dumps({"error": _error_in(error.body)})
    except TypeError:
        return b""


def _error_in(body: Any) -> Any:
    """The error object alone: Anthropic's stands in another."""
    inner = cast("Body", body).get("error") if isinstance(body, dict) else None
    return inner if isinstance(inner, dict) else body


def _broken(value: Body) -> bool:
    """Does it hold halves of characters, which no JSON can be made of?"""
    try:
        orjson.dumps(value)
    except TypeError:
        return True
    return False
