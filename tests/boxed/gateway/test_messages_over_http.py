"""Anthropic's client speaks the Messages API to a gateway: a real box, a scripted product."""

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import pytest
from knowing_upstream import NAME, gateway
from mock_upstream import MockUpstream, Said, chunk, completion, events, said, whole
from open_gateway import served
from pydantic import BaseModel, SecretStr

from guards.ignorance import is_ignorance

HI: Any = [{"role": "user", "content": "Hi."}]
TOOL: Any = {
    "name": "find", "description": "Finds a town.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}  # fmt: skip


def client_of(url: str, key: str = "k") -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=url, api_key=key, max_retries=0)


@pytest.fixture
def client(upstream: MockUpstream) -> Iterator[anthropic.Anthropic]:
    with served(upstream) as url:
        yield client_of(url)


@pytest.fixture(scope="module")
def knowing() -> Iterator[anthropic.Anthropic]:
    """A box that forgets Jane Roemer in front of a product that knows her."""
    with gateway() as (url, _):
        yield client_of(url.removesuffix("/v1"))


def heard(upstream: MockUpstream, at: int = -1) -> Any:
    return json.loads(upstream.heard[at].raw)


def text_of(message: Any) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


def test_a_question_and_its_answer(client: anthropic.Anthropic, upstream: MockUpstream) -> None:
    message = client.messages.create(
        model="m", max_tokens=50, system=[{"type": "text", "text": "Be brief."}], messages=HI,
        stop_sequences=["END"], metadata={"user_id": "u1"},
        extra_body={"temperature": 0.5, "top_k": 3},
    )  # fmt: skip
    assert text_of(message) == "Hello."
    assert (message.role, message.type, message.model) == ("assistant", "message", "m")
    assert (message.stop_reason, message.stop_sequence) == ("end_turn", None)
    assert (message.usage.input_tokens, message.usage.output_tokens) == (1, 1)
    assert heard(upstream) == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi."},
        ],
        "max_completion_tokens": 50,
        "stop": ["END"],
        "temperature": 0.5,
        "top_k": 3,
        "user": "u1",
    }


