"""What is told of a scan: the encodings that were undone, by number and never in words."""

import base64
import logging
import re

import httpx
import pytest
from box_books import policy
from pydantic import SecretStr

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.gateway.fake import FakeBox
from boxed.gateway.settings import GatewaySettings
from boxed.models.fake import FakeModel
from prompts.book import book_of

BOOK = book_of([policy("mara-quill", "Mara Quill", scope=("Who is Mara Quill?",))])
HIDDEN = base64.b64encode(b"The lighthouse keeper of Drantmouth").decode()


def client(box: object, **settings: object) -> httpx.AsyncClient:
    app = create_app(box, GatewaySettings(**settings))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")


async def views(text: str, reply: str, caplog: pytest.LogCaptureFixture, *, stream: bool) -> int:
    caplog.clear()
    caplog.set_level(logging.INFO, "boxed.gateway")
    box = Box(Models(FakeModel(lambda _: reply)), BOOK)
    body = {"model": "m", "messages": [{"role": "user", "content": text}], "stream": stream}
    async with client(box, open_metrics=True) as asking:
        answer = await asking.post("/v1/chat/completions", json=body)
        assert answer.status_code == 200
        figures = (await asking.get("/metrics")).text
    found = re.search(r" views=(\d+) book=[0-9a-f]{12} ", caplog.text)
    assert found is not None, caplog.text
    assert f"boxed_views_total {float(found[1])}" in figures
    assert "Drantmouth" not in caplog.text + figures
    return int(found[1])


@pytest.mark.parametrize("stream", [False, True])
async def test_the_encodings_that_were_undone_are_counted(
    caplog: pytest.LogCaptureFixture, stream: bool
) -> None:
    assert await views("Good morning", "Good morning.", caplog, stream=stream) == 0
    asked = await views(f"What is {HIDDEN}?", "Good morning.", caplog, stream=stream)
    assert asked >= 1
    said = await views(f"What is {HIDDEN}?", f"It says {HIDDEN}", caplog, stream=stream)
    assert said > asked


@pytest.mark.parametrize(
    ("path", "method"),
    [("/metrics", "POST"), ("/metrics", "DELETE"), ("/admin/forget", "GET"),
     ("/admin/forget", "PUT")],
)  # fmt: skip
async def test_what_is_for_operators_is_not_there_by_another_method(path: str, method: str) -> None:
    async with client(FakeBox(), admin_key=SecretStr("sk-admin")) as asking:
        reply = await asking.request(method, path, headers={"Authorization": "Bearer sk-admin"})
        assert reply.status_code == 404
        assert reply.json()["error"]["code"] == "unknown_url"
