"""Streams as products really send them reach the official client, guarded all the same."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from box_books import policy
from mock_upstream import MockUpstream, Said, completion, events, running, said, whole

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.openai_http import HttpModel
from prompts.book import book_of

BOOK = book_of([policy("mara", "Mara Quill", "refuse"), policy("gull", "Gull \N{BIRD} One")])
NAMING = "Long ago it was Mara Quill who kept the light."
PING: dict[str, Any] = {"id": "c-1", "object": "ping", "created": 1, "model": "m"}


@pytest.fixture
def client(upstream: MockUpstream) -> Iterator[openai.OpenAI]:
    model = HttpModel(upstream.url, retries=0)
    with running(create_app(Box(Models(model), BOOK))) as url:
        yield openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0)


def read(client: openai.OpenAI, endpoint: str = "chat") -> str:
    if endpoint == "completions":
        prompted = client.completions.create(model="m", prompt="Who?", stream=True)
        return "".join(c.choices[0].text for c in prompted if c.choices)
    asked: Any = [{"role": "user", "content": "Who kept the light?"}]
    stream = client.chat.completions.create(model="m", messages=asked, stream=True)
    return "".join(c.choices[0].delta.content or "" for c in stream if c.choices)


@pytest.mark.parametrize("more", [{}, {"choices": None}, {"choices": []}])
def test_chunks_without_choices(
    client: openai.OpenAI, upstream: MockUpstream, more: dict[str, Any]
) -> None:
    ping = {**PING, **more}
    mixed = [one for chunk in said("One ", "two.") for one in (ping, chunk)]
    upstream.script = [Said(pieces=events([*mixed, ping]))]
    assert read(client) == "One two."


def test_what_stands_beside_no_choices_is_guarded(
    client: openai.OpenAI, upstream: MockUpstream
) -> None:
    upstream.script = [Said(pieces=events([{**PING, "note": NAMING}, *said("Fine.")]))]
    assert "Quill" not in read(client)


def test_an_emoji_in_two_halves(client: openai.OpenAI, upstream: MockUpstream) -> None:
    upstream.script = [Said(pieces=events(said("A bird: \ud83e", "\udda9 and ", "more.")))]
    assert read(client) == "A bird: \N{FLAMINGO} and more."


def test_a_name_with_an_emoji_in_two_halves_does_not_pass(
    client: openai.OpenAI, upstream: MockUpstream
) -> None:
    name = "It was Gull \N{BIRD} One who sang."
    high, low = (chr(unit) for unit in (0xD83D, 0xDC26))
    before, behind = name.split("\N{BIRD}")
    upstream.script = [Said(pieces=events(said(before + high, low + behind)))]
    got = read(client)
    assert "One" not in got
    assert "Gull" not in got


def test_a_whole_answer_to_a_streamed_request(
    client: openai.OpenAI, upstream: MockUpstream
) -> None:
    upstream.script = [Said(completion("One two."), headers={"Content-Type": "application/json"})]
    assert read(client) == "One two."
    text = {"index": 0, "text": "Three four.", "finish_reason": "stop", "logprobs": None}
    upstream.script = [Said(whole([text]))]
    assert read(client, "completions") == "Three four."


@pytest.mark.parametrize("endpoint", ["chat", "completions"])
def test_a_whole_answer_to_a_streamed_request_is_guarded(
    client: openai.OpenAI, upstream: MockUpstream, endpoint: str
) -> None:
    choice = {"index": 0, "text": NAMING, "finish_reason": "stop"}
    body = completion(NAMING) if endpoint == "chat" else whole([choice])
    upstream.script = [Said(body)]
    got = read(client, endpoint)
    assert got
    assert "Quill" not in got
    upstream.script = [Said(completion(None, note=NAMING))]
    assert "Quill" not in read(client)


def test_a_last_event_without_a_blank_line(client: openai.OpenAI, upstream: MockUpstream) -> None:
    upstream.script = [Said(pieces=[b"".join(events(said("Hi there."), done=False))[:-2]])]
    assert read(client) == "Hi there."


def test_characters_split_over_packets(client: openai.OpenAI, upstream: MockUpstream) -> None:
    chunks = said("Größe ", "😀 und ", "雲.")
    raw = b"".join(
        b"data: " + json.dumps(one, ensure_ascii=False).encode() + b"\n\n" for one in chunks
    )
    upstream.script = [Said(pieces=[raw[at : at + 1] for at in range(len(raw))])]
    assert read(client) == "Größe 😀 und 雲."


def test_a_line_of_megabytes_is_answered_or_refused(
    client: openai.OpenAI, upstream: MockUpstream
) -> None:
    upstream.script = [Said(pieces=[b"data: "] + [b"x" * 1_000_000] * 20)]
    with pytest.raises(openai.InternalServerError):
        read(client)
    upstream.script = [Said(pieces=events(said("Hello.")))]
    assert read(client) == "Hello."


def test_a_client_that_leaves_ends_the_products_work(
    client: openai.OpenAI, upstream: MockUpstream
) -> None:
    upstream.script = [Said(pieces=events(said(*["word "] * 999)), pause=0.02)]
    asked: Any = [{"role": "user", "content": "Count."}]
    stream = client.chat.completions.create(model="m", messages=asked, stream=True)
    next(iter(stream))
    stream.close()
    assert upstream.given_up.wait(5)
