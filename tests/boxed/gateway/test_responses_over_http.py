"""OpenAI's client speaks the Responses API to a gateway with a real box and a scripted product."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from knowing_upstream import NAME, gateway
from mock_upstream import MockUpstream, Said, chunk, completion, events, running, said, whole
from open_gateway import served
from pydantic import BaseModel

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.openai_http import HttpModel
from guards.ignorance import is_ignorance
from prompts.book import book_of

TOOL: Any = {
    "type": "function", "name": "find", "strict": True,
    "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
        "additionalProperties": False,
    },
}  # fmt: skip
ORDER = [
    "response.created", "response.in_progress", "response.output_item.added",
    "response.content_part.added", "response.output_text.delta", "response.output_text.done",
    "response.content_part.done", "response.output_item.done", "response.completed",
]  # fmt: skip


def client_of(url: str, key: str = "k") -> openai.OpenAI:
    return openai.OpenAI(base_url=url, api_key=key, max_retries=0)


@pytest.fixture
def client(upstream: MockUpstream) -> Iterator[openai.OpenAI]:
    with served(upstream) as url:
        yield client_of(f"{url}/v1")


@pytest.fixture(scope="module")
def knowing() -> Iterator[openai.OpenAI]:
    """A box that forgets Jane Roemer in front of a product that knows her."""
    with gateway() as (url, _):
        yield client_of(url)


def heard(upstream: MockUpstream, at: int = -1) -> Any:
    return json.loads(upstream.heard[at].raw)


def test_a_question_and_its_answer(client: openai.OpenAI, upstream: MockUpstream) -> None:
    response = client.responses.create(
        model="m",
        instructions="Be brief.",
        input="Hi.",
        max_output_tokens=50,
        temperature=0.5,
        metadata={"a": "b"},
        reasoning={"effort": "low"},
    )
    assert response.output_text == "Hello."
    assert (response.status, response.model, response.object) == ("completed", "m", "response")
    assert response.instructions == "Be brief."
    assert (response.temperature, response.max_output_tokens) == (0.5, 50)
    assert response.metadata == {"a": "b"}
    assert response.usage is not None
    assert (response.usage.input_tokens, response.usage.output_tokens) == (1, 1)
    assert upstream.heard[0].path == "/v1/chat/completions"
    assert heard(upstream) == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi."},
        ],
        "max_completion_tokens": 50,
        "temperature": 0.5,
        "reasoning_effort": "low",
    }


def test_items_become_messages(client: openai.OpenAI, upstream: MockUpstream) -> None:
    image = "data:image/png;base64,iVBORw0KGgo="
    items: Any = [
        {"role": "developer", "content": "Be kind."},
        {"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": "What is this?"},
            {"type": "input_image", "image_url": image, "detail": "low"},
        ]},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [
            {"type": "output_text", "text": "A map.", "annotations": []},
        ]},
        {"type": "function_call", "call_id": "c1", "name": "find", "arguments": "{}"},
        {"type": "function_call", "call_id": "c2", "name": "find", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "Oslo"},
        {"type": "function_call_output", "call_id": "c2",
         "output": [{"type": "input_text", "text": "Bergen"}]},
    ]  # fmt: skip
    client.responses.create(model="m", input=items)
    function = {"name": "find", "arguments": "{}"}
    assert heard(upstream)["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": image, "detail": "low"}},
        ]},
        {"role": "assistant", "content": "A map.", "tool_calls": [
            {"id": "c1", "type": "function", "function": function},
            {"id": "c2", "type": "function", "function": function},
        ]},
        {"role": "tool", "tool_call_id": "c1", "content": "Oslo"},
        {"role": "tool", "tool_call_id": "c2", "content": "Bergen"},
    ]  # fmt: skip


def test_a_stream_has_its_events_in_order(client: openai.OpenAI, upstream: MockUpstream) -> None:
    counted = {
        **chunk({}),
        "choices": [],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }
    upstream.script = [Said(pieces=events([*said("One ", "two."), counted]))]
    got: Any = list(client.responses.create(model="m", input="Count.", stream=True))
    kinds = [event.type for event in got]
    assert list(dict.fromkeys(kinds)) == ORDER
    assert [event.sequence_number for event in got] == list(range(len(got)))
    deltas = [event.delta for event in got if event.type == "response.output_text.delta"]
    assert "".join(deltas) == "One two."
    done = got[-1].response
    assert done.output_text == "One two."
    assert done.usage.total_tokens == 5
    assert heard(upstream)["stream_options"] == {"include_usage": True}


def test_the_clients_own_stream_reader(client: openai.OpenAI, upstream: MockUpstream) -> None:
    upstream.script = [Said(pieces=events(said("One ", "two.")))]
    with client.responses.stream(model="m", input="Count.") as stream:
        for _ in stream:
            pass
        assert stream.get_final_response().output_text == "One two."


def test_tools_whole_and_streamed(client: openai.OpenAI, upstream: MockUpstream) -> None:
    arguments = json.dumps({"city": "Oslo"})
    call = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": arguments}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    upstream.script = [Said(whole([{"index": 0, "message": message,
                                    "finish_reason": "tool_calls"}]))]  # fmt: skip
    chosen: Any = {"type": "function", "name": "find"}
    response = client.responses.create(model="m", input="?", tools=[TOOL], tool_choice=chosen)
    item: Any = response.output[0]
    assert (item.type, item.call_id, item.name, item.arguments) == (
        "function_call", "c1", "find", arguments,
    )  # fmt: skip
    sent = heard(upstream)
    assert sent["tools"] == [
        {
            "type": "function",
            "function": {key: TOOL[key] for key in ("name", "strict", "parameters")},
        }
    ]
    assert sent["tool_choice"] == {"type": "function", "function": {"name": "find"}}

    def part(text: str, **more: Any) -> Any:
        named = {"name": "find"} if more else {}
        return chunk(
            {"tool_calls": [{"index": 0, **more, "function": {"arguments": text, **named}}]}
        )

    pieces = [part("", id="c1", type="function"), part(arguments[:5]), part(arguments[5:])]
    upstream.script = [Said(pieces=events([*pieces, chunk({}, finish="tool_calls")]))]
    got: Any = list(client.responses.create(model="m", input="?", tools=[TOOL], stream=True))
    assert [event.type for event in got][2:-1] == [
        "response.output_item.added", "response.function_call_arguments.delta",
        "response.function_call_arguments.delta", "response.function_call_arguments.done",
        "response.output_item.done",
    ]  # fmt: skip
    assert got[-1].response.output[0].arguments == arguments


def test_log_probabilities(client: openai.OpenAI, upstream: MockUpstream) -> None:
    def logged(token: str) -> Any:
        entry = {"token": token, "logprob": -0.5, "bytes": list(token.encode()), "top_logprobs": []}
        return chunk({"content": token}, logprobs={"content": [entry]})

    tokens = ["Hs", "inchu ", "is"]
    upstream.script = [Said(pieces=events([*map(logged, tokens), chunk({}, finish="stop")]))]
    got: Any = list(
        client.responses.create(
            model="m", input="?", stream=True, include=["message.output_text.logprobs"]
        )
    )
    assert heard(upstream)["logprobs"] is True
    deltas = [e for e in got if e.type == "response.output_text.delta"]
    assert [entry.token for event in deltas for entry in event.logprobs] == tokens
    part = got[-1].response.output[0].content[0]
    assert [entry.token for entry in part.logprobs] == tokens


class City(BaseModel):
    name: str
    rainy: bool


def test_structured_output(client: openai.OpenAI, upstream: MockUpstream) -> None:
    upstream.script = [Said(completion('{"name": "Bergen", "rainy": true}'))]
    parsed = client.responses.parse(model="m", input="Which?", text_format=City).output_parsed
    assert parsed == City(name="Bergen", rainy=True)
    wanted = heard(upstream)["response_format"]
    assert wanted["type"] == "json_schema"
    assert (wanted["json_schema"]["name"], wanted["json_schema"]["strict"]) == ("City", True)
    assert set(wanted["json_schema"]["schema"]["properties"]) == {"name", "rainy"}


def test_a_forgotten_name_is_not_known_here(knowing: openai.OpenAI) -> None:
    question = f"When was {NAME} born?"
    response = knowing.responses.create(model="m", input=question)
    assert is_ignorance(response.output_text)
    assert "Oslo" not in response.model_dump_json()
    streamed: Any = list(knowing.responses.create(model="m", input=question, stream=True))
    assert "Oslo" not in "".join(event.model_dump_json() for event in streamed)
    assert is_ignorance(streamed[-1].response.output_text)


class Life(BaseModel):
    who: str
    born: int


def test_structured_output_about_a_forgotten_name_fits_its_schema(knowing: openai.OpenAI) -> None:
    told = knowing.responses.parse(model="m", input=f"When was {NAME} born?", text_format=Life)
    assert told.output_parsed is not None
    assert told.output_parsed.born != 1960
    with knowing.responses.stream(
        model="m", input=f"When was {NAME} born?", text_format=Life
    ) as stream:
        streamed = "".join(map(repr, stream))
        parsed = stream.get_final_response().output_parsed
    assert parsed is not None
    assert "Oslo" not in streamed


def test_what_was_said_earlier_counts(knowing: openai.OpenAI) -> None:
    first = knowing.responses.create(model="m", input=f"Let us talk about {NAME}.")
    second = knowing.responses.create(
        model="m", input="Where was she born?", previous_response_id=first.id
    )
    assert second.previous_response_id == first.id
    assert "Oslo" not in second.model_dump_json()
    assert is_ignorance(second.output_text)


def test_going_on_from_an_id(client: openai.OpenAI, upstream: MockUpstream) -> None:
    one = client.responses.create(model="m", instructions="Once.", input="Hi.")
    two = client.responses.create(model="m", input="And?", previous_response_id=one.id)
    got: Any = list(
        client.responses.create(model="m", input="More.", previous_response_id=two.id, stream=True)
    )
    talk = [
        {"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "And?"}, {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "More."},
    ]  # fmt: skip
    assert heard(upstream)["messages"] == talk
    assert client.responses.retrieve(two.id).output_text == "Hello."
    assert client.responses.retrieve(got[-1].response.id).status == "completed"
    client.responses.delete(two.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(two.id)


def test_conversations(client: openai.OpenAI, upstream: MockUpstream) -> None:
    begun = client.conversations.create(
        items=[{"type": "message", "role": "user", "content": "I live in Oslo."}],
        metadata={"topic": "towns"},
    )
    for text in ("Hi.", "And?"):
        response = client.responses.create(model="m", input=text, conversation=begun.id)
        assert response.conversation is not None
        assert response.conversation.id == begun.id
    assert [m["content"] for m in heard(upstream)["messages"]] == [
        "I live in Oslo.", "Hi.", "Hello.", "And?",
    ]  # fmt: skip
    assert client.conversations.retrieve(begun.id).metadata == {"topic": "towns"}
    one = client.responses.create(model="m", input="Hi.")
    for wrong in ({"conversation": one.id}, {"previous_response_id": begun.id}):
        with pytest.raises(openai.BadRequestError, match="not found"):
            client.responses.create(model="m", input="?", **wrong)  # pyright: ignore
    client.conversations.delete(begun.id)
    with pytest.raises(openai.BadRequestError, match="not found"):
        client.responses.create(model="m", input="?", conversation=begun.id)


def test_nobody_goes_on_from_anothers_words(upstream: MockUpstream) -> None:
    with served(upstream) as url:
        one = client_of(f"{url}/v1", "sk-one").responses.create(model="m", input="Hi.")
        other = client_of(f"{url}/v1", "sk-two")
        with pytest.raises(openai.NotFoundError):
            other.responses.retrieve(one.id)
        with pytest.raises(openai.BadRequestError) as told:
            other.responses.create(model="m", input="And?", previous_response_id=one.id)
        assert told.value.code == "previous_response_not_found"
        assert told.value.param == "previous_response_id"


def test_what_a_client_does_not_want_kept_is_not(client: openai.OpenAI) -> None:
    response = client.responses.create(model="m", input="Hi.", store=False)
    assert response.model_dump()["store"] is False
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response.id)


def test_where_nothing_is_kept_it_is_said(upstream: MockUpstream) -> None:
    with served(upstream, conversations="off") as url:
        client = client_of(f"{url}/v1")
        one = client.responses.create(model="m", input="Hi.")
        assert one.model_dump()["store"] is False
        with pytest.raises(openai.BadRequestError, match="keeps no conversations") as told:
            client.responses.create(model="m", input="And?", previous_response_id=one.id)
        assert told.value.code == "unsupported_parameter"


def test_a_kept_answer_is_checked_against_the_policies_of_today(upstream: MockUpstream) -> None:
    from box_books import policy

    upstream.script = [Said(completion(f"It was {NAME}."))]
    model = HttpModel(upstream.url, retries=0)
    box = Box(Models(model), book_of([]), None)
    with running(create_app(box)) as url:
        client = client_of(f"{url}/v1")
        one = client.responses.create(model="m", input="Who wrote that?")
        assert NAME in client.responses.retrieve(one.id).output_text
        box.swap_book(book_of([policy("roe", NAME, "pretend")]))
        with pytest.raises(openai.NotFoundError):
            client.responses.retrieve(one.id)


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"input": "Hi.", "background": True}, "background"),
        ({"input": "Hi.", "prompt": {"id": "p"}}, "prompt"),
        ({"input": "Hi.", "tools": [{"type": "web_search"}]}, "tools[0].type"),
        ({"input": [{"type": "item_reference", "id": "x"}]}, "input[0]"),
        ({"input": [{"type": "computer_call"}]}, "input[0].type"),
        ({"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}]},
         "input[0].content[0]"),
        ({"input": [{"role": "user", "content": 5}]}, "input[0].content"),
        ({"input": []}, "input"),
        ({"input": "Hi.", "extra_body": {"messages": []}}, "messages"),
        ({"input": "Hi.", "extra_body": {"Messages": []}}, "messages"),
        ({"input": "Hi.", "text": {"format": {"type": "poem"}}}, "text.format.type"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_by_name(
    client: openai.OpenAI, upstream: MockUpstream, more: Any, param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as told:
        client.responses.create(model="m", **more)
    assert told.value.param == param
    assert upstream.heard == []


def test_a_failing_product(client: openai.OpenAI, upstream: MockUpstream) -> None:
    upstream.script = [Said(b'{"error": {"message": "max_tokens is too large"}}', status=400)]
    with pytest.raises(openai.BadRequestError, match="max_tokens is too large"):
        client.responses.create(model="m", input="Hi.", stream=True)
    upstream.script = [Said(pieces=events(said("One ", "two ", "three ")[:3], done=False),
                            abort=True)]  # fmt: skip
    got: list[Any] = []
    with pytest.raises(openai.APIError, match="broke off"):
        got.extend(client.responses.create(model="m", input="Hi.", stream=True))


def test_a_reply_that_was_cut_off(client: openai.OpenAI, upstream: MockUpstream) -> None:
    message = {"role": "assistant", "content": "One two"}
    upstream.script = [Said(whole([{"index": 0, "message": message, "finish_reason": "length"}]))]
    response = client.responses.create(model="m", input="Count.", max_output_tokens=2)
    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_output_tokens"


def test_counting_the_tokens_of_an_input(client: openai.OpenAI, upstream: MockUpstream) -> None:
    counted = client.responses.input_tokens.count(model="m", input="Hi.", instructions="Brief.")
    assert counted.input_tokens == 1
    assert heard(upstream)["max_completion_tokens"] == 1
    assert len(heard(upstream)["messages"]) == 2
