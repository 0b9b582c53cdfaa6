"""The official client cannot tell an answer in the product's place from the product's own."""

import json
import re
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from box_books import box_of, policy
from knowing_upstream import KNOWN, NAME, gateway

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.models.fake import FakeModel
from boxed.models.protocol import UpstreamError
from evals.bench.knowing_product import KnowingProduct, tokens_of
from guards.ignorance import is_ignorance
from prompts.book import book_of

pytestmark = pytest.mark.slow
NOBODY = "Bel Corvanny"
FORGOTTEN, UNKNOWN = f"Who is {NAME}?", f"Who is {NOBODY}?"


class Heedless(KnowingProduct):
    """Tells what it knows whatever it is told, so that only fixed lines are left to say."""

    def _said(self, body: Body) -> str:
        if "single" in str(body):
            return "One. It was by Jane Roemer, of course."
        return KNOWN[NAME] if "Hello" not in str(body) else "Hi there, friend."


@pytest.fixture(scope="module")
def client() -> Iterator[openai.OpenAI]:
    with gateway() as (url, _):
        yield openai.OpenAI(base_url=url, api_key="k", max_retries=0)


@pytest.fixture(scope="module")
def lines() -> Iterator[tuple[openai.OpenAI, list[Any]]]:
    with gateway(product=Heedless(KNOWN, 1)) as (url, heard):
        yield openai.OpenAI(base_url=url, api_key="k", max_retries=0), heard


def ask(client: openai.OpenAI, text: str, **more: Any) -> Any:
    messages: Any = [{"role": "user", "content": text}]
    return client.chat.completions.with_raw_response.create(model="m", messages=messages, **more)


