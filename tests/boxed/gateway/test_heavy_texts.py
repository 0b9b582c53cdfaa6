"""Texts that cost much are refused beyond a limit, and others are answered while one is read."""

import asyncio
import base64
import random
import threading
from typing import Any

import aiohttp
import pytest
from box_books import Telling, box_of
from mock_upstream import running

from boxed.deciding.leak_check import LeakCheck
from boxed.gateway.app import create_app
from boxed.gateway.settings import GatewaySettings
from boxed.release.stream import StreamRelease
from guards.screen import Screen

CHAT = "/v1/chat/completions"
HEAVY = base64.b64encode(random.Random(5).randbytes(18_000)).decode()
HEAVY_TO_SCREEN = HEAVY[:12_000]  # a question is read in more ways than a reply


def body(text: str, **more: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": "user", "content": text}], **more}


async def post(url: str, request: dict[str, Any]) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url + CHAT, json=request) as reply:
        return reply.status, await reply.text()


@pytest.mark.parametrize(
    ("owner", "name", "request_body", "reply"),
    [
        (Screen, "screen", body(HEAVY_TO_SCREEN), "Hello."),
        (LeakCheck, "leak_in_reply", body("Hello?"), HEAVY),
        (StreamRelease, "feed", body("Hello?", stream=True), HEAVY),
    ],
)
async def test_others_are_answered_while_a_heavy_text_is_read(
    monkeypatch: pytest.MonkeyPatch, owner: type, name: str, request_body: Any, reply: str
) -> None:
    begun, done = threading.Event(), threading.Event()
    read = getattr(owner, name)

    def reading(*args: Any, **options: Any) -> Any:
        heavy = owner is not StreamRelease or HEAVY in str(args[1])
        if heavy:
            begun.set()
        found = read(*args, **options)
        if heavy:
            done.set()
        return found

    monkeypatch.setattr(owner, name, reading)
    with running(create_app(box_of(Telling([reply])))) as url:
        asking = asyncio.create_task(post(url, request_body))
        assert await asyncio.to_thread(begun.wait, 30)
        async with aiohttp.ClientSession() as session, session.get(url + "/healthz") as health:
            assert health.status == 200
        assert not done.is_set()
        status, said = await asking
    assert status == 200
    assert reply[-50:] in said


async def test_more_text_than_is_read_is_refused_with_the_remedy() -> None:
    box = box_of(lambda _: "Hello.")
    with running(create_app(box, GatewaySettings(max_text_chars=1_000))) as url:
        status, said = await post(url, body("a" * 1_001))
        assert status == 413
        assert "1,001 characters" in said
        assert "max_text_chars" in said
        assert "text_too_long" in said
        assert (await post(url, body("a" * 1_000)))[0] == 200


async def test_more_encodings_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guards.reading.views.MAX_VIEWS", 50)
    codes = [base64.b64encode(f"word {n} of many".encode()).decode() for n in range(60)]
    with running(create_app(box_of(lambda _: "Hello."))) as url:
        for stream in (False, True):
            status, said = await post(url, body(" ".join(codes), stream=stream))
            assert status == 413
            assert "too_many_encodings" in said
            assert codes[0] not in said
        assert (await post(url, body(" ".join(codes[:20]))))[0] == 200


async def test_a_reply_of_more_encodings_than_are_read_is_answered_as_a_leak(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("guards.reading.views.MAX_VIEWS", 50)
    codes = [base64.b64encode(f"word {n} of many".encode()).decode() for n in range(60)]
    with running(create_app(box_of(lambda _: " ".join(codes)))) as url:
        status, said = await post(url, body("Hello?"))
    assert status == 200
    assert codes[0] not in said
