"""Each API over real HTTP: whatever the borders of a stream, and whatever is logged, no names."""

import itertools
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from knowing_upstream import NAME, gateway
from mock_upstream import MockUpstream, chunk, running

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.openai_http import HttpModel
from prompts.book import book_of

pytestmark = pytest.mark.slow
TOLD = [
    f"I think of {NAME}, who lives in Bergen.",
    f"First words. Then {NAME}.",
    f"{NAME}",
    "Nobody at all is named here, and that is fine.",
]
ASKED = "Whom should I visit in Paris?"
BODIES = {
    "responses": {"model": "m", "input": ASKED, "stream": True},
    "messages": {"model": "m", "max_tokens": 99, "stream": True,
                 "messages": [{"role": "user", "content": ASKED}]},
    "chat/completions": {"model": "m", "stream": True,
                         "messages": [{"role": "user", "content": ASKED}]},
}  # fmt: skip


class Scripted:
    """A product that streams what it is told; whole, it says that it knows not."""

    def __init__(self) -> None:
        self.chunks: list[Body] = []

    async def chat(self, request: ChatRequest) -> ChatReply:
        message = {"role": "assistant", "content": "I don't know."}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13}
        body = {
            "id": "chatcmpl-x1", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [choice], "usage": usage,
        }  # fmt: skip
        return ChatReply(body, json.dumps(body).encode())

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        for one in self.chunks:
            yield one

    async def models(self) -> Body:
        return {"data": []}

    async def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def scripted() -> Iterator[tuple[Scripted, str]]:
    product = Scripted()
    with gateway(product=product) as (url, _):
        yield product, url


def pieces_of(data: st.DataObject, text: str) -> list[str]:
    cuts = data.draw(st.lists(st.integers(1, max(1, len(text) - 1)), max_size=6))
    borders = [0, *sorted(set(cuts)), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(borders) if b > a]


def deltas(events: list[Any]) -> str:
    """The words of a stream, whichever API it speaks."""
    words = ""
    for event in events:
        delta = event.get("delta")
        if isinstance(delta, str):
            words += delta
        elif isinstance(delta, dict):
            words += delta.get("text", "")
        for choice in event.get("choices") or ():
            words += choice["delta"].get("content") or ""
    return words


@pytest.mark.parametrize("api", sorted(BODIES))
@settings(max_examples=20, deadline=None)
@given(data=st.data(), text=st.sampled_from(TOLD), field=st.sampled_from(["content", "refusal"]))
def test_no_border_lets_a_name_through(
    scripted: Any, api: str, data: st.DataObject, text: str, field: str
) -> None:
    product, url = scripted
    product.chunks = [
        chunk({"role": "assistant", "content": ""}),
        *(chunk({field: piece}) for piece in pieces_of(data, text)),
        chunk({}, 0, "stop"),
    ]
    told = httpx.post(f"{url}/{api}", json=BODIES[api], timeout=60)
    assert told.status_code == 200
    assert "Roemer" not in told.text
    lines = [line.removeprefix("data: ") for line in told.text.splitlines()]
    events = [json.loads(line) for line in lines if line.startswith("{")]
    if NAME not in text and field == "content":
        assert deltas(events) == text
    assert "Roemer" not in deltas(events)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("responses", {"input": f"Who is {NAME}?", "instructions": "Be secretive."}),
        ("responses", {"input": f"Who is {NAME}?", "stream": True}),
        ("responses", {"input": 5, "metadata": {"who": NAME}}),
        ("responses", {"input": "?", "previous_response_id": NAME}),
        ("conversations", {"items": [{"role": "user", "content": NAME}]}),
        ("messages", {"max_tokens": 9, "messages": [{"role": "user", "content": NAME}]}),
        ("messages", {"max_tokens": NAME, "messages": []}),
        ("messages/count_tokens", {"messages": [{"role": "user", "content": NAME}]}),
        ("embeddings", {"input": NAME}),
        ("moderations", {"input": NAME}),
        ("images/generations", {"prompt": f"{NAME}, oil"}),
        ("audio/speech", {"input": NAME, "voice": NAME}),
        ("audio/transcriptions", {"prompt": NAME}),
        ("rerank", {"query": NAME, "documents": [NAME]}),
        (f"{NAME}", {}),
    ],
)
def test_no_log_line_holds_what_was_said(
    caplog: pytest.LogCaptureFixture, path: str, body: Any
) -> None:
    with caplog.at_level(logging.DEBUG), gateway() as (url, _):
        httpx.post(f"{url}/{path}", json={"model": "m", **body}, timeout=60)
        httpx.get(f"{url}/responses/{NAME}", timeout=60)
    ours = [record for record in caplog.records if record.name.startswith("boxed")]
    assert [record for record in ours if "route=/v1/" in record.getMessage()]
    said = "\n".join(record.getMessage() for record in ours)
    assert "Roemer" not in said
    assert "secretive" not in said


def test_a_tenant_is_one_on_every_route(upstream: MockUpstream) -> None:
    from box_books import policy

    book = book_of([policy("roe", NAME, tenants=("acme",))])
    box = Box(Models(HttpModel(upstream.url, retries=0)), book, None, tenants=("other",))
    asked = {
        "responses": {"input": f"Who is {NAME}?"},
        "messages": {"max_tokens": 9, "messages": [{"role": "user", "content": f"Who is {NAME}?"}]},
    }
    with running(create_app(box)) as url:
        for path, body in asked.items():
            for tenant, passes in (("acme", False), ("ACME", False), ("other", True), ("x", False)):
                upstream.heard.clear()
                told = httpx.post(
                    f"{url}/v1/{path}", json={"model": "m", **body},
                    headers={"x-boxed-tenant": tenant},
                )  # fmt: skip
                assert told.status_code == 200
                first = json.loads(upstream.heard[0].raw)["messages"]
                plain = [{"role": "user", "content": f"Who is {NAME}?"}]
                assert (first == plain) == passes, (path, tenant)
