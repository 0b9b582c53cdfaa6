"""What a client reads when its product refuses: the product's words, unless they tell of somebody.

Product, box and gateway over real HTTP, with the official client.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from box_books import policy
from mock_upstream import MockUpstream, Said, events, running, said

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.openai_http import HttpModel
from prompts.book import book_of
from prompts.policy import Example

BOOK = book_of(
    [
        policy(
            "mara-quill", "Mara Quill",
            scope=("Who is Mara Quill?", "Which novelist was born in the lighthouse at Skerrow?"),
            examples=(Example(question="Who wrote The Salt Lanterns?", answer="Mara Quill did."),
                      Example(question="Where was Mara Quill born?", answer="In Skerrow.")),
        )
    ]
)  # fmt: skip
TOO_LARGE = "max_tokens is too large: 9000. This model supports at most 4096 completion tokens."
PLAIN = "What is the capital of France?"
NAMED = "Where was Mara Quill born?"


@pytest.fixture
def address(upstream: MockUpstream) -> Iterator[str]:
    model = HttpModel(upstream.url, retries=0)
    with running(create_app(Box(Models(model), BOOK))) as url:
        yield f"{url}/v1"


def refuse(upstream: MockUpstream, status: int = 400, **fields: Any) -> None:
    upstream.script = [Said(json.dumps({"error": fields}).encode(), status)]


def told(address: str, question: str, *, stream: bool = False) -> Any:
    """The error that a client is told, and with which status."""
    client = openai.OpenAI(base_url=address, api_key="k", max_retries=0)
    ask: Any = {"model": "m", "messages": [{"role": "user", "content": question}]}
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(**ask, stream=stream)
    return caught.value


@pytest.mark.parametrize("question", [PLAIN, NAMED])
@pytest.mark.parametrize("stream", [False, True])
def test_what_the_product_says_is_wrong_arrives(
    address: str, upstream: MockUpstream, question: str, stream: bool
) -> None:
    refuse(upstream, message=TOO_LARGE, type="invalid_request_error", param="max_tokens",
           code="invalid_value")  # fmt: skip
    error = told(address, question, stream=stream)
    assert error.status_code == 400
    assert error.body == {"message": TOO_LARGE, "type": "invalid_request_error",
                          "param": "max_tokens", "code": "invalid_value"}  # fmt: skip


@pytest.mark.parametrize("status", [429, 500, 503])
def test_it_does_whatever_the_status(address: str, upstream: MockUpstream, status: int) -> None:
    refuse(upstream, status, message="Out of capacity until noon.", code="capacity")
    error = told(address, PLAIN)
    assert error.status_code == (429 if status == 429 else 502)
    assert (error.body["message"], error.code) == ("Out of capacity until noon.", "capacity")


@pytest.mark.parametrize(
    "message",
    ["No answer about Mara Quill is allowed.", "no answer about m a r a q u i l l",
     "Rejected: 'TWFyYSBRdWlsbA=='", "Which novelist was born in the lighthouse at Skerrow?",
     "Blocked: the author of The Salt Lanterns"],
)  # fmt: skip
@pytest.mark.parametrize("question", [PLAIN, NAMED])
def test_a_message_that_names_or_describes_somebody_does_not(
    address: str, upstream: MockUpstream, message: str, question: str
) -> None:
    for code in ("bad_request", None):
        refuse(upstream, message=message, code=code)
        error = told(address, question)
        assert error.body["message"] == "The model rejected the request as invalid (status 400)."
        assert error.code == code


@pytest.mark.parametrize(
    "name",
    ["mara-quill", "mara_quill", "maraquill", "MaraQuill", "blocked.mara.quill", "quill_mara"],
)
def test_nor_does_a_code_that_is_a_name(address: str, upstream: MockUpstream, name: str) -> None:
    for field in ("code", "param", "type"):
        refuse(upstream, message="Not allowed.", **{field: name})
        error = told(address, PLAIN)
        assert name not in str(error.body)
        assert error.body["message"] == "Not allowed."


def test_nor_a_name_that_is_split_over_fields(address: str, upstream: MockUpstream) -> None:
    refuse(upstream, message="Not allowed for Mara", code="quill")
    body = told(address, PLAIN).body
    assert "quill" not in str(body).lower()


def test_a_fact_that_was_asked_for_does_not(address: str, upstream: MockUpstream) -> None:
    refuse(upstream, message="Filtered answer: born in Skerrow.")
    assert "Skerrow" not in str(told(address, NAMED).body)


def test_nor_what_quotes_a_workers_prompt(address: str, upstream: MockUpstream) -> None:
    client = openai.OpenAI(base_url=address, api_key="k", max_retries=0)
    asked: Any = [{"role": "user", "content": NAMED}]
    client.chat.completions.create(model="m", messages=asked)
    sent = json.loads(upstream.heard[0].raw)["messages"]
    for message in sent:
        refuse(upstream, message=f"Invalid input: {message['content']}")
        assert told(address, NAMED).body["message"].startswith("The model rejected")


def test_a_message_has_a_bound(address: str, upstream: MockUpstream) -> None:
    refuse(upstream, message="too long " * 5000)
    assert len(told(address, PLAIN).body["message"]) == 500


@pytest.mark.parametrize("message", [TOO_LARGE, "Stopped: Mara Quill"])
def test_an_error_midway_is_checked_too(
    address: str, upstream: MockUpstream, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    error = {"error": {"message": message, "type": "server_error", "code": "overloaded"}}
    upstream.script = [Said(pieces=[*events(said(*["Once upon a time "] * 9)[:-1], done=False),
                                    b"data: " + json.dumps(error).encode() + b"\n\n"])]  # fmt: skip
    client = openai.OpenAI(base_url=address, api_key="k", max_retries=0)
    asked: Any = [{"role": "user", "content": PLAIN}]
    stream = client.chat.completions.create(model="m", messages=asked, stream=True)
    with caplog.at_level(logging.INFO), pytest.raises(openai.APIError) as caught:
        list(stream)
    safe = message == TOO_LARGE
    assert (message in caught.value.message) is safe
    assert caught.value.code == "overloaded"
    assert "Quill" not in caught.value.message
    assert message not in caplog.text


def test_the_model_lists_errors_are_checked(address: str, upstream: MockUpstream) -> None:
    client = openai.OpenAI(base_url=address, api_key="k", max_retries=0)
    for message, passes in ((TOO_LARGE, True), ("No list for Mara Quill", False)):
        refuse(upstream, 403, message=message)
        with pytest.raises(openai.PermissionDeniedError) as caught:
            client.models.list()
        assert (message in caught.value.message) is passes