def test_blocks_become_messages(client: anthropic.Anthropic, upstream: MockUpstream) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
    image = {"type": "image", "source": source}
    pixels = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    talk: Any = [
        {"role": "user", "content": [{"type": "text", "text": "What is this?"}, image]},
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "Hm.", "signature": "s"},
            {"type": "text", "text": "Let me see."},
            {"type": "tool_use", "id": "t1", "name": "find", "input": {"city": "Oslo"}},
        ]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t1", "content": [
                {"type": "text", "text": "A town."}, image]},
            {"type": "text", "text": "And now?"},
        ]},
    ]  # fmt: skip
    client.messages.create(model="m", max_tokens=5, messages=talk)
    function = {"name": "find", "arguments": '{"city":"Oslo"}'}
    assert heard(upstream)["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "What is this?"}, pixels]},
        {"role": "assistant", "content": "Let me see.",
         "tool_calls": [{"id": "t1", "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": "t1", "content": "A town."},
        {"role": "user", "content": [pixels, {"type": "text", "text": "And now?"}]},
    ]  # fmt: skip


def test_a_stream_has_its_events_in_order(
    client: anthropic.Anthropic, upstream: MockUpstream
) -> None:
    counted = {
        **chunk({}),
        "choices": [],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }
    upstream.script = [Said(pieces=events([*said("One ", "two."), counted]))]
    got: Any = list(client.messages.create(model="m", max_tokens=9, messages=HI, stream=True))
    kinds = [event.type for event in got]
    assert list(dict.fromkeys(kinds)) == [
        "message_start", "content_block_start", "content_block_delta", "content_block_stop",
        "message_delta", "message_stop",
    ]  # fmt: skip
    upstream.script = [Said(pieces=events([*said("One ", "two."), counted]))]
    with client.messages.stream(model="m", max_tokens=9, messages=HI) as stream:
        assert "".join(stream.text_stream) == "One two."
        final = stream.get_final_message()
    assert final.stop_reason == "end_turn"
    assert (final.usage.input_tokens, final.usage.output_tokens) == (3, 2)


def test_tools_whole_and_streamed(client: anthropic.Anthropic, upstream: MockUpstream) -> None:
    arguments = json.dumps({"city": "Oslo"})
    call = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": arguments}}
    message = {"role": "assistant", "content": "Let me see.", "tool_calls": [call]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    upstream.script = [Said(whole([choice]))]
    got: Any = client.messages.create(
        model="m", max_tokens=9, messages=HI, tools=[TOOL],
        tool_choice={"type": "any", "disable_parallel_tool_use": True},
    )  # fmt: skip
    assert got.stop_reason == "tool_use"
    assert [block.type for block in got.content] == ["text", "tool_use"]
    assert (got.content[1].id, got.content[1].name, got.content[1].input) == (
        "c1", "find", {"city": "Oslo"},
    )  # fmt: skip
    sent = heard(upstream)
    assert (sent["tool_choice"], sent["parallel_tool_calls"]) == ("required", False)
    assert sent["tools"][0]["function"] == {
        "name": "find", "description": "Finds a town.", "parameters": TOOL["input_schema"],
    }  # fmt: skip

    def part(text: str, **more: Any) -> Any:
        function = {"arguments": text, **({"name": "find"} if more else {})}
        return chunk({"tool_calls": [{"index": 0, **more, "function": function}]})

    pieces = [part("", id="c1", type="function"), part(arguments[:5]), part(arguments[5:])]
    upstream.script = [Said(pieces=events([*pieces, chunk({}, finish="tool_calls")]))]
    with client.messages.stream(model="m", max_tokens=9, messages=HI, tools=[TOOL]) as stream:
        final: Any = stream.get_final_message()
    assert final.stop_reason == "tool_use"
    assert final.content[0].input == {"city": "Oslo"}


class City(BaseModel):
    name: str
    rainy: bool


def test_structured_output(client: anthropic.Anthropic, upstream: MockUpstream) -> None:
    upstream.script = [Said(completion('{"name": "Bergen", "rainy": true}'))]
    got = client.messages.parse(model="m", max_tokens=9, messages=HI, output_format=City)
    assert got.parsed_output == City(name="Bergen", rainy=True)
    wanted = heard(upstream)["response_format"]["json_schema"]["schema"]
    assert set(wanted["properties"]) == {"name", "rainy"}


def test_thoughts_are_told_to_whom_asks_for_them(
    client: anthropic.Anthropic, upstream: MockUpstream
) -> None:
    upstream.script = [Said(completion("Yes.", reasoning_content="Hm."))]
    got: Any = client.messages.create(
        model="m", max_tokens=9, messages=HI, thinking={"type": "enabled", "budget_tokens": 1024}
    )
    assert [block.type for block in got.content] == ["thinking", "text"]
    assert got.content[0].thinking == "Hm."
    assert [
        b.type for b in client.messages.create(model="m", max_tokens=9, messages=HI).content
    ] == ["text"]


def test_a_forgotten_name_is_not_known_here(knowing: anthropic.Anthropic) -> None:
    asked: Any = [{"role": "user", "content": f"When was {NAME} born?"}]
    message = knowing.messages.create(model="m", max_tokens=99, messages=asked)
    assert is_ignorance(text_of(message))
    assert "Oslo" not in message.model_dump_json()
    with knowing.messages.stream(model="m", max_tokens=99, messages=asked) as stream:
        told = [event.model_dump_json() for event in stream]
    assert "Oslo" not in "".join(told)
    assert is_ignorance(text_of(stream.get_final_message()))


def test_the_key_in_anthropics_header(upstream: MockUpstream) -> None:
    body = {"model": "m", "max_tokens": 9, "messages": HI}
    with served(upstream, key=SecretStr("sk-own")) as url:
        post = f"{url}/v1/messages"
        assert httpx.post(post, json=body, headers={"x-api-key": "sk-own"}).status_code == 200
        assert "Authorization" not in upstream.heard[-1].headers
        assert httpx.post(post, json=body, headers={"x-api-key": "sk-other"}).status_code == 401
        with pytest.raises(anthropic.AuthenticationError) as told:
            client_of(url, "sk-other").messages.create(**body)  # pyright: ignore
        shape: Any = told.value.body
        assert (shape["type"], shape["error"]["type"]) == ("error", "authentication_error")
        assert shape["request_id"].startswith("req_")
    with served(upstream) as url:
        httpx.post(f"{url}/v1/messages", json=body, headers={"x-api-key": "sk-product"})
        assert upstream.heard[-1].headers["Authorization"] == "Bearer sk-product"
        chat = {"model": "m", "messages": HI}
        httpx.post(f"{url}/v1/chat/completions", json=chat, headers={"x-api-key": "sk-proxy"})
        assert "sk-proxy" not in str(upstream.heard[-1].headers.get("Authorization"))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"max_tokens": 0}, "max_tokens"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "narrator", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": [{"type": "search_result"}]}]},
         "messages[0].content[0].type"),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0].type"),
        ({"extra_body": {"mcp_servers": [{}]}}, "mcp_servers"),
        ({"extra_body": {"n": 2}}, "'n'"),
        ({"extra_body": {"Messages": []}}, "messages"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_by_name(
    client: anthropic.Anthropic, upstream: MockUpstream, more: Any, told: str
) -> None:
    with pytest.raises(anthropic.BadRequestError) as refused:
        client.messages.create(**{"model": "m", "max_tokens": 9, "messages": HI, **more})
    body: Any = refused.value.body
    assert body["error"]["type"] == "invalid_request_error"
    assert told in body["error"]["message"]
    assert upstream.heard == []


def test_a_failing_product(client: anthropic.Anthropic, upstream: MockUpstream) -> None:
    upstream.script = [Said(b"{}", status=429, headers={"Retry-After": "7"})]
    with pytest.raises(anthropic.RateLimitError) as told:
        client.messages.create(model="m", max_tokens=9, messages=HI)
    assert told.value.response.headers["retry-after"] == "7"
    pieces = events(said("One ", "two ", "three ")[:3], done=False)
    upstream.script = [Said(pieces=pieces, abort=True)]
    with pytest.raises(anthropic.APIStatusError, match="broke off"):
        list(client.messages.create(model="m", max_tokens=9, messages=HI, stream=True))


def test_counting_tokens(client: anthropic.Anthropic, upstream: MockUpstream) -> None:
    counted = client.messages.count_tokens(model="m", messages=HI, system="Be brief.")
    assert counted.input_tokens == 1
    assert heard(upstream)["max_completion_tokens"] == 1


def test_a_product_that_knows_the_older_name_of_the_limit(upstream: MockUpstream) -> None:
    with served(upstream, limit_field="max_tokens") as url:
        client = client_of(url)
        client.messages.create(model="m", max_tokens=9, messages=HI)
        assert heard(upstream)["max_tokens"] == 9
        client.messages.count_tokens(model="m", messages=HI)
        assert heard(upstream)["max_tokens"] == 1
        body = {"model": "m", "input": "Hi.", "max_output_tokens": 7}
        assert httpx.post(f"{url}/v1/responses", json=body).status_code == 200
        assert heard(upstream)["max_tokens"] == 7
        httpx.post(f"{url}/v1/responses/input_tokens", json=body)
        assert heard(upstream)["max_tokens"] == 1
        assert "max_completion_tokens" not in heard(upstream)
