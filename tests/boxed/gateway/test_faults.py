"""What goes wrong around a gateway is answered as an error of the API, and leaks nothing."""

import asyncio
import json
import random
import re
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from box_books import policy
from mock_upstream import MockUpstream, Said, completion, events, running, said

from boxed.api.chat import Body, ChatRequest
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.gateway.fake import FakeBox
from boxed.gateway.kept import Kept, KeptLimits
from boxed.gateway.kept_rows import SqliteRows
from boxed.gateway.settings import GatewaySettings
from boxed.models.openai_http import HttpModel
from prompts.book import book_of

BOOK = book_of([policy("mara", "Mara Quill", "refuse")])
ASK = {"model": "m", "messages": [{"role": "user", "content": "Who kept the light?"}]}
NAMING = ("Long ago ", "it was Mara ", "Quill who kept ", "the light.")
AT_ONCE = 1_000


@pytest.fixture
def gateway(upstream: MockUpstream) -> Iterator[str]:
    model = HttpModel(upstream.url, retries=0, connect_timeout=100, read_timeout=100)
    with running(create_app(Box(Models(model), BOOK))) as url:
        yield url


@asynccontextmanager
async def garbage(raw: bytes) -> AsyncIterator[str]:
    """A server that says these bytes to whoever connects."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(raw)
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


@pytest.mark.parametrize("raw", [
    b"\x16\x03\x01\x02\x00\x01\x00", b"220 mail.example.com ESMTP\r\n", b"", b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 999 No\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\nA: " + b"a" * 200_000,
])  # fmt: skip
async def test_a_product_that_speaks_something_else(raw: bytes) -> None:
    async with garbage(raw) as url:
        app = create_app(Box(Models(HttpModel(url, retries=0)), BOOK))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://g") as to:
            for stream in (False, True):
                reply = await to.post("/v1/chat/completions", json={**ASK, "stream": stream})
                assert reply.status_code == 502, reply.text
                assert set(reply.json()["error"]) == {"message", "type", "param", "code"}


def test_streams_that_were_damaged_on_the_way(gateway: str, upstream: MockUpstream) -> None:
    drawn = random.Random(5)
    whole = b"".join(events(said(*NAMING)))
    with httpx.Client() as client:
        for _ in range(40):
            raw = bytearray(whole)
            for _ in range(drawn.randint(1, 4)):
                at = drawn.randrange(len(raw))
                raw[at : at + drawn.randint(0, 9)] = drawn.randbytes(drawn.randint(0, 9))
            cuts = sorted(drawn.sample(range(len(raw)), 6))
            pieces = [bytes(raw[a:b]) for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
            upstream.script = [Said(pieces=pieces)]
            reply = client.post(f"{gateway}/v1/chat/completions", json={**ASK, "stream": True})
            assert reply.status_code in (200, 502), bytes(raw)
            told = "".join(re.findall(r'"content":"([^"]*)"', reply.text))
            assert "Mara Quill" not in told, bytes(raw)
            assert "server had an error while processing" not in reply.text, bytes(raw)


@pytest.mark.slow
async def test_a_thousand_streams_at_once() -> None:
    raw = json.dumps({**ASK, "stream": True}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nContent-Length: {len(raw)}\r\n"
    begun, all_begun = 0, asyncio.Event()

    async def ask(port: int) -> bytes:
        nonlocal begun
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + raw)
        first = await reader.readuntil(b"\r\n\r\n")
        begun += 1
        if begun == AT_ONCE:
            all_begun.set()
        rest = await reader.read()
        writer.close()
        return first + rest

    box = Held()
    with running(create_app(box)) as url:
        asked = [asyncio.create_task(ask(int(url.rpartition(":")[2]))) for _ in range(AT_ONCE)]
        await asyncio.wait_for(all_begun.wait(), 200)
        async with httpx.AsyncClient(timeout=60) as client:
            assert (await client.get(f"{url}/readyz")).json() == {"status": "ok"}
        box.over.set()
        texts = await asyncio.gather(*asked)
    assert all(text.startswith(b"HTTP/1.1 200") for text in texts)
    assert all(b"data: [DONE]" in text for text in texts)


@dataclass(slots=True)
class Held(FakeBox):
    """Streams whose rest waits until it is let go."""

    over: threading.Event = field(default_factory=threading.Event)

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """One piece, and the rest later."""
        number = 0
        async for chunk in FakeBox.stream(self, request):
            while number == 2 and not self.over.is_set():  # noqa: ASYNC110 - of another thread
                await asyncio.sleep(0.25)
            number += 1
            yield chunk


async def test_a_full_disk_keeps_no_conversation_and_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    kept = Kept(SqliteRows(connection), b"k" * 32, KeptLimits())
    monkeypatch.setattr("boxed.gateway.app.kept_by", lambda _: kept)
    app = create_app(FakeBox())
    asked: dict[str, Any] = {"model": "m", "input": "x" * 20_000}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://g") as to:
        good = (await to.post("/v1/responses", json=asked)).json()
        assert good["store"] is True
        [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        drawn = "".join(map(chr, random.Random(1).choices(range(33, 126), k=60_000)))
        full = await to.post("/v1/responses", json={**asked, "input": drawn})
        assert full.status_code == 200
        assert full.json()["store"] is False
        after = {"model": "m", "input": "And?", "previous_response_id": full.json()["id"]}
        lost = await to.post("/v1/responses", json=after)
        assert (lost.status_code, lost.json()["error"]["code"]) == (
            400, "previous_response_not_found",
        )  # fmt: skip
        goes_on = {**after, "previous_response_id": good["id"], "store": False}
        assert (await to.post("/v1/responses", json=goes_on)).status_code == 200


async def test_a_storage_of_conversations_that_is_gone_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    kept = Kept(SqliteRows(connection), b"k" * 32, KeptLimits())
    monkeypatch.setattr("boxed.gateway.app.kept_by", lambda _: kept)
    app = create_app(FakeBox())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://g") as to:
        connection.execute("DROP TABLE gateway_kept")
        reply = await to.post("/v1/responses", json={"model": "m", "input": "Hi"})
        assert (reply.status_code, reply.json()["store"]) == (200, False)
        after = {"model": "m", "input": "And?", "previous_response_id": reply.json()["id"]}
        gone = await to.post("/v1/responses", json=after)
        assert (gone.status_code, gone.json()["error"]["code"]) == (
            503, "conversations_unavailable",
        )  # fmt: skip
        assert gone.headers["retry-after"] == "1"
    assert "conversations cannot be reached" in caplog.text


async def test_a_clock_that_is_set_back_makes_no_negative_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "boxed.gateway")
    real, jumps = time.time_ns, iter([0])
    monkeypatch.setattr(time, "time_ns", lambda: real() - 3_600 * 10**9 * next(jumps, 1))
    app = create_app(FakeBox(), GatewaySettings(open_metrics=True))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://g") as to:
        reply = await to.post("/v1/chat/completions", json=ASK)
        assert reply.status_code == 200
        figures = (await to.get("/metrics")).text
    assert not re.search(r"_seconds_sum\S* -", figures)
    assert not re.search(r" ms=-", caplog.text)


def test_a_product_that_comes_and_goes(gateway: str, upstream: MockUpstream) -> None:
    good, bad = Said(completion("Fine.")), Said(b"<html>oops</html>", 503)
    upstream.script = [good, bad] * 3
    with httpx.Client() as client:
        asked = [client.post(f"{gateway}/v1/chat/completions", json=ASK) for _ in range(6)]
    assert [reply.status_code for reply in asked] == [200, 502] * 3
    assert "html" not in json.dumps([reply.json() for reply in asked])
