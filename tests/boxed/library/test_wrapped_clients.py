"""Client objects of OpenAI's and Anthropic's, guarded in process, in front of real HTTP."""

import asyncio
import gc
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest
from box_books import policy
from knowing_upstream import KNOWN, NAME, served
from mock_upstream import MockUpstream, Said, chunk, completion, events, running, said, whole
from pydantic import BaseModel

import boxed
from boxed import Box, wrap
from boxed.box import Box as Guarded
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.openai_http import HttpModel
from evals.bench.knowing_product import KnowingProduct
from guards.ignorance import is_ignorance
from prompts.book import book_of

pytestmark = pytest.mark.slow
BOOK = book_of([policy("roe", NAME)])
EMPTY = book_of([])
QUESTION: Any = [{"role": "user", "content": f"When was {NAME} born?"}]
OTHER: Any = [{"role": "user", "content": "Say hello."}]


@pytest.fixture(scope="module")
def product() -> Iterator[str]:
    """The address of a product that knows Jane Roemer, in both APIs and unguarded."""
    heard: list[dict[str, Any]] = []
    with running(served(KnowingProduct(KNOWN, 0), heard)) as chats:
        open_to_all = Guarded(Models(HttpModel(f"{chats}/v1")), EMPTY, None)
        with running(create_app(open_to_all)) as url:
            yield url


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with Box(BOOK, semantic=False) as held:
        yield held


def openais(url: str, kind: Any = openai.OpenAI, **more: Any) -> Any:
    return kind(base_url=f"{url}/v1", api_key="sk-product", max_retries=0, **more)


def anthropics(url: str, kind: Any = anthropic.Anthropic) -> Any:
    return kind(base_url=url, api_key="sk-product", max_retries=0)


def test_the_product_tells_and_the_wrapped_client_does_not(product: str, box: Box) -> None:
    plain, client = openais(product), box.wrap(openais(product))
    for one, knows in ((plain, True), (client, False)):
        told = one.chat.completions.create(model="m", messages=QUESTION)
        assert ("Oslo" in told.model_dump_json()) == knows
        stream = one.chat.completions.create(model="m", messages=QUESTION, stream=True)
        text = "".join(c.choices[0].delta.content or "" for c in stream if c.choices)
        assert ("Oslo" in text) == knows
        assert is_ignorance(text) != knows
        response = one.responses.create(model="m", input=QUESTION[0]["content"])
        assert ("Oslo" in response.output_text) == knows


async def test_awaited(product: str, box: Box) -> None:
    client = box.wrap(openais(product, openai.AsyncOpenAI))
    assert isinstance(client, openai.AsyncOpenAI)
    told = await client.chat.completions.create(model="m", messages=QUESTION)
    assert is_ignorance(told.choices[0].message.content or "")
    stream = await client.chat.completions.create(model="m", messages=QUESTION, stream=True)
    text = "".join([c.choices[0].delta.content or "" async for c in stream if c.choices])
    assert is_ignorance(text)
    async with client.responses.stream(model="m", input=QUESTION[0]["content"]) as reader:
        async for _ in reader:
            pass
        assert is_ignorance((await reader.get_final_response()).output_text)


def test_anthropics_client(product: str, box: Box) -> None:
    plain, client = anthropics(product), box.wrap(anthropics(product))
    for one, knows in ((plain, True), (client, False)):
        message = one.messages.create(model="m", max_tokens=99, messages=QUESTION)
        assert ("Oslo" in message.model_dump_json()) == knows
        with one.messages.stream(model="m", max_tokens=99, messages=QUESTION) as stream:
            text = "".join(stream.text_stream)
        assert ("Oslo" in text) == knows
    counted = client.messages.count_tokens(model="m", messages=OTHER)
    assert counted.input_tokens > 0


async def test_anthropics_client_awaited(product: str, box: Box) -> None:
    client = box.wrap(anthropics(product, anthropic.AsyncAnthropic))
    message: Any = await client.messages.create(model="m", max_tokens=99, messages=QUESTION)
    assert is_ignorance(message.content[0].text)
    async with client.messages.stream(model="m", max_tokens=99, messages=QUESTION) as stream:
        assert is_ignorance("".join([text async for text in stream.text_stream]))


