"""Calls of tools and JSON through a gateway: whole and clean, or not at all."""

import json
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import Any

import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from knowing_upstream import NAME, gateway
from mock_upstream import chunk

from boxed.api.chat import Body, ChatReply, ChatRequest
from guards.ignorance import is_ignorance

pytestmark = pytest.mark.slow
CLEAN = '{"city": "Paris", "days": [1, 2]}'
BAD = json.dumps({"name": NAME, "days": [1]})
HEAD = {"id": "chatcmpl-x1y2z3a4b5c6", "object": "chat.completion", "created": 1, "model": "m-1"}
SCHEMA = {
    "type": "object",
    "properties": {"who": {"type": "string"}, "year": {"type": "integer"},
                   "known": {"type": "boolean"}},
    "required": ["who", "year", "known"], "additionalProperties": False,
}  # fmt: skip
ASKED: list[Any] = [{"role": "user", "content": "Whom should I visit in Paris?"}]
TOOLS: Any = [{"type": "function", "function": {"name": "find", "parameters": {}}}]


class Scripted:
    """A product that streams what it is told; whole, and to a worker, it says that it knows not."""

    def __init__(self) -> None:
        self.chunks: list[Body] = []
        self.whole: Body = {}

    async def chat(self, request: ChatRequest) -> ChatReply:
        message: Body = {"role": "assistant", "content": "I don't know.", **self.whole}
        usage = {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13}
        reason = "tool_calls" if self.whole and request.body.get("tools") else "stop"
        choice = {"index": 0, "message": message, "finish_reason": reason}
        body = {**HEAD, "choices": [choice], "usage": usage}
        return ChatReply(body, json.dumps(body).encode())

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        for one in self.chunks:
            yield one

    async def models(self) -> Body:
        return {"data": []}

    async def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def scripted() -> Iterator[tuple[Scripted, openai.OpenAI]]:
    product = Scripted()
    with gateway(product=product) as (url, _):
        yield product, openai.OpenAI(base_url=url, api_key="k", max_retries=0)


def call(text: str, index: int = 0, **more: Any) -> Body:
    function = {"arguments": text, **({"name": "find"} if more else {})}
    return chunk({"tool_calls": [{"index": index, **more, "function": function}]})


def calls(*arguments: str, width: int = 4) -> list[Body]:
    out = [chunk({"role": "assistant", "content": None})]
    for number, text in enumerate(arguments):
        out.append(call("", number, id=f"c{number}", type="function"))
        out += [call(text[at : at + width], number) for at in range(0, len(text), width)]
    return [*out, chunk({}, finish="tool_calls")]


def read(client: openai.OpenAI, **more: Any) -> tuple[str, dict[int, str], str]:
    """Words, arguments by call, and the finish reason, as a client puts them together."""
    words, found, reason = "", dict[int, str](), ""
    stream: Any = client.chat.completions.create(
        model="m", messages=more.pop("messages", ASKED), stream=True, **more
    )
    for one in stream:
        for choice in one.choices:
            words += choice.delta.content or ""
            reason = choice.finish_reason or reason
            for made in choice.delta.tool_calls or ():
                said = (made.function.arguments or "") if made.function else ""
                found[made.index] = found.get(made.index, "") + said
    return words, found, reason


@pytest.mark.parametrize("width", [1, 4, 1000])
def test_clean_calls_arrive_whole(scripted: Any, width: int) -> None:
    product, client = scripted
    product.chunks = calls(CLEAN, "{}", width=width)
    assert read(client, tools=TOOLS) == ("", {0: CLEAN, 1: "{}"}, "tool_calls")


@pytest.mark.parametrize("width", [1, 4, 1000])
@pytest.mark.parametrize("arguments", [[BAD], [CLEAN, BAD], [BAD, CLEAN]])
def test_a_call_that_leaks_becomes_words(scripted: Any, width: int, arguments: Any) -> None:
    product, client = scripted
    product.chunks = calls(*arguments, width=width)
    words, found, reason = read(client, tools=TOOLS)
    assert is_ignorance(words)
    assert found == {}
    assert reason == "stop"


def test_behind_words_that_have_left_the_choice_goes_on_in_words(scripted: Any) -> None:
    product, client = scripted
    product.chunks = [chunk({"role": "assistant", "content": "Let me look. "}), *calls(BAD)[1:]]
    words, found, reason = read(client, tools=TOOLS)
    assert words.startswith("Let me look. ")
    assert is_ignorance(words.removeprefix("Let me look. "))
    assert "  " not in words
    assert (found, reason) == ({}, "stop")


