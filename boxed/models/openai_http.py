"""Any OpenAI-compatible endpoint as a chat model, over raw HTTP.

    model = HttpModel("http://127.0.0.1:8000/v1", api_key="sk-...")
    reply = await model.chat(ChatRequest({"model": "m", "messages": [...]}))

An untouched request is posted byte for byte. The openai SDK would cost 20 ms for a stream of 200
chunks; here a network read is split and parsed as a whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, cast

import aiohttp
import orjson

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.api.replies import streamed
from boxed.models.batches import one_by_one
from boxed.models.errors import (
    broken_stream,
    error_event,
    invalid_reply,
    refused,
    retry_seconds,
    timed_out,
    unreachable,
)
from boxed.models.halves import Halves, read_json, without_halves
from boxed.models.protocol import UpstreamError
from boxed.models.retrying import FailedTry, Retrying
from boxed.models.sse import EventParser, EventTooLongError

__all__ = ["HttpModel"]

_RETRIED = frozenset({429, 500, 502, 503, 504})
_DONE = b"[DONE]"
_FORWARDED = ("Authorization", "OpenAI-Organization", "OpenAI-Project")
_ERROR_BYTES = 64 * 1024
_EVENT_BYTES = 16 * 1024 * 1024
# A finished stream gets this long to end, so that its connection can be used again.
_LINGER = 1.0
_BLANK = b"\xef\xbb\xbf \t\r\n"


class HttpModel:
    """A `ChatModel` behind `base_url` (with its version: `https://host/v1`).

    `model` replaces the model that the request names. Times are in seconds: `read_timeout` is the
    longest silence, before the first byte or between two. Redirects are not followed: they would
    carry prompts and keys to an address that nobody configured.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | None = None,
        model: str | None = None,
        *,
        connect_timeout: float = 5.0,
        read_timeout: float = 300.0,
        retries: int = 2,
        retry_wait: float = 0.5,
        longest_wait: float = 20.0,
        connections: int = 1000,
        max_reply_bytes: int = 64 * 1024 * 1024,
    ) -> None:
        """Raises ValueError for a base URL that is not http(s)."""
        if not base_url.startswith(("http://", "https://")):
            raise ValueError(
                f"base_url {base_url!r} is not an address; give one like https://api.openai.com/v1"
            )
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._model = model
        self._timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=connect_timeout, sock_read=read_timeout
        )
        self._retrying = Retrying(retries, retry_wait, longest_wait)
        self._connections = connections
        self._max_reply_bytes = max_reply_bytes
        self._session: aiohttp.ClientSession | None = None

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The whole reply with the product's own bytes; raises UpstreamError."""
        payload = self._payload(request, streamed=False)

        async def once() -> ChatReply:
            raw = await self._whole("POST", request.endpoint, request.headers, payload)
            return ChatReply(*_checked_reply(raw))

        return await self._retrying.run(once)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Body]:
        """The chunks of the reply; raises UpstreamError, also midway. See `batches`."""
        async with aclosing(one_by_one(self.batches(request))) as chunks:
            async for chunk in chunks:
                yield chunk

    async def batches(self, request: ChatRequest) -> AsyncGenerator[list[Body]]:
        """The chunks of the reply by network reads; raises UpstreamError, also midway.

        Tried again only as long as no chunk has been yielded. Closing the iterator closes the
        connection, which tells the product to stop.
        """
        payload = self._payload(request, streamed=True)

        async def once() -> _Stream:
            url = f"{self._base_url}/{request.endpoint}"
            headers = self._headers(request.headers, "text/event-stream")
            response = await self._open("POST", url, headers, payload)
            stream = _Stream(response, self._max_reply_bytes)
            try:
                stream.first = await stream.begin(request)
            except UpstreamError as error:
                stream.close()
                raise FailedTry(error, retryable=stream.broke) from None
            except BaseException:
                stream.close()
                raise
            return stream

        stream = await self._retrying.run(once)
        try:
            chunks = stream.first
            while True:
                if chunks:
                    yield chunks
                if stream.done:
                    return
                chunks = await stream.read()
        finally:
            stream.close()

    async def post(self, path: str, request: ChatRequest) -> Body:
        """The product's JSON object from another of its routes; raises UpstreamError.

        The model is the client's: the one that the settings put in its place answers chats.
        """
        payload = orjson.dumps(request.body)

        async def once() -> Body:
            body, halves = _object(await self._whole("POST", path, request.headers, payload))
            if body.get("error") is not None:
                raise error_event(body["error"])
            return without_halves(body) if halves else body

        return await self._retrying.run(once)

    async def models(self) -> Body:
        """The product's model list; raises UpstreamError."""

        async def once() -> Body:
            listed, halves = _object(await self._whole("GET", "models", {}, None))
            return without_halves(listed) if halves else listed

        return await self._retrying.run(once)

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _payload(self, request: ChatRequest, *, streamed: bool) -> bytes:
        """The bytes to post: the client's own, unless the box or the settings changed something."""
        body = request.body
        override = self._model is not None and body.get("model") != self._model
        if override or bool(body.get("stream")) != streamed:
            body = dict(body)
            if override:
                body["model"] = self._model
            if streamed:
                body["stream"] = True
            else:
                body.pop("stream", None)
                body.pop("stream_options", None)
        elif request.raw is not None:
            return request.raw
        return orjson.dumps(body)

    def _headers(self, given: Mapping[str, str], accept: str) -> dict[str, str]:
        lower = {name.lower(): value for name, value in given.items()}
        headers = {name: lower[name.lower()] for name in _FORWARDED if name.lower() in lower}
        if self._api_key is not None:
            headers["Authorization"] = f"Bearer {self._api_key}"
        # Compressed streams are held back by proxies until a block is full.
        headers |= {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": "boxed"}
        return headers

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def _open(
        self, method: str, url: str, headers: dict[str, str], payload: bytes | None
    ) -> aiohttp.ClientResponse:
        """A response with status 200; raises FailedTry."""
        if payload is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = await self._client().request(
                method, url, data=payload, headers=headers, allow_redirects=False
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _failed(error) from None
        if response.status == 200:
            return response
        try:
            said = await response.content.read(_ERROR_BYTES)
        except (aiohttp.ClientError, TimeoutError, OSError):
            said = b""
        finally:
            response.release()
        if self._api_key is not None and self._api_key.encode() in said:
            said = b""  # some products repeat the key that they refuse, and it is not the client's
        after = response.headers.get("Retry-After")
        raise FailedTry(
            refused(response.status, said, after),
            retryable=response.status in _RETRIED,
            wait=retry_seconds(after),
        )

    async def _whole(
        self, method: str, path: str, given: Mapping[str, str], payload: bytes | None
    ) -> bytes:
        headers = self._headers(given, "application/json")
        response = await self._open(method, f"{self._base_url}/{path}", headers, payload)
        parts: list[bytes] = []
        size = 0
        try:
            async for part in response.content.iter_any():
                parts.append(part)
                size += len(part)
                if size > self._max_reply_bytes:
                    raise invalid_reply()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _failed(error) from None
        finally:
            response.close()
        return parts[0] if len(parts) == 1 else b"".join(parts)


class _Stream:
    """One open stream of chunks; `done` once nothing more will come, `broke` if it ended early."""

    def __init__(self, response: aiohttp.ClientResponse, most_bytes: int) -> None:
        self.first: list[Body] = []
        self.done = False
        self.broke = False
        self._response = response
        self._most_bytes = most_bytes
        self._parser = EventParser(min(most_bytes, _EVENT_BYTES))
        self._unread = b""
        self._halves = Halves()
        self._failure: UpstreamError | None = None
        self._open_choices: set[int] = set()
        self._finished = False

    async def begin(self, request: ChatRequest) -> list[Body]:
        """The first chunks; a product that answers whole after all is read as a stream of it."""
        raw = b""
        while not raw.strip(_BLANK) and len(raw) <= _ERROR_BYTES:
            read = await self._network_read()
            raw += read
            if not read:
                break
        if not raw.strip(_BLANK).startswith(b"{"):
            self._unread = raw
            return await self.read()
        parts, size = [raw], len(raw)
        while read := await self._network_read():
            parts.append(read)
            size += len(read)
            if size > self._most_bytes:
                raise invalid_reply()
        body = _checked_reply(b"".join(parts).strip(_BLANK))[0]
        self.done = True
        usage = bool((request.body.get("stream_options") or {}).get("include_usage"))
        return streamed(body, request.endpoint, usage)

    async def read(self) -> list[Body]:
        """The chunks of the next network reads, at least one unless the stream is done."""
        chunks: list[Body] = []
        while not chunks and not self.done:
            if self._failure is not None:
                raise self._failure
            read, self._unread = self._unread or await self._network_read(), b""
            try:
                chunks = self._chunks(self._parser.feed(read) if read else self._parser.close())
            except EventTooLongError:
                raise invalid_reply() from None
            if not read and not self.done and self._failure is None:
                self._ended()
        return chunks

    async def _network_read(self) -> bytes:
        """What has come; empty at the end."""
        try:
            return await self._response.content.readany()
        except TimeoutError:
            raise timed_out() from None
        except (aiohttp.ClientError, OSError):
            self.broke = True
            raise broken_stream() from None

    def close(self) -> None:
        """Give the connection back if the stream is over, else end it."""
        if not self.done:
            self._response.close()
        elif not self._response.content.at_eof():
            asyncio.get_running_loop().call_later(_LINGER, self._response.close)

    def _chunks(self, events: list[bytes]) -> list[Body]:
        """The events up to the first bad one, which is raised by the next read."""
        chunks: list[Body] = []
        try:
            for event in events:
                if event == _DONE:
                    self.done = True
                    break
                if event:
                    chunks.append(self._chunk(event))
        except UpstreamError as failure:
            self._failure = failure
        return chunks

    def _chunk(self, event: bytes) -> Body:
        chunk, halves = _object(event)
        chunk = self._halves.mended(chunk, halves)
        if chunk.get("error") is not None:
            raise error_event(chunk["error"])
        if chunk.get("choices") is None:
            # A ping, a count of tokens: clients find a list where they look for one.
            chunk = {**chunk, "choices": []}
        for choice in _choices(chunk):
            index = choice.get("index") or 0
            if not isinstance(index, int):
                raise invalid_reply()
            if choice.get("finish_reason") is None:
                self._open_choices.add(index)
            else:
                self._open_choices.discard(index)
                self._finished = True
        return chunk

    def _ended(self) -> None:
        """The connection ended without [DONE]: fine when every choice had said its reason."""
        if self._open_choices or not self._finished:
            self.broke = True
            raise broken_stream()
        self.done = True


def _failed(error: BaseException) -> FailedTry:
    if isinstance(error, TimeoutError):
        connecting = isinstance(error, aiohttp.ConnectionTimeoutError)
        return FailedTry(timed_out(), retryable=connecting)
    return FailedTry(unreachable(), retryable=True)


def _object(raw: bytes) -> tuple[Body, bool]:
    """The object, and whether it holds halves of characters; raises UpstreamError."""
    try:
        value, halves = read_json(raw)
    except ValueError:
        raise invalid_reply() from None
    if not isinstance(value, dict):
        raise invalid_reply()
    return cast("Body", value), halves


def _choices(body: Body) -> list[Body]:
    choices = body.get("choices")
    if not isinstance(choices, list):
        raise invalid_reply()
    for choice in cast("list[Any]", choices):
        if not isinstance(choice, dict):
            raise invalid_reply()
    return cast("list[Body]", choices)


def _checked_reply(raw: bytes) -> tuple[Body, bytes | None]:
    """A whole reply with a list of choices, and its bytes if they can be sent on as they are.

    Raises UpstreamError.
    """
    body, halves = _object(raw)
    if body.get("error") is not None:
        raise error_event(body["error"])
    _choices(body)
    return (without_halves(body), None) if halves else (body, raw)
