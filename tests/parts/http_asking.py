"""A model behind HTTP asked once, whole or streamed, and closed."""

from typing import Any

import pytest
from mock_upstream import MockUpstream

from boxed.api.chat import Body, ChatRequest
from boxed.models.openai_http import HttpModel
from boxed.models.protocol import UpstreamError

BODY: Body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}


def model_at(upstream: MockUpstream, **options: Any) -> HttpModel:
    return HttpModel(upstream.url, retry_wait=0.01, **options)


async def ask(model: HttpModel, request: ChatRequest | None = None) -> Body:
    try:
        return (await model.chat(request or ChatRequest(BODY))).body
    finally:
        await model.close()


async def stream(model: HttpModel, request: ChatRequest | None = None) -> list[Body]:
    try:
        return [chunk async for chunk in model.stream(request or ChatRequest(BODY))]
    finally:
        await model.close()


async def collect(model: HttpModel, into: list[Body]) -> None:
    async for one in model.stream(ChatRequest(BODY)):
        into.append(one)


async def refusal(model: HttpModel, *, streamed: bool = False) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        await (stream(model) if streamed else ask(model))
    assert set(caught.value.body["error"]) == {"message", "type", "param", "code"}
    return caught.value