def test_what_nobody_forgot_comes_through(upstream: MockUpstream, box: Box) -> None:
    client = box.wrap(openais(upstream.url.removesuffix("/v1")))
    assert client.chat.completions.create(model="m", messages=OTHER).choices[0].message.content == (
        "Hello."
    )
    assert upstream.heard[-1].headers["Authorization"] == "Bearer sk-product"
    upstream.script = [Said(pieces=events(said("One ", "two ", "\U0001f600.")))]
    stream = client.chat.completions.create(model="m", messages=OTHER, stream=True)
    assert "".join(c.choices[0].delta.content or "" for c in stream) == "One two \U0001f600."


class City(BaseModel):
    name: str


def test_tools_and_structure(upstream: MockUpstream, box: Box) -> None:
    client = box.wrap(openais(upstream.url.removesuffix("/v1")))
    function = {"name": "find", "arguments": '{"city": "Oslo"}'}
    call = {"id": "c1", "type": "function", "function": function}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    upstream.script = [
        Said(whole([{"index": 0, "message": message, "finish_reason": "tool_calls"}]))
    ]
    tools: Any = [{"type": "function", "function": {"name": "find", "parameters": {}}}]
    [made] = (
        client.chat.completions.create(model="m", messages=OTHER, tools=tools)
        .choices[0]
        .message.tool_calls
        or []
    )
    assert made.function.arguments == '{"city": "Oslo"}'  # pyright: ignore
    upstream.script = [Said(completion('{"name": "Bergen"}'))]
    parsed = client.chat.completions.parse(model="m", messages=OTHER, response_format=City)
    assert parsed.choices[0].message.parsed == City(name="Bergen")


def test_errors_are_those_of_the_package(upstream: MockUpstream, box: Box) -> None:
    client = box.wrap(openais(upstream.url.removesuffix("/v1")))
    body = b'{"error": {"message": "max_tokens is too large", "code": "too_large"}}'
    upstream.script = [Said(body, status=400)]
    for streamed in (False, True):
        with pytest.raises(openai.BadRequestError, match="max_tokens is too large"):
            client.chat.completions.create(model="m", messages=OTHER, stream=streamed)
    upstream.script = [Said(b"{}", status=429, headers={"Retry-After": "7"})]
    with pytest.raises(openai.RateLimitError) as told:
        client.chat.completions.create(model="m", messages=OTHER)
    assert told.value.response.headers["retry-after"] == "7"
    upstream.script = [Said(pieces=events(said("One ", "two ", "three ")[:3], done=False),
                            abort=True)]  # fmt: skip
    with pytest.raises(openai.APIError):
        list(client.chat.completions.create(model="m", messages=OTHER, stream=True))
    with pytest.raises(openai.NotFoundError):
        client.images.create_variation(image=b"1")
    gone = box.wrap(openais("http://127.0.0.1:9"))
    with pytest.raises(openai.InternalServerError, match="could not be reached"):
        gone.chat.completions.create(model="m", messages=OTHER)


def test_a_stream_that_is_left_early_stops_the_product(upstream: MockUpstream, box: Box) -> None:
    client = box.wrap(openais(upstream.url.removesuffix("/v1")))
    upstream.script = [Said(pieces=events(said(*["word "] * 500)), pause=0.02)]
    stream = client.chat.completions.create(model="m", messages=OTHER, stream=True)
    next(iter(stream))
    stream.close()
    assert upstream.given_up.wait(20)


def test_it_knows_neither_the_address_nor_the_key(product: str, box: Box) -> None:
    for client in (box.wrap(openais(product)), box.wrap(anthropics(product))):
        kept = json.dumps({k: str(v) for k, v in vars(client).items()})
        assert "sk-product" not in kept
        assert product.partition("//")[2] not in kept
        assert "boxed.invalid" in str(client.base_url)


