import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any
from urllib.request import urlopen

from boxed.api.chat import Body
from boxed.gateway.event_stream import EventStream
from boxed.gateway.fake import FakeBox
from boxed.gateway.serve import server


async def still_there() -> Any:
    await asyncio.Event().wait()


async def test_chunks_that_are_ready_together_leave_together() -> None:
    async def chunks() -> AsyncIterator[Body]:
        yield {"n": 1}
        yield {"n": 2}
        await asyncio.sleep(0.01)
        yield {"n": 3}

    sent: list[bytes] = []

    async def send(message: Any) -> None:
        sent.append(message.get("body"))

    assert await EventStream(chunks()).send(still_there, send)
    assert sent == [
        None,
        b'data: {"n":1}\n\ndata: {"n":2}\n\n',
        b'data: {"n":3}\n\ndata: [DONE]\n\n',
    ]


async def test_a_slow_client_holds_the_product_back() -> None:
    made = 0

    async def chunks() -> AsyncIterator[Body]:
        nonlocal made
        while made < 2000:
            made += 1
            yield {"text": "x" * 1000}

    got = 0

    async def send(message: Any) -> None:
        nonlocal got
        got += message.get("body", b"").count(b"\n\n")
        assert made - got < 300
        await asyncio.sleep(0.001)

    assert await EventStream(chunks()).send(still_there, send)
    assert got == 2001


async def test_a_client_that_is_gone_ends_the_chunks() -> None:
    ended = asyncio.Event()

    async def chunks() -> AsyncIterator[Body]:
        try:
            yield {"n": 1}
            await asyncio.sleep(60)
        finally:
            ended.set()

    gone = asyncio.Event()

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        gone.set()

    assert not await EventStream(chunks()).send(receive, send)
    assert ended.is_set()


def test_the_server_serves() -> None:
    box = FakeBox()
    running = server(box, port=0)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        threading.Event().wait(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
        assert response.read() == b'{"status":"ok"}'
        assert "server" not in {name.lower() for name in response.headers}
    running.should_exit = True
    thread.join(10)
    assert box.closed
