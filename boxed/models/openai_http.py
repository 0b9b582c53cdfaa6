"""Any OpenAI-compatible endpoint as a chat model, over raw HTTP.

    model = HttpModel("http://127.0.0.1:8000/v1", api_key="sk-...")
    reply = await model.chat(ChatRequest({"model": "m", "messages": [...]}))

An untouched request is posted byte for byte. The openai SDK would cost 20 ms for a stream of 200
chunks; here a network read is split and parsed as a whole.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

import aiohttp
import orjson

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.models.batches import one_by_one
from boxed.models.errors import error_event, refused, retry_seconds
from boxed.models.halves import without_halves
from boxed.models.incoming import HttpReply, failed
from boxed.models.openai_stream import ERROR_BYTES, ChunkStream, checked_reply, json_object
from boxed.models.protocol import UpstreamError
from boxed.models.retrying import FailedTry, Retrying

__all__ = ["HttpModel"]

_RETRIED = frozenset({429, 500, 502, 503, 504})
_FORWARDED = ("Authorization", "OpenAI-Organization", "OpenAI-Project")


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
            return ChatReply(*checked_reply(raw))

        return await self._retrying.run(once)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Body]:
        """The chunks of the reply; raises UpstreamError, also midway. See `batches`."""
        async with aclosing(one_by_one(self.batches(request))) as chunks:
            async for chunk in chunks:
                yield chunk

    async def batches(self, request: ChatRequest) -> AsyncGenerator[Sequence[Body]]:
        """The chunks of the reply by network reads; raises UpstreamError, also midway.

        Those of one read that differ in their words alone are a batch of their own, a `Run`.

        Tried again only as long as no chunk has been yielded. Closing the iterator closes the
        connection, which tells the product to stop.
        """
        payload = self._payload(request, streamed=True)

        async def once() -> ChunkStream:
            url = f"{self._base_url}/{request.endpoint}"
            headers = self._headers(request.headers, "text/event-stream")
            response = await self._open("POST", url, headers, payload)
            stream = ChunkStream(response, self._max_reply_bytes)
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
            read = stream.first
            while True:
                for chunks in read:
                    yield chunks
                if stream.done:
                    return
                read = await stream.read()
        finally:
            stream.close()

    async def post(self, path: str, request: ChatRequest) -> Body:
        """The product's JSON object from another of its routes; raises UpstreamError.

        The model is the client's: the one that the settings put in its place answers chats.
        """
        payload = orjson.dumps(request.body)

        async def once() -> Body:
            body, halves = json_object(await self._whole("POST", path, request.headers, payload))
            if body.get("error") is not None:
                raise error_event(body["error"])
            return without_halves(body) if halves else body

        return await self._retrying.run(once)

    async def send(
        self, path: str, headers: Mapping[str, str], payload: bytes, kind: str
    ) -> HttpReply:
        """The product's reply, whatever it is, to `payload` of the content type `kind`.

        Raises UpstreamError. Whoever asks closes it.
        """

        async def once() -> HttpReply:
            told = self._headers(headers, "*/*") | {"Content-Type": kind}
            response = await self._open("POST", f"{self._base_url}/{path}", told, payload)
            return HttpReply(response, self._max_reply_bytes)

        return await self._retrying.run(once)

    async def models(self) -> Body:
        """The product's model list; raises UpstreamError."""

        async def once() -> Body:
            listed, halves = json_object(await self._whole("GET", "models", {}, None))
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
            headers.setdefault("Content-Type", "application/json")
        try:
            response = await self._client().request(
                method, url, data=payload, headers=headers, allow_redirects=False
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise failed(error) from None
        if response.status == 200:
            return response
        try:
            said = await response.content.read(ERROR_BYTES)
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
        return await HttpReply(response, self._max_reply_bytes).whole()
