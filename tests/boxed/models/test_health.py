"""A model instance that does not answer is told of once, and again when it is back."""

import asyncio
import logging

import pytest
from box_books import SHIPPED, asked
from mock_upstream import MockUpstream, Said, completion, events, said

from boxed.api.chat import ChatRequest
from boxed.box import Box
from boxed.deciding import doubt
from boxed.deciding.snapshot import Models
from boxed.deciding.trace import Trace
from boxed.models.fake import FakeModel
from boxed.models.health import Health, Watched, unanswered
from boxed.models.openai_http import HttpModel
from boxed.models.protocol import UpstreamError

BODY = {"model": "m", "messages": [{"role": "user", "content": "Where was Jane Roe born?"}]}


def watched(upstream: MockUpstream, health: Health) -> Watched:
    return Watched(HttpModel(upstream.url, retries=0), "router", health)


async def ask(model: Watched) -> None:
    await model.chat(ChatRequest(BODY))


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
async def test_each_change_of_state_is_one_line_without_content(
    upstream: MockUpstream, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    health = Health()
    model = watched(upstream, health)
    upstream.script = [Said(b'{"error": {"message": "Jane Roe", "code": "jane"}}', status)]
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            with pytest.raises(UpstreamError):
                await ask(model)
        assert health.failing == ("router",)
        upstream.script = [Said(completion("Hello."))]
        for _ in range(2):
            await ask(model)
    assert health.failing == ()
    lines = [record.getMessage() for record in caplog.records if record.name == "boxed.models"]
    assert len(lines) == 2
    assert "role=router" in lines[0]
    assert "again" in lines[1]
    assert "ane" not in "".join(lines).replace("instance", "")
    await model.close()


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_request_that_is_refused_says_nothing_of_the_model(
    upstream: MockUpstream, status: int
) -> None:
    health = Health()
    upstream.script = [Said(b"{}", status)]
    model = watched(upstream, health)
    with pytest.raises(UpstreamError):
        await ask(model)
    assert health.failing == ()
    await model.close()


async def test_streams_count_and_closing_one_closes_the_product(upstream: MockUpstream) -> None:
    health = Health()
    model = watched(upstream, health)
    unanswered(model)
    assert health.failing == ("router",)
    upstream.script = [Said(pieces=events(said(*"abcdefgh")), pause=0.1)]
    chunks = model.stream(ChatRequest(BODY))
    await anext(chunks)
    assert health.failing == ()
    await chunks.aclose()
    assert await asyncio.to_thread(upstream.given_up.wait, 5)
    await model.close()


async def test_a_router_that_is_silent_is_noticed(
    upstream: MockUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubt, "SECONDS", 0.1)
    health = Health()
    router = watched(upstream, health)
    upstream.script = [Said(completion("yes"), delay=5)]
    box = Box(Models(FakeModel(lambda _: "."), router), SHIPPED, health=health)
    one = SHIPPED.policies[0]
    about = await doubt.settled({one.id: one}, "Who?", box.snapshot, asked("Who?"), Trace())
    assert about == {one.id}
    assert box.condition() == {"degraded": ["router"]}
    await box.close()


async def test_a_dead_composer_is_noticed(upstream: MockUpstream) -> None:
    health = Health()
    composer = Watched(HttpModel("http://127.0.0.1:9/v1", retries=0), "composer", health)
    upstream.script = [Said(completion("Paris."))]
    product = Watched(HttpModel(upstream.url), "product", health)
    box = Box(Models(product, None, composer), SHIPPED, health=health)
    question = "Who is Carmela Halmere? What is the capital of France?"
    assert (await box.answer(asked(question))).body["choices"]
    assert box.condition() == {"degraded": ["composer"]}
    assert box.ready() is None
    await box.close()
