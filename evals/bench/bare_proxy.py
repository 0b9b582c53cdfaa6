"""The least that a proxy costs: `python -m evals.bench.bare_proxy UPSTREAM`.

The gateway's own server and client with nothing between them but a parser: every reply and every
chunk is read as JSON, and its bytes are passed on as they came. Prints the port.
"""

from __future__ import annotations

import socket
import sys

import aiohttp
import orjson
import uvicorn
import uvloop
from starlette.types import Receive, Scope, Send

from boxed.gateway.asgi import headers_of, read_body
from boxed.models.sse import EventParser

__all__ = ["main"]

_MOST_BYTES = 16 * 1024 * 1024
_STREAMED = [(b"content-type", b"text/event-stream; charset=utf-8")]
_WHOLE = [(b"content-type", b"application/json")]


class _Proxy:
    def __init__(self, upstream: str) -> None:
        self._url = f"{upstream}/chat/completions"
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=1000)
            self._session = aiohttp.ClientSession(connector=connector)
        raw = await read_body(receive, headers_of(scope), _MOST_BYTES)
        streamed = bool(orjson.loads(raw).get("stream"))
        posted = self._session.post(
            self._url, data=raw, headers={"Content-Type": "application/json"}
        )
        async with posted as response:
            head = _STREAMED if streamed else _WHOLE
            await send({"type": "http.response.start", "status": response.status, "headers": head})
            if streamed:
                await _stream(response, send)
            else:
                body = await response.read()
                orjson.loads(body)
                await send({"type": "http.response.body", "body": body})


async def _stream(response: aiohttp.ClientResponse, send: Send) -> None:
    parser = EventParser()
    while read := await response.content.readany():
        for event in parser.feed(read):
            if event != b"[DONE]":
                orjson.loads(event)
        await send({"type": "http.response.body", "body": read, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def main(upstream: str) -> None:
    """Serve until the process is ended."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        _Proxy(upstream), access_log=False, log_config=None, lifespan="off", server_header=False
    )
    await uvicorn.Server(config).serve(sockets=[listening])


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
