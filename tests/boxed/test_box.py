import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from box_books import NAMES, SHIPPED, Telling, answering, asked, box_of, policy, said, streamed

from boxed.api.chat import Body, ChatRequest, prompts_of
from boxed.api.replies import completion
from boxed.models.fake import FakeModel
from guards.ignorance import is_ignorance
from prompts.book import book_of

LINES = SHIPPED.templates["workers/ignorance"].render().split("\n")
EMPTY = book_of([])


def silent(text: object) -> None:
    for name in NAMES:
        assert name.split()[1] not in str(text)


async def test_a_request_without_evidence_passes_as_the_very_same_object() -> None:
    model = FakeModel(lambda _: "Paris.")
    request = ChatRequest(asked("What is the capital of France?").body, b'{"as": "it came"}')
    decision = await box_of(model).decide(request)
    assert model.requests == [request]
    assert model.requests[0] is request
    assert decision.trace.model_calls == 1
    model.requests.clear()
    text, _ = await streamed(box_of(model), request)
    assert text == "Paris."
    assert model.requests[0] is request


async def test_a_leak_in_an_unasked_draft_is_answered_again() -> None:
    model = FakeModel(lambda b: "It was Carmela Halmere.")
    decision = await box_of(model).decide(asked("Which travel writer do you like?"))
    silent(decision.reply.body)
    assert said(decision.reply) in LINES


async def test_a_leak_before_the_first_byte_is_answered_by_the_graph() -> None:
    model = Telling(["Car", "mela Hal", "mere wrote", " it."])
    text, chunks = await streamed(box_of(model), asked("Which travel writer do you like?"))
    assert text in LINES
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert model.closed


async def test_a_leak_midway_ends_the_stream_with_ignorance() -> None:
    model = Telling(["I would say that it ", "was Carmela", " Hal", "mere, of ", "Quito."])
    text, chunks = await streamed(box_of(model), asked("Which travel writer do you like?"))
    silent(text)
    assert text.startswith("I would say that it was ")
    assert any(text.endswith(line) for line in LINES)
    assert "Quito" not in text
    finishes = [c["finish_reason"] for chunk in chunks for c in chunk["choices"]]
    assert [f for f in finishes if f] == ["stop"]


async def test_the_product_need_not_go_on_after_a_leak() -> None:
    model = Telling(["It was ", "Carmela Halmere. ", *(f"word {n} " for n in range(50))])
    request = asked("Which travel writer do you like?")
    request.body["stream_options"] = {"include_usage": True}
    text, chunks = await streamed(box_of(model), request)
    silent(text)
    assert model.closed
    assert model.at < 10
    assert chunks[-2]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["choices"] == []
    assert set(chunks[-1]["usage"]) == {"prompt_tokens", "completion_tokens", "total_tokens"}


async def test_a_client_that_leaves_stops_the_product() -> None:
    model = Telling([f"word {n} " for n in range(50)])
    stream = box_of(model).stream(asked("Which travel writer do you like?"))
    async for _ in stream:
        break
    await stream.aclose()  # type: ignore[attr-defined]
    assert model.closed
    assert model.at < 10


async def test_a_stream_through_the_graph_has_the_apis_shape() -> None:
    request = asked("Who is Carmela Halmere?")
    request.body.update(stream=True, stream_options={"include_usage": True})
    model = FakeModel(lambda _: "I don't know her.")
    text, chunks = await streamed(box_of(model), request)
    assert text == "I don't know her."
    assert "stream" not in model.requests[0].body
    assert {c["object"] for c in chunks} == {"chat.completion.chunk"}
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["total_tokens"] == 0


async def test_choices_stop_words_and_sampling_reach_the_worker() -> None:
    request = asked("Who is Theodor Ostavar?")
    request.body.update(n=2, stop=["\n"], temperature=0.1, seed=3)
    model = FakeModel(lambda _: "I don't know.")
    reply = await box_of(model).answer(request)
    assert len(reply.body["choices"]) == 2
    sent = model.requests[0].body
    assert (sent["n"], sent["stop"], sent["temperature"], sent["seed"]) == (2, ["\n"], 0.1, 3)


SCHEMA = {
    "type": "object",
    "properties": {
        "born": {"type": "string"},
        "books": {"type": "array", "items": {"$ref": "#/$defs/book"}, "minItems": 1},
        "year": {"type": ["integer", "null"], "minimum": 1900},
        "known": {"type": "boolean"},
    },
    "required": ["born", "books"],
    "$defs": {"book": {"type": "object", "properties": {"title": {"type": "string"}}}},
}


@pytest.mark.parametrize("response", ["pretend", "refuse"])
async def test_json_mode_still_parses_when_the_reply_is_fixed(response: Any) -> None:
    request = asked("Who is Carmela Halmere?")
    request.body["response_format"] = {"type": "json_object"}
    box = box_of(lambda _: '{"born": "Quito"}', answering(response))
    assert isinstance(json.loads(said(await box.answer(request))), dict)
    request.body["response_format"] = {"type": "json_schema", "json_schema": {"schema": SCHEMA}}
    value = json.loads(said(await box.answer(request)))
    assert isinstance(value["born"], str)
    assert value["year"] == 1900
    assert isinstance(value["books"][0]["title"], str)


