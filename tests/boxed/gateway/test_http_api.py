import asyncio
import json
import logging
import socket
from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
import openai
import pytest
from mock_upstream import running
from polling import until
from pydantic import SecretStr

from boxed.gateway.app import create_app
from boxed.gateway.fake import FakeBox
from boxed.gateway.settings import GatewaySettings
from boxed.models.errors import error_body
from boxed.models.protocol import UpstreamError

CHAT = "/v1/chat/completions"
MESSAGES: list[Any] = [{"role": "user", "content": "Hi"}]
UPSTREAM = UpstreamError(429, error_body("Wait.", "rate_limit_error", code="slow"), "7")


@pytest.fixture
def box() -> FakeBox:
    return FakeBox()


@pytest.fixture
def address(box: FakeBox) -> Iterator[str]:
    with running(create_app(box, GatewaySettings(max_body_bytes=10_000))) as url:
        yield url


async def post(
    url: str, body: Any, headers: dict[str, str] | None = None
) -> tuple[int, Any, Mapping[str, str]]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=data, headers=headers) as response,
    ):
        raw = await response.read()
        return response.status, raw, response.headers


async def get(url: str, method: str = "GET") -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.request(method, url) as response:
        return response.status, await response.json()


BAD_BODIES: list[tuple[Any, str | None]] = [
    (b"{", None),
    (b"\xff", None),
    (b"[]", None),
    ({}, "messages"),
    ({"messages": []}, "messages"),
    ({"messages": "Hi"}, "messages"),
    ({"messages": ["Hi"]}, "messages[0]"),
    ({"messages": [{"content": "Hi"}]}, "messages[0].role"),
    ({"messages": [{"role": "user", "content": 1}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": ["Hi"]}]}, "messages[0].content[0]"),
    ({"messages": [{"role": "user", "content": [{"text": 1}]}]}, "messages[0].content[0].text"),
    ({"messages": MESSAGES, "stream": "yes"}, "stream"),
    ({"messages": MESSAGES, "Messages": MESSAGES}, "messages"),
    ({"messages": MESSAGES, "me\u017fsages": MESSAGES}, "messages"),
    ({"messages": [{"role": "user", "content": "a", "Content": "b"}]}, "content"),
]


@pytest.mark.parametrize(("body", "param"), BAD_BODIES)
async def test_bad_bodies(address: str, box: FakeBox, body: Any, param: str | None) -> None:
    status, raw, _ = await post(address + CHAT, body)
    error = json.loads(raw)["error"]
    assert (status, error["type"], error["param"]) == (400, "invalid_request_error", param)
    assert error["message"]
    assert not box.asked


@pytest.mark.parametrize("prompt", [None, 3, [], [1, 2], [[1], [2]], ["a", 1]])
async def test_prompts_must_be_text(address: str, prompt: Any) -> None:
    status, raw, _ = await post(address + "/v1/completions", {"prompt": prompt})
    assert (status, json.loads(raw)["error"]["param"]) == (400, "prompt")


@pytest.mark.parametrize("prompt", ["a", ["a", "b"]])
async def test_prompts_of_text_pass(address: str, box: FakeBox, prompt: Any) -> None:
    status, raw, _ = await post(address + "/v1/completions", {"prompt": prompt})
    assert (status, json.loads(raw)["object"]) == (200, "text_completion")
    assert box.asked[0].endpoint == "completions"


async def test_too_large(address: str) -> None:
    status, raw, _ = await post(address + CHAT, b"x" * 10_001)
    assert (status, "10000 bytes" in json.loads(raw)["error"]["message"]) == (413, True)


async def test_too_large_without_saying_so(address: str) -> None:
    async def parts() -> Any:
        for _ in range(20):
            yield b"x" * 1000

    async with (
        aiohttp.ClientSession() as session,
        session.post(address + CHAT, data=parts()) as got,
    ):
        assert got.status == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("GET", "/", 404), ("GET", CHAT, 405), ("POST", "/healthz", 405),
     ("GET", "/v1/models/", 404), ("POST", CHAT + "/", 404), ("GET", "/v1/models/a/b", 404)],
)  # fmt: skip
async def test_routes_that_are_none(address: str, method: str, path: str, status: int) -> None:
    got, body = await get(address + path, method)
    assert got == status
    assert set(body["error"]) == {"message", "type", "param", "code"}


async def test_models(address: str) -> None:
    assert (await get(address + "/v1/models"))[1]["data"][0]["id"] == "fake"
    assert (await get(address + "/v1/models/fake"))[1]["id"] == "fake"


async def test_health_and_readiness(address: str, box: FakeBox) -> None:
    assert await get(address + "/healthz") == (200, {"status": "ok"})
    assert await get(address + "/readyz") == (200, {"status": "ok"})
    box.reason = "loading"
    assert await get(address + "/readyz") == (503, {"status": "not ready", "reason": "loading"})
    assert (await get(address + "/healthz"))[0] == 200


async def test_the_request_reaches_the_box(address: str, box: FakeBox) -> None:
    raw = (
        b'{"messages": [{"role": "user", "content": "H\\u00e9 \\"x\\" \\\\"}], "odd": [1.0, null]}'
    )
    headers = {"Authorization": "Bearer c", "OpenAI-Project": "p", "Cookie": "x",
               "X-Boxed-Tenant": "acme"}  # fmt: skip
    _, _, got = await post(address + CHAT, raw, headers)
    asked = box.asked[0]
    assert asked.raw == raw
    assert asked.body == json.loads(raw)
    assert asked.headers == {"Authorization": "Bearer c", "OpenAI-Project": "p"}
    assert asked.tenant == "acme"
    assert got["x-request-id"].startswith("req_")


async def test_bytes_that_parsers_read_differently_do_not(address: str, box: FakeBox) -> None:
    twice = b'{"messages": [{"role": "user", "content": "evil", "content": "good"}]}'
    await post(address + CHAT, twice)
    assert box.asked[0].raw is None
    assert box.asked[0].body["messages"] == [{"role": "user", "content": "good"}]


async def test_the_gateways_key(box: FakeBox) -> None:
    with running(create_app(box, GatewaySettings(key=SecretStr("sk-g")))) as url:
        for headers in ({}, {"Authorization": "Bearer nope"}, {"Authorization": "sk-g"}):
            status, raw, _ = await post(url + CHAT, {"messages": MESSAGES}, headers)
            assert (status, json.loads(raw)["error"]["code"]) == (401, "invalid_api_key")
        assert not box.asked
        good = {"Authorization": "Bearer sk-g", "OpenAI-Organization": "o"}
        assert (await post(url + CHAT, {"messages": MESSAGES}, good))[0] == 200
        assert box.asked[0].headers == {"OpenAI-Organization": "o"}
        assert (await get(url + "/healthz"))[0] == 200
    assert box.closed


async def test_an_error_of_the_product_keeps_its_status(address: str, box: FakeBox) -> None:
    box.error = UPSTREAM
    for streamed in (False, True):
        status, raw, headers = await post(
            address + CHAT, {"messages": MESSAGES, "stream": streamed}
        )
        assert (status, headers["Retry-After"]) == (429, "7")
        assert json.loads(raw) == UPSTREAM.body


async def test_unexpected_exceptions_say_nothing(
    address: str, box: FakeBox, caplog: pytest.LogCaptureFixture
) -> None:
    box.error = RuntimeError("secret")
    with caplog.at_level(logging.INFO):
        for streamed in (False, True):
            status, raw, headers = await post(
                address + CHAT, {"messages": MESSAGES, "stream": streamed}
            )
            assert (status, json.loads(raw)["error"]["type"]) == (500, "server_error")
            assert headers["x-request-id"] in caplog.text
    assert "exception=RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("error", [UPSTREAM, RuntimeError("secret")])
async def test_an_error_midway_is_an_event(address: str, box: FakeBox, error: Exception) -> None:
    box.error, box.error_after = error, 2
    status, raw, _ = await post(address + CHAT, {"messages": MESSAGES, "stream": True})
    sent = [json.loads(line[6:]) for line in raw.decode().split("\n\n") if line]
    assert status == 200
    assert [one["choices"][0]["delta"].get("content") for one in sent[:-1]] == ["", "Hello"]
    assert "error" in sent[-1]
    assert b"[DONE]" not in raw
    assert b"secret" not in raw


async def test_a_stream(address: str) -> None:
    status, raw, headers = await post(address + CHAT, {"messages": MESSAGES, "stream": True})
    assert status == 200
    assert headers["Content-Type"].startswith("text/event-stream")
    assert raw.endswith(b"data: [DONE]\n\n")
    assert raw.count(b"\n\n") == 6


async def test_log_lines_hold_no_content(
    address: str, box: FakeBox, caplog: pytest.LogCaptureFixture
) -> None:
    def lines() -> list[str]:
        return [r.getMessage() for r in caplog.records if r.name == "boxed.gateway"]

    with caplog.at_level(logging.INFO):
        await post(address + CHAT, {"messages": [{"role": "user", "content": "private"}]})
        until(lambda: len(lines()) == 1)
        await get(address + "/v1/private")
        until(lambda: len(lines()) == 2)
    assert "route=/v1/chat/completions status=200" in lines()[0]
    assert "route=- status=404" in lines()[1]
    assert not any("private" in line for line in lines())


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_client_that_leaves_ends_the_work(
    address: str, box: FakeBox, streamed: bool
) -> None:
    box.delay = 0.2 if streamed else 30
    body = json.dumps({"messages": MESSAGES, "stream": streamed}).encode()
    port = int(address.rsplit(":", 1)[1])

    def leave() -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            head = f"POST {CHAT} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)
            if streamed:
                connection.recv(10)
            else:
                connection.settimeout(0.3)
                with pytest.raises(TimeoutError):
                    connection.recv(1)

    await asyncio.to_thread(leave)
    for _ in range(100):
        if box.cancelled:
            break
        await asyncio.sleep(0.02)
    assert box.cancelled == 1


def test_errors_are_the_clients_own_classes(address: str, box: FakeBox) -> None:
    client = openai.OpenAI(base_url=f"{address}/v1", api_key="k", max_retries=0)
    with pytest.raises(openai.BadRequestError) as bad:
        client.chat.completions.create(model="m", messages=[])
    assert bad.value.param == "messages"
    box.error = UPSTREAM
    with pytest.raises(openai.RateLimitError) as limited:
        client.chat.completions.create(model="m", messages=MESSAGES)
    assert (limited.value.code, limited.value.request_id is not None) == ("slow", True)
    box.error = UpstreamError(502, error_body("Gone.", "upstream_error"))
    with pytest.raises(openai.InternalServerError):
        client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
    box.error_after = 2
    stream = client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
    with pytest.raises(openai.APIError, match=r"Gone\."):
        list(stream)
    box.error = None
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("other")


async def test_what_is_amiss_is_told_beside_readiness(address: str, box: FakeBox) -> None:
    box.amiss = {"degraded": ["router"]}
    assert await get(address + "/readyz") == (200, {"status": "degraded", "degraded": ["router"]})
    box.amiss = {"stale": {"kept": ["1f"]}, **box.amiss}
    assert (await get(address + "/readyz"))[1]["status"] == "stale"
    box.reason = "missing"
    status, body = await get(address + "/readyz")
    assert (status, body["status"], body["stale"]) == (503, "not ready", {"kept": ["1f"]})
