"""A scripted OpenAI-compatible product behind real HTTP, and the gateway in a thread."""

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from aiohttp import web
from starlette.types import ASGIApp


@dataclass
class Said:
    """One scripted answer; `pieces` are written one by one, `abort` cuts the connection then."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    pieces: Sequence[bytes] | None = None
    pause: float = 0.0
    delay: float = 0.0
    abort: bool = False


@dataclass(frozen=True)
class Heard:
    path: str
    raw: bytes
    headers: Mapping[str, str]


class MockUpstream:
    """Answers with `script`, in order; the last answer repeats."""

    def __init__(self) -> None:
        self.script: list[Said] = [Said(completion("Hello."))]
        self.heard: list[Heard] = []
        self.given_up = threading.Event()
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{tail:.*}", self._answer)
        runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=2048)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        self.heard.append(Heard(request.path, raw, dict(request.headers)))
        said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        try:
            await asyncio.sleep(said.delay)
            if said.pieces is None:
                return web.Response(body=said.body, status=said.status, headers=said.headers)
            return await self._stream(request, said, said.pieces)
        except (asyncio.CancelledError, ConnectionResetError):
            self.given_up.set()
            raise

    async def _stream(
        self, request: web.Request, said: Said, pieces: Sequence[bytes]
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
            await asyncio.sleep(said.pause)
        if said.abort and request.transport is not None:
            request.transport.close()
        return response


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """The app under uvicorn in a thread; yields its address."""
    config = uvicorn.Config(
        app, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        threading.Event().wait(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(15)


def completion(content: str | None, **message: Any) -> bytes:
    """A whole chat completion."""
    said = {"role": "assistant", "content": content, **message}
    return whole([{"index": 0, "message": said, "finish_reason": "stop", "logprobs": None}])


def whole(choices: list[dict[str, Any]]) -> bytes:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    body = {"id": "c-1", "object": "chat.completion", "created": 1, "model": "m"}
    return json.dumps({**body, "choices": choices, "usage": usage}).encode()


def chunk(
    delta: Mapping[str, Any], index: int = 0, finish: str | None = None, **more: Any
) -> dict[str, Any]:
    """A chunk object; `more` are further fields of its choice."""
    choice = {"index": index, "delta": dict(delta), "finish_reason": finish, **more}
    head = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return {**head, "choices": [choice]}


def said(*texts: str, index: int = 0, field: str = "content") -> list[dict[str, Any]]:
    """Chunks of one choice: a role, its texts, its end."""
    return [
        chunk({"role": "assistant", "content": ""}, index),
        *(chunk({field: text}, index) for text in texts),
        chunk({}, index, "stop"),
    ]


def events(chunks: Sequence[Mapping[str, Any]], *, done: bool = True) -> list[bytes]:
    """Chunks as server-sent events."""
    lines = [b"data: " + json.dumps(one).encode() + b"\n\n" for one in chunks]
    return [*lines, b"data: [DONE]\n\n"] if done else lines
