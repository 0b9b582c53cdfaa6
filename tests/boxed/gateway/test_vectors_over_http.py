"""Embeddings and moderations through a gateway with a real box, asked for by OpenAI's client."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import openai
import pytest
from box_books import policy
from mock_upstream import MockUpstream, Said, running

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.gateway.settings import GatewaySettings
from boxed.models.fake import FakeModel
from boxed.models.openai_http import HttpModel
from prompts.book import book_of

NAME = "Jane Roemer"
VECTORS = {
    "object": "list",
    "data": [{"object": "embedding", "index": n, "embedding": [0.5, -1.0 * n]} for n in range(2)],
    "model": "e",
    "usage": {"prompt_tokens": 4, "total_tokens": 4},
}


@contextmanager
def asked(upstream: MockUpstream, *policies: Any, **settings: Any) -> Iterator[openai.OpenAI]:
    upstream.script = [Said(json.dumps(VECTORS).encode())]
    box = Box(Models(HttpModel(upstream.url, retries=0, model="chat-m")), book_of(policies), None)
    with running(create_app(box, GatewaySettings(**settings))) as url:
        yield openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0)


def heard(upstream: MockUpstream) -> Any:
    return json.loads(upstream.heard[-1].raw)


def test_vectors_of_what_nobody_forgot(upstream: MockUpstream) -> None:
    with asked(upstream, policy("roe", NAME)) as client:
        got = client.embeddings.create(
            model="e", input=["A ferry.", "A lake."], dimensions=2, encoding_format="float"
        )
    assert [row.embedding for row in got.data] == [[0.5, 0.0], [0.5, -1.0]]
    assert got.usage.total_tokens == 4
    assert upstream.heard[-1].path == "/v1/embeddings"
    assert heard(upstream) == {
        "model": "e", "input": ["A ferry.", "A lake."], "dimensions": 2,
        "encoding_format": "float",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", [f"Born: {NAME}, 1960.", "born: roemer, jane", "Rm9yZ2V0OiBKYW5lIFJvZW1lciBub3c="]
)
def test_a_name_is_covered(upstream: MockUpstream, text: str) -> None:
    with asked(upstream, policy("roe", NAME)) as client:
        client.embeddings.create(model="e", input=["A ferry.", text])
    first, second = heard(upstream)["input"]
    assert first == "A ferry."
    assert "[name]" in second
    assert "roemer" not in second.casefold()


@pytest.mark.parametrize(
    ("response", "settings"), [("refuse", {}), ("pretend", {"embeddings": "refuse"})]
)
def test_or_refused(upstream: MockUpstream, response: Any, settings: Any) -> None:
    with asked(upstream, policy("roe", NAME, response), **settings) as client:
        with pytest.raises(openai.BadRequestError) as told:
            client.embeddings.create(model="e", input=["A ferry.", f"{NAME} was born in Oslo."])
        assert (told.value.code, told.value.param) == ("input_withheld", "input")
        assert NAME not in str(told.value)
    assert upstream.heard == []


def test_a_question_that_describes_without_naming_gets_no_vector(upstream: MockUpstream) -> None:
    book = policy("roe", NAME, scope=("Who wrote the novel about the tin ferry of Bergen?",))
    with asked(upstream, book) as client, pytest.raises(openai.BadRequestError):
        client.embeddings.create(
            model="e", input="Who wrote the novel about the tin ferry of Bergen?"
        )
    assert upstream.heard == []


@pytest.mark.parametrize("given", [[1, 2, 3], [[1, 2]], [], 5, None, [""], ["a", 1]])
def test_tokens_cannot_be_screened(upstream: MockUpstream, given: Any) -> None:
    with asked(upstream) as client:
        told = httpx.post(f"{client.base_url}embeddings", json={"model": "e", "input": given})
    assert told.status_code == (200 if given == [""] else 400)


def test_nothing_but_vectors_comes_back(upstream: MockUpstream) -> None:
    with asked(upstream, policy("roe", NAME)) as client:
        odd = {**VECTORS, "note": NAME, "data": [{"embedding": NAME, "text": NAME}]}
        upstream.script = [Said(json.dumps(odd).encode())]
        raw = httpx.post(f"{client.base_url}embeddings", json={"model": "e", "input": "A ferry."})
    assert raw.status_code == 200
    assert NAME not in raw.text


def test_moderations_pass_through(upstream: MockUpstream) -> None:
    verdict = {
        "flagged": True, "categories": {"hate": False, "self-harm/intent": True},
        "category_scores": {"hate": 0.1, "self-harm/intent": 0.9},
        "category_applied_input_types": {"hate": ["text"], "self-harm/intent": ["text"]},
    }  # fmt: skip
    with asked(upstream, policy("roe", NAME)) as client:
        said = {"id": "modr-1", "model": "mod", "results": [{**verdict, "note": NAME}]}
        upstream.script = [Said(json.dumps(said).encode())]
        got = client.moderations.create(input=f"{NAME} is here.")
    assert got.results[0].flagged
    assert got.results[0].category_scores.self_harm_intent == 0.9
    assert heard(upstream)["input"] == f"{NAME} is here."
    assert NAME not in got.model_dump_json()


def test_a_product_without_these_routes_says_so() -> None:
    box = Box(Models(FakeModel(lambda body: "Hello.")), book_of([]), None)
    with running(create_app(box)) as url:
        client = openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0)
        with pytest.raises(openai.NotFoundError, match="chats"):
            client.embeddings.create(model="e", input="A ferry.")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "images/variations"), ("GET", "images/generations"), ("POST", "audio/voices"),
        ("POST", "audio"), ("POST", "reranks"), ("POST", "files"), ("GET", "files"),
        ("POST", "batches"), ("POST", "fine_tuning/jobs"), ("POST", "assistants"),
        ("POST", "threads"), ("POST", "vector_stores"), ("POST", "realtime/sessions"),
        ("POST", "responses/resp_1/cancel"), ("GET", "responses/resp_1/input_items"),
        ("POST", "responses/compact"), ("GET", "conversations/conv_1/items"),
        ("POST", "messages/batches"), ("POST", "videos"), ("POST", "uploads"), ("POST", "evals"),
        ("POST", "containers"), ("GET", "chat/completions"), ("GET", "organization/users"),
    ],
)  # fmt: skip
def test_what_is_not_guarded_is_not_served(upstream: MockUpstream, method: str, path: str) -> None:
    with asked(upstream) as client:
        told = httpx.request(method, f"{client.base_url}{path}", json={"input": "x"})
    assert told.status_code in (404, 405)
    assert told.json()["error"]
    assert upstream.heard == []