def test_a_call_that_the_product_breaks_off_stays_here(scripted: Any) -> None:
    product, client = scripted
    product.chunks = [*calls('{"city": "Par')[:-1], chunk({}, finish="length")]
    assert read(client, tools=TOOLS) == ("", {}, "length")


def test_a_whole_reply_with_a_call_that_leaks_becomes_words(scripted: Any) -> None:
    product, client = scripted
    made = {"id": "c", "type": "function", "function": {"name": "find", "arguments": BAD}}
    product.whole = {"content": None, "tool_calls": [made]}
    answer = client.chat.completions.create(model="m", messages=ASKED, tools=TOOLS)
    product.whole = {}
    choice = answer.choices[0]
    assert choice.message.tool_calls is None
    assert is_ignorance(choice.message.content)
    assert choice.finish_reason == "stop"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([CLEAN, BAD, "{}"]), min_size=1, max_size=3), st.data())
def test_whatever_the_borders_arguments_parse_and_name_nobody(
    scripted: Any, arguments: list[str], data: st.DataObject
) -> None:
    product, client = scripted
    product.chunks = [chunk({"role": "assistant", "content": ""})]
    for number, text in enumerate(arguments):
        edges = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
        product.chunks.append(call("", number, id=f"c{number}"))
        product.chunks += [call(text[a:b], number) for a, b in pairwise([0, *edges, len(text)])]
    product.chunks.append(chunk({}, finish="tool_calls"))
    words, found, reason = read(client, tools=TOOLS)
    if BAD in arguments:
        assert (found, reason) == ({}, "stop")
        assert is_ignorance(words)
    else:
        assert (found, reason) == (dict(enumerate(arguments)), "tool_calls")


FORMATS: Any = [
    {"type": "json_object"},
    {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}},
]


@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize("width", [1, 5, 1000])
@pytest.mark.parametrize(
    "told", ['{"who": "Ann", "year": 1, "known": true}', '{"year": 1, "who": "It is Jane Roemer"}']
)
def test_streamed_json_parses_to_the_end(scripted: Any, wanted: Any, width: int, told: str) -> None:
    product, client = scripted
    pieces = [told[at : at + width] for at in range(0, len(told), width)]
    product.chunks = [chunk({"role": "assistant", "content": ""}),
                      *(chunk({"content": piece}) for piece in pieces),
                      chunk({}, finish="stop")]  # fmt: skip
    words, _, reason = read(client, response_format=wanted)
    value = json.loads(words)
    assert reason == "stop"
    assert NAME not in words
    if NAME not in told:
        assert words == told
    elif wanted["type"] == "json_schema":
        assert {key: type(item) for key, item in value.items()} == {
            "who": str, "year": int, "known": bool,
        }  # fmt: skip


@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize("question", [f"Who is {NAME}?", f"What is 2+2? Who is {NAME}?"])
@pytest.mark.parametrize("streamed", [False, True])
def test_json_about_a_forgotten_person_parses(
    scripted: Any, wanted: Any, question: str, streamed: bool
) -> None:
    product, client = scripted
    product.chunks = [chunk({"content": "x"}), chunk({}, finish="stop")]
    messages: Any = [{"role": "user", "content": question}]
    if streamed:
        words = read(client, messages=messages, response_format=wanted)[0]
    else:
        words = (
            client.chat.completions.create(model="m", messages=messages, response_format=wanted)
            .choices[0]
            .message.content
        )
    assert isinstance(json.loads(words), dict)


def test_one_of_two_json_choices_that_leaks_is_json_as_well(scripted: Any) -> None:
    product, client = scripted
    product.chunks = [chunk({"content": '{"a": 1}'}), chunk({}, 0, "stop"),
                      chunk({"content": '{"a": "Jane '}, 1), chunk({"content": 'Roemer"}'}, 1),
                      chunk({}, 1, "stop")]  # fmt: skip
    stream: Any = client.chat.completions.create(
        model="m", messages=ASKED, n=2, stream=True, response_format={"type": "json_object"}
    )
    said: dict[int, str] = {}
    for one in stream:
        for choice in one.choices:
            said[choice.index] = said.get(choice.index, "") + (choice.delta.content or "")
    assert json.loads(said[0]) == {"a": 1}
    assert is_ignorance(json.loads(said[1])["answer"])
