"""The official client through the gateway, a guarded box and a product, all over real HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from guarded_box import IGNORANCE, GuardedBox
from mock_upstream import MockUpstream, Said, chunk, completion, events, running, said, whole
from release_guards import NAME

from boxed.gateway.app import create_app
from boxed.models.openai_http import HttpModel

MESSAGES: list[Any] = [{"role": "user", "content": "Who?"}]


@pytest.fixture
def address(upstream: MockUpstream) -> Iterator[str]:
    model = HttpModel(upstream.url, read_timeout=0.5, retry_wait=0.01, retries=1)
    with running(create_app(GuardedBox(model))) as url:
        yield f"{url}/v1"


@pytest.fixture
def client(address: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=address, api_key="sk-client", max_retries=0)


def ask(client: openai.OpenAI, **more: Any) -> Any:
    return client.chat.completions.create(model="m", messages=MESSAGES, **more)


def read(client: openai.OpenAI, **more: Any) -> str:
    stream = ask(client, stream=True, **more)
    return "".join(c.choices[0].delta.content or "" for c in stream if c.choices)


def test_whole(client: openai.OpenAI, upstream: MockUpstream) -> None:
    assert ask(client).choices[0].message.content == "Hello."
    assert upstream.heard[0].headers["Authorization"] == "Bearer sk-client"


def test_streamed(client: openai.OpenAI, upstream: MockUpstream) -> None:
    usage = {
        **chunk({}),
        "choices": [],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    }
    upstream.script = [Said(pieces=events([*said("One ", "two ", "three"), usage]))]
    chunks = list(ask(client, stream=True, stream_options={"include_usage": True}))
    assert "".join(c.choices[0].delta.content or "" for c in chunks[:-1]) == "One two three"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.total_tokens == 3
    assert json.loads(upstream.heard[0].raw)["stream_options"] == {"include_usage": True}


async def test_async_whole_and_streamed(address: str, upstream: MockUpstream) -> None:
    async with openai.AsyncOpenAI(base_url=address, api_key="k", max_retries=0) as client:
        reply = await client.chat.completions.create(model="m", messages=MESSAGES)
        assert reply.choices[0].message.content == "Hello."
        upstream.script = [Said(pieces=events(said("One ", "two")))]
        stream = await client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        assert "".join([c.choices[0].delta.content or "" async for c in stream]) == "One two"


def test_json_mode_and_unknown_fields_reach_the_product(
    client: openai.OpenAI, upstream: MockUpstream
) -> None:
    odd = {"response_format": {"type": "json_object"}, "n": 2, "stop": ["x"], "odd": {"a": 1.0}}
    more = {key: odd[key] for key in ("response_format", "n", "stop")}
    ask(client, **more, extra_body={"odd": odd["odd"]})
    assert json.loads(upstream.heard[0].raw) == {"model": "m", "messages": MESSAGES, **odd}


def test_the_products_bytes_come_back(client: openai.OpenAI, upstream: MockUpstream) -> None:
    raw = b'{ "choices":[], "odd": 1.50,"id":"x" }'
    upstream.script = [Said(raw)]
    assert (
        client.chat.completions.with_raw_response.create(model="m", messages=MESSAGES).content
        == raw
    )


def test_tools_in_a_stream(client: openai.OpenAI, upstream: MockUpstream) -> None:
    def call(index: int, arguments: str, **more: Any) -> dict[str, Any]:
        function = {"arguments": arguments, **({"name": "f"} if more else {})}
        return chunk({"tool_calls": [{"index": index, **more, "function": function}]})

    arguments = [json.dumps({"city": "Hsinchu", "n": n}) for n in range(2)]
    chunks = [chunk({"role": "assistant", "content": None})]
    for index, text in enumerate(arguments):
        chunks.append(call(index, "", id=f"c{index}", type="function"))
        chunks += [call(index, text[at : at + 3]) for at in range(0, len(text), 3)]
    upstream.script = [Said(pieces=events([*chunks, chunk({}, finish="tool_calls")]))]
    done: list[str] = []
    tools: Any = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    with client.chat.completions.stream(model="m", messages=MESSAGES, tools=tools) as stream:
        for event in stream:
            if event.type == "tool_calls.function.arguments.done":
                done.append(event.arguments)
        calls = stream.get_final_completion().choices[0].message.tool_calls
    assert done == arguments
    assert calls is not None
    assert [c.function.arguments for c in calls] == arguments


def test_logprobs(client: openai.OpenAI, upstream: MockUpstream) -> None:
    def logged(token: str) -> dict[str, Any]:
        entry = {"token": token, "logprob": -0.5, "bytes": list(token.encode()), "top_logprobs": []}
        return chunk({"content": token}, logprobs={"content": [entry], "refusal": None})

    tokens = ["Hs", "inchu ", "is Hsi"]
    upstream.script = [Said(pieces=events([*map(logged, tokens), chunk({}, finish="stop")]))]
    chunks = list(ask(client, stream=True, logprobs=True))
    found = [
        e.token for c in chunks if c.choices[0].logprobs for e in c.choices[0].logprobs.content
    ]
    assert found == tokens


def test_models(client: openai.OpenAI, upstream: MockUpstream) -> None:
    model = {"id": "a/b", "object": "model", "created": 1, "owned_by": "x"}
    upstream.script = [Said(json.dumps({"object": "list", "data": [model]}).encode())]
    assert [m.id for m in client.models.list()] == ["a/b"]
    assert client.models.retrieve("a/b").owned_by == "x"


def test_text_completions(client: openai.OpenAI, upstream: MockUpstream) -> None:
    def part(text: str, finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": finish}
        return {
            "id": "t",
            "object": "text_completion",
            "created": 1,
            "model": "m",
            "choices": [choice],
        }

    upstream.script = [
        Said(pieces=events([part("It was Hsi"), part("ao Yun-Hwa."), part("", "stop")]))
    ]
    stream = client.completions.create(model="m", prompt="Who?", stream=True)
    chunks = list(stream)
    assert "".join(c.choices[0].text for c in chunks) == f"It was {IGNORANCE}"
    assert chunks[-1].choices[0].finish_reason == "stop"


def arguments(text: str) -> dict[str, Any]:
    function = {"name": "f", "arguments": text}
    return {"index": 0, "id": "a", "type": "function", "function": function}


ESCAPED = '{"who": "\\u0048siao Yun-\\u0048wa"}'
STREAMS: dict[str, list[dict[str, Any]]] = {
    "content": said("It was Hs", "iao ", "Yun-", "Hwa", ". She"),
    "reasoning": said("Hsiao ", "Yun-Hwa, ", "x", field="reasoning_content"),
    "refusal": said("Hsiao", " Yun-Hwa ", field="refusal"),
    "leetspeak": said("It was Hs1ao Yu", "|\\|-Hw@", " then", " she."),
    "second choice": [*said("fine"), *said("Hsiao Yu", "n-Hwa ", index=1)],
    "arguments": [
        chunk({"tool_calls": [arguments(ESCAPED[a : a + 2])]})
        for a in range(0, len(ESCAPED), 2)
    ] + [chunk({}, finish="tool_calls")],
    "logprobs": [
        chunk({"content": "a "}, logprobs={"content": [{"token": t, "top_logprobs": []}]})
        for t in ("Hsiao ", "Yun-", "Hwa ", ".")
    ] + [chunk({}, finish="stop")],
}  # fmt: skip


@pytest.mark.parametrize("place", STREAMS)
@pytest.mark.parametrize("width", [1, 50, 10_000])
def test_no_name_leaves_a_stream(
    client: openai.OpenAI, upstream: MockUpstream, place: str, width: int
) -> None:
    raw = b"".join(events(STREAMS[place]))
    pieces = [raw[at : at + width] for at in range(0, len(raw), width)]
    upstream.script = [Said(pieces=pieces)]
    got = ask(client, stream=True).response.read().decode()
    left = "".join(got.split()).lower()
    assert "hwa" not in left
    assert "\\u0048wa" not in left
    assert IGNORANCE in got
    assert got.endswith("data: [DONE]\n\n")


@pytest.mark.parametrize(
    "message",
    [{"content": NAME}, {"content": None, "refusal": NAME}, {"content": "", "reasoning": NAME},
     {"content": None, "tool_calls": [arguments(ESCAPED)]}],
)  # fmt: skip
def test_no_name_leaves_a_whole_reply(
    client: openai.OpenAI, upstream: MockUpstream, message: dict[str, Any]
) -> None:
    upstream.script = [Said(completion(**message))]
    assert ask(client).choices[0].message.to_dict() == {"role": "assistant", "content": IGNORANCE}


def test_no_name_leaves_the_second_choice(client: openai.OpenAI, upstream: MockUpstream) -> None:
    choices = [{"index": n, "message": {"content": t}} for n, t in enumerate(["fine", NAME])]
    upstream.script = [Said(whole(choices))]
    assert NAME not in ask(client, n=2).to_json()


QUOTING = b'{"error": {"message": "Hsiao Yun-Hwa"}}'
FAILURES: dict[str, tuple[list[Said], type[openai.APIError]]] = {
    "500": ([Said(b"oops " + NAME.encode(), 500)], openai.InternalServerError),
    "slow": ([Said(completion("late"), delay=3)], openai.InternalServerError),
    "no json": ([Said(b"<html>Hsiao Yun-Hwa")], openai.InternalServerError),
    "401": ([Said(QUOTING, 401)], openai.AuthenticationError),
    "400": ([Said(QUOTING, 400)], openai.BadRequestError),
    "429": ([Said(b"", 429, {"Retry-After": "99"})], openai.RateLimitError),
    "no chunk": ([Said(pieces=[b"data: Hsiao Yun-Hwa\n\n"])], openai.InternalServerError),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAILURES)
def test_failures_of_the_product(client: openai.OpenAI, upstream: MockUpstream, kind: str) -> None:
    script, error = FAILURES[kind]
    for streamed in (False, True):
        upstream.script = list(script)
        with pytest.raises(error) as caught:
            list(ask(client, stream=True)) if streamed else ask(client)
        assert isinstance(caught.value, openai.APIStatusError)
        assert "Hsiao" not in caught.value.response.text


def test_429_then_ok(client: openai.OpenAI, upstream: MockUpstream) -> None:
    upstream.script = [Said(b"", 429, {"Retry-After": "0.05"}), Said(completion("Hello."))]
    assert ask(client).choices[0].message.content == "Hello."


def test_the_product_is_down(client: openai.OpenAI, upstream: MockUpstream) -> None:
    upstream.stop()
    with pytest.raises(openai.InternalServerError) as caught:
        ask(client)
    assert caught.value.status_code in (502, 504)


def test_broken_midway(client: openai.OpenAI, upstream: MockUpstream) -> None:
    upstream.script = [Said(pieces=events(said("One ", "Hsiao")[:3], done=False), abort=True)]
    got: list[str] = []
    stream = ask(client, stream=True)
    with pytest.raises(openai.APIError):
        got.extend(c.choices[0].delta.content or "" for c in stream)
    assert "".join(got) == "One "


def test_leaving_midway_ends_the_products_work(
    client: openai.OpenAI, upstream: MockUpstream
) -> None:
    upstream.script = [Said(pieces=events(said(*["word "] * 99)), pause=0.05)]
    stream = ask(client, stream=True)
    next(iter(stream))
    stream.close()
    assert upstream.given_up.wait(5)