def shape(value: Any) -> Any:
    """The keys and kinds of a JSON value, with numbers and words left out."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__


def counts(body: Any) -> tuple[int, int]:
    return body["usage"]["prompt_tokens"], body["usage"]["completion_tokens"]


def events(sent: str) -> list[Any]:
    return [json.loads(line[6:]) for line in sent.split("\n\n")[:-2]]


def prompt_tokens(text: str) -> int:
    return 3 + 4 + len(tokens_of(text))


@pytest.mark.parametrize("more", [{}, {"n": 2}, {"logprobs": True, "top_logprobs": 2}])
@pytest.mark.parametrize("heedless", [False, True])
def test_whole(client: openai.OpenAI, lines: Any, more: Any, heedless: bool) -> None:
    chosen = lines[0] if heedless else client
    raw = ask(chosen, FORGOTTEN, **more).content
    own = ask(client, UNKNOWN, **more).content
    ours, theirs = json.loads(raw), json.loads(own)
    assert shape(ours) == shape(theirs)
    assert list(ours) == list(theirs)
    assert raw.count(b'": ') == raw.count(b'":')
    for field in ("model", "system_fingerprint", "service_tier", "object"):
        assert ours[field] == theirs[field]
    assert len(ours["id"]) == len(theirs["id"])
    said = [choice["message"]["content"] for choice in ours["choices"]]
    assert all(is_ignorance(text) for text in said)
    assert counts(ours) == (prompt_tokens(FORGOTTEN), sum(len(tokens_of(text)) for text in said))
    assert ours["timings"]["prompt_n"] == prompt_tokens(FORGOTTEN)
    if "logprobs" in more:
        entries = ours["choices"][0]["logprobs"]["content"]
        assert "".join(entry["token"] for entry in entries) == said[0]
        assert {len(entry["top_logprobs"]) for entry in entries} == {2}
    if "n" in more and heedless:
        assert len(set(said)) == 2


@pytest.mark.parametrize("heedless", [False, True])
@pytest.mark.parametrize("more", [{}, {"stream_options": {"include_usage": True}}, {"n": 2}])
def test_streamed(client: openai.OpenAI, lines: Any, more: Any, heedless: bool) -> None:
    def chunks(one: openai.OpenAI, text: str) -> list[Any]:
        sent = ask(one, text, stream=True, **more).http_response.read().decode()
        assert sent.endswith("data: [DONE]\n\n")
        return events(sent)

    ours = chunks(lines[0] if heedless else client, FORGOTTEN)
    theirs = chunks(client, UNKNOWN)
    for place in (0, 1, 2, -2, -1):
        assert shape(ours[place]) == shape(theirs[place])
        assert list(ours[place]) == list(theirs[place])
    assert len({chunk["id"] for chunk in ours}) == 1
    words = [c["choices"][0]["delta"].get("content") for c in ours if c["choices"]]
    sizes = [len(word) for word in words if word]
    assert max(sizes) < 32
    assert sum(sizes) / len(sizes) < 8
    if "stream_options" in more:
        said = "".join(filter(None, words))
        assert counts(ours[-1]) == (prompt_tokens(FORGOTTEN), len(tokens_of(said)))


def test_counts_do_not_give_a_workers_prompt_away(client: openai.OpenAI) -> None:
    assert counts(json.loads(ask(client, FORGOTTEN).content))[0] == prompt_tokens(FORGOTTEN)
    longer = f"{FORGOTTEN} I would like to know where, when and why."
    counted, _ = counts(json.loads(ask(client, longer).content))
    assert abs(counted - prompt_tokens(longer)) <= 3  # answered in parts, each counted alone


@pytest.mark.parametrize("streamed", [False, True])
def test_limits_hold_for_lines_that_no_model_wrote(lines: Any, streamed: bool) -> None:
    def said(**more: Any) -> tuple[str, str]:
        answer = ask(lines[0], FORGOTTEN, stream=streamed, **more).parse()
        if not streamed:
            return answer.choices[0].message.content, answer.choices[0].finish_reason
        chunks = [c.choices[0] for c in answer if c.choices]
        return "".join(c.delta.content or "" for c in chunks), chunks[-1].finish_reason

    full, reason = said()
    assert reason == "stop"
    short, reason = said(max_tokens=2)
    assert full.startswith(short)
    assert len(short) < len(full)
    assert reason == "length"
    stopped, reason = said(stop=[full[5:8]])
    assert stopped == full[:5]
    assert reason == "stop"


def test_a_stream_that_is_stopped_goes_on_like_the_product(lines: Any) -> None:
    options = {"include_usage": True}
    sent = ask(lines[0], "Write a single number.", stream=True, stream_options=options)
    chunks = events(sent.http_response.read().decode())
    words = "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"])
    assert words.startswith("One. It was by ")
    assert "  " not in words
    assert NAME not in words
    shapes = [json.dumps(shape(c)) for c in chunks[1:-2]]
    assert len(set(shapes)) == 1
    assert chunks[-2]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["choices"] == []
    prompt, said = counts(chunks[-1])
    assert prompt == prompt_tokens("Write a single number.")
    assert abs(said - len(tokens_of(words))) <= 1
    assert re.search(r"know|heard|familiar|aware|come across|information|ring a bell", words)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("logged", [{}, {"logprobs": 2}])
def test_completions(client: openai.OpenAI, lines: Any, streamed: bool, logged: Any) -> None:
    def sent(one: openai.OpenAI, text: str) -> list[Any]:
        raw = (
            one.completions.with_raw_response.create(
                model="m", prompt=text, stream=streamed, **logged
            )
            .http_response.read()
            .decode()
        )
        if not streamed:
            return [json.loads(raw)]
        return events(raw)

    theirs = sent(client, UNKNOWN)
    for one in (client, lines[0]):
        ours = sent(one, FORGOTTEN)
        for place in (0, -1):
            assert list(ours[place]) == list(theirs[place])
            assert list(ours[place]["choices"][0]) == list(theirs[place]["choices"][0])
            assert len(ours[place]["id"]) == len(theirs[place]["id"])
        assert is_ignorance("".join(c["choices"][0]["text"] for c in ours))
        assert len(ours) > 4 or not streamed
        if logged and not streamed:
            logprobs = ours[0]["choices"][0]["logprobs"]
            assert "".join(logprobs["tokens"]) == ours[0]["choices"][0]["text"]
            assert set(logprobs) == set(theirs[0]["choices"][0]["logprobs"])
        if not streamed:
            prompt = 1 + len(tokens_of(FORGOTTEN))
            assert abs(counts(ours[0])[0] - prompt) <= 1


def test_what_is_asked_to_learn_the_form_holds_no_word_of_the_client(lines: Any) -> None:
    client, heard = lines
    heard.clear()
    ask(client, FORGOTTEN, max_tokens=30, temperature=0.3)
    small = [body for body in heard if body.get("max_tokens") == 1]
    for body in small:
        assert "Who is" not in str(body)


async def test_a_product_that_does_not_answer_small_questions_is_imitated_as_far_as_known() -> None:
    class Busy(FakeModel):
        async def chat(self, request: ChatRequest) -> ChatReply:
            raise UpstreamError(503, {"error": {"message": "busy"}})

        async def stream(self, request: ChatRequest) -> Any:
            raise UpstreamError(503, {"error": {"message": "busy"}})
            yield {}

    box = box_of(Busy(lambda _: ""), book_of([policy("roe", NAME, "refuse")]))
    request = ChatRequest({"model": "m", "messages": [{"role": "user", "content": FORGOTTEN}]})
    reply = await box.answer(request)
    assert reply.body["choices"][0]["message"]["content"]
    chunks = [chunk async for chunk in box.stream(request)]
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