async def test_a_tool_call_about_a_stand_in_comes_back_about_the_subject() -> None:
    def say(body: Body) -> Body:
        name = str(body["messages"][-1]["content"]).removeprefix("Who is ").removesuffix("?")
        reply = completion("", "m")
        call = {"name": "find", "arguments": json.dumps({"who": name})}
        calls = [{"id": "call_1", "type": "function", "function": call}]
        message = {"role": "assistant", "content": None, "tool_calls": calls}
        reply["choices"][0].update(
            message=message, finish_reason="tool_calls", logprobs={"content": []}
        )
        return reply

    request = asked("Who is Theodor Ostavar?")
    request.body["tools"] = [{"type": "function", "function": {"name": "find"}}]
    model = FakeModel(say)
    choice = (await box_of(model).answer(request)).body["choices"][0]
    silent(model.requests[0].body)
    assert json.loads(choice["message"]["tool_calls"][0]["function"]["arguments"]) == {
        "who": "Theodor Ostavar"
    }
    assert choice["finish_reason"] == "tool_calls"
    assert choice["logprobs"] is None


def prompted(prompt: Any, **more: Any) -> ChatRequest:
    return ChatRequest({"model": "m", "prompt": prompt, **more}, None, {}, None, "completions")


async def test_a_completions_prompt_is_guarded() -> None:
    model = FakeModel(lambda b: "I don't know." if "messages" in b else "Paris")
    box = box_of(model)
    body = (await box.answer(prompted("Who is Carmela Halmere?"))).body
    assert body["object"] == "text_completion"
    assert body["choices"][0]["text"] == "I don't know."
    request = prompted("The capital of France is")
    assert (await box.answer(request)).body["choices"][0]["text"] == "Paris"
    assert model.requests[-1] is request


async def test_of_several_prompts_only_the_one_whose_reply_leaks_is_answered_otherwise() -> None:
    def say(body: Body) -> str | Body:
        if "messages" in body:
            return "I don't know."
        texts = ["By Carmela Halmere." if "writer" in p else f"<{p}>" for p in prompts_of(body)]
        messages = [{"role": "assistant", "content": text} for text in texts]
        choices = [{"index": n, "message": one} for n, one in enumerate(messages)]
        return {**completion("", "m"), "choices": choices}

    box = box_of(FakeModel(say))
    body = (await box.answer(prompted(["one", "My favourite writer is", "three"]))).body
    texts = [choice["text"] for choice in body["choices"]]
    assert texts[::2] == ["<one>", "<three>"]
    assert is_ignorance(texts[1])
    silent(texts)
    assert [choice["index"] for choice in body["choices"]] == [0, 1, 2]


async def test_each_of_several_prompts_is_judged_alone() -> None:
    model = FakeModel(lambda b: "I don't know." if "messages" in b else f"<{b['prompt']}>")
    request = prompted(["The capital of France", "Who is Carmela Halmere?", "And she?"])
    body = (await box_of(model).answer(request)).body
    assert [c["text"] for c in body["choices"]] == [
        "<The capital of France>",
        "I don't know.",
        "<And she?>",
    ]
    assert [c["index"] for c in body["choices"]] == [0, 1, 2]
    assert body["object"] == "text_completion"
    plain = prompted(["a", "b"])
    await box_of(model).answer(plain)
    assert model.requests[-1] is plain


async def test_a_streamed_completion_is_guarded() -> None:
    model = FakeModel(
        lambda b: "It was Carmela Halmere." if "messages" not in b else "I don't know."
    )
    text, chunks = await streamed(box_of(model), prompted("My favourite writer is", stream=True))
    silent(text)
    assert all(c["object"] == "text_completion" for c in chunks)
    text, _ = await streamed(box_of(model), prompted(["x", "Who is Hiro Brannova?"], stream=True))
    silent(text)


async def test_a_new_book_changes_the_next_request_and_not_the_stream_under_way() -> None:
    model = Telling(["Once there was ", "Jane Roemer ", "of Rome."])
    model.gate = asyncio.Event()
    box = box_of(model, EMPTY)
    seen: list[str] = []
    begun = asyncio.Event()

    async def read() -> None:
        async for chunk in box.stream(asked("Tell me a story")):
            for choice in chunk["choices"]:
                seen.append(choice["delta"].get("content") or "")
                begun.set()

    reading = asyncio.create_task(read())
    await asyncio.wait_for(begun.wait(), 5)
    box.swap_book(book_of([policy("roe", "Jane Roemer")]))
    model.gate.set()
    await reading
    assert "".join(seen) == "Once there was Jane Roemer of Rome."
    text, _ = await streamed(box, asked("Tell me a story"))
    assert "Roemer" not in text


async def test_policies_end_and_begin_in_time() -> None:
    now = datetime.now(UTC)
    over = policy("over", "Jane Roemer", expires=now - timedelta(days=1))
    later = policy("later", "John Stiles", effective=now + timedelta(days=1))
    box = box_of(lambda _: "Jane Roemer met John Stiles.", book_of([over, later]))
    reply = await box.answer(asked("Who met Jane Roemer?"))
    assert said(reply) == "Jane Roemer met John Stiles."


async def test_an_empty_book_changes_nothing() -> None:
    reply = await box_of(lambda _: "Carmela Halmere.", EMPTY).answer(asked("Who?"))
    assert said(reply) == "Carmela Halmere."


async def test_models_and_closing() -> None:
    closed: list[str] = []

    class Closing(FakeModel):
        async def close(self) -> None:
            closed.append("x")

    model = Closing(lambda _: "")
    box = box_of(model, EMPTY, router=model, workers={"pretend": Closing(lambda _: "")})
    assert (await box.models())["data"][0]["id"] == "fake"
    assert box.ready() is None
    await box.close()
    assert closed == ["x", "x"]


async def test_a_fault_of_the_product_lets_nothing_out() -> None:
    def say(_: Body) -> Body:
        return {"choices": [{"index": 0, "message": "Carmela Halmere"}], "x": "Hiro Brannova"}

    reply = await box_of(say).answer(asked("Hello there, friend"))
    assert is_ignorance(said(reply))
    assert not any(name in str(reply.body) for name in NAMES)