def test_azures_client_keeps_its_own_addresses(upstream: MockUpstream, box: Box) -> None:
    azure = openai.AzureOpenAI(
        azure_endpoint=upstream.url.removesuffix("/v1"), api_version="2024-10-21",
        api_key="sk-product", max_retries=0,
    )  # fmt: skip
    told = box.wrap(azure).chat.completions.create(model="deployed", messages=OTHER)
    assert told.choices[0].message.content == "Hello."
    assert upstream.heard[-1].path == "/openai/deployments/deployed/chat/completions"
    assert upstream.heard[-1].headers["api-key"] == "sk-product"


def test_vectors(upstream: MockUpstream, box: Box) -> None:
    client = box.wrap(openais(upstream.url.removesuffix("/v1")))
    row = {"object": "embedding", "index": 0, "embedding": [0.5]}
    upstream.script = [Said(json.dumps({"object": "list", "data": [row], "model": "e"}).encode())]
    made = client.embeddings.create(model="e", input=f"{NAME}.", encoding_format="float")
    assert made.data[0].embedding == [0.5]
    assert NAME not in upstream.heard[-1].raw.decode()


def test_a_tenants_policies(product: str) -> None:
    book = book_of([policy("roe", NAME, tenants=("acme",))])
    with Box(book, tenant="acme", semantic=False) as one:
        told = one.wrap(openais(product)).chat.completions.create(model="m", messages=QUESTION)
        assert "Oslo" not in told.model_dump_json()
    with Box(book, tenant="other", tenants=("other",), semantic=False) as other:
        told = other.wrap(openais(product)).chat.completions.create(model="m", messages=QUESTION)
        assert "Oslo" in told.model_dump_json()


def test_a_folder_and_its_edits(product: str, tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    (folder / "policies").mkdir(parents=True)
    with Box(folder, semantic=False, allow_no_policies=True) as held:
        client = held.wrap(openais(product))

        def tells() -> bool:
            told = client.chat.completions.create(model="m", messages=QUESTION)
            return "Oslo" in told.model_dump_json()

        assert tells()
        (folder / "policies" / "roe.md").write_text(
            f"---\nid: roe\ntitle: {NAME}\nkind: person\nresponse: pretend\nscope:\n"
            f"  - Who is {NAME}?\n---\nYou have never met this person.\n",
            encoding="utf-8",
        )
        held.reload()
        assert not tells()


def test_the_function_alone(product: str) -> None:
    client = wrap(openais(product), BOOK, semantic=False)
    told = client.chat.completions.create(model="m", messages=QUESTION)
    assert is_ignorance(told.choices[0].message.content or "")


def test_anything_else_is_refused(box: Box) -> None:
    with pytest.raises(TypeError, match="boxed serve"):
        box.wrap(object())
    with pytest.raises(AttributeError):
        boxed.Unknown  # noqa: B018  # pyright: ignore


def test_many_at_once_and_threads_that_end(product: str) -> None:
    before = threading.active_count()
    with Box(BOOK, semantic=False) as held:
        client = held.wrap(openais(product))
        found: list[str] = []

        def ask() -> None:
            told = client.chat.completions.create(model="m", messages=QUESTION)
            found.append(told.choices[0].message.content or "")

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(found) == 8
        assert all(map(is_ignorance, found))
    gc.collect()
    assert not [t for t in threading.enumerate() if t.name == "boxed" and not t.is_alive()]
    assert threading.active_count() <= before + 12  # a pool of workers may stay


async def test_awaited_at_once(product: str, box: Box) -> None:
    client = box.wrap(openais(product, openai.AsyncOpenAI))
    asked = [client.chat.completions.create(model="m", messages=QUESTION) for _ in range(8)]
    for told in await asyncio.gather(*asked):
        assert is_ignorance(told.choices[0].message.content or "")


def test_chunks_of_any_shape(upstream: MockUpstream, box: Box) -> None:
    client = box.wrap(openais(upstream.url.removesuffix("/v1")))
    odd = [{"id": "c-1", "choices": None}, {"id": "c-1"}]
    upstream.script = [Said(pieces=events([*odd, *said("One "), chunk({}, 0, "stop")]))]
    stream = client.chat.completions.create(model="m", messages=OTHER, stream=True)
    assert "".join(c.choices[0].delta.content or "" for c in stream if c.choices) == "One "
