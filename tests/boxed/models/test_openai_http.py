"""A product over HTTP, whole replies: what it is sent, retries, and its errors."""

import json
import operator
import re
import time
from typing import Any

import pytest
from http_asking import BODY, ask, model_at, refusal, stream
from mock_upstream import MockUpstream, Said, completion, events, said

from boxed.api.chat import ChatRequest
from boxed.models.errors import shown
from boxed.models.openai_http import HttpModel

RAW = b'{ "messages": [{"role":"user","content":"H\\u00e9"}],  "model":"m", "temperature": 1.0}'


async def test_a_whole_reply_keeps_the_products_bytes(upstream: MockUpstream) -> None:
    reply = await model_at(upstream).chat(ChatRequest(BODY))
    assert reply.raw == completion("Hello.")
    assert reply.body["choices"][0]["message"]["content"] == "Hello."


async def test_raw_bytes_reach_the_product_unchanged(upstream: MockUpstream) -> None:
    await ask(model_at(upstream), ChatRequest(json.loads(RAW), RAW))
    assert upstream.heard[0].raw == RAW
    assert upstream.heard[0].path == "/v1/chat/completions"
    assert upstream.heard[0].headers["Content-Type"] == "application/json"


async def test_raw_bytes_of_a_streamed_request_too(upstream: MockUpstream) -> None:
    raw = RAW[:-1] + b', "stream" :true}'
    upstream.script = [Said(pieces=events(said("Hi")))]
    await stream(model_at(upstream), ChatRequest(json.loads(raw), raw))
    assert upstream.heard[0].raw == raw


async def test_a_configured_model_replaces_the_requests(upstream: MockUpstream) -> None:
    await ask(model_at(upstream, model="other"), ChatRequest(json.loads(RAW), RAW))
    assert json.loads(upstream.heard[0].raw) == {**json.loads(RAW), "model": "other"}


async def test_whole_and_streamed_calls_say_so_to_the_product(upstream: MockUpstream) -> None:
    streamed = {**BODY, "stream": True, "stream_options": {"include_usage": True}}
    await ask(model_at(upstream), ChatRequest(streamed, json.dumps(streamed).encode()))
    assert json.loads(upstream.heard[0].raw) == BODY
    upstream.script = [Said(pieces=events(said("Hi")))]
    await stream(model_at(upstream))
    assert json.loads(upstream.heard[1].raw) == {**BODY, "stream": True}


async def test_the_clients_headers_go_on_unless_there_is_a_key(upstream: MockUpstream) -> None:
    headers = {"authorization": "Bearer client", "OpenAI-Project": "p", "Cookie": "c"}
    await ask(model_at(upstream), ChatRequest(BODY, None, headers))
    await ask(model_at(upstream, api_key="own"), ChatRequest(BODY, None, headers))
    first, second = (heard.headers for heard in upstream.heard)
    assert first["Authorization"] == "Bearer client"
    assert first["OpenAI-Project"] == "p"
    assert "Cookie" not in first
    assert second["Authorization"] == "Bearer own"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_passing_failure_is_tried_again(upstream: MockUpstream, status: int) -> None:
    upstream.script = [Said(b"no", status), Said(completion("Hello."))]
    assert (await ask(model_at(upstream)))["id"] == "c-1"
    assert len(upstream.heard) == 2


async def test_retries_are_counted(upstream: MockUpstream) -> None:
    upstream.script = [Said(b"no", 503)]
    error = await refusal(model_at(upstream, retries=3))
    assert (error.status, len(upstream.heard)) == (502, 4)


async def test_retry_after_is_honoured(upstream: MockUpstream) -> None:
    upstream.script = [Said(b"", 429, {"Retry-After": "0.3"}), Said(completion("Hello."))]
    began = time.monotonic()
    await ask(model_at(upstream))
    assert time.monotonic() - began >= 0.3


async def test_a_long_retry_after_is_left_to_the_client(upstream: MockUpstream) -> None:
    upstream.script = [Said(b"", 429, {"Retry-After": "3600"})]
    error = await refusal(model_at(upstream))
    assert (error.status, error.retry_after, len(upstream.heard)) == (429, "3600", 1)


async def test_a_refused_request_is_not_tried_again(upstream: MockUpstream) -> None:
    upstream.script = [Said(b"{}", 400)]
    assert (await refusal(model_at(upstream))).status == 400
    assert len(upstream.heard) == 1


async def test_the_products_own_words_wait_for_a_check(upstream: MockUpstream) -> None:
    theirs = {"message": "Hsiao is bad", "type": "bad_type", "param": "x" * 65, "code": "No Spaces"}
    upstream.script = [Said(json.dumps({"error": theirs}).encode(), 400)]
    error = await refusal(model_at(upstream))
    assert "Hsiao" not in str(error.body)
    assert error.body["error"]["type"] == "invalid_request_error"
    told = shown(error, bool).body["error"]
    assert (told["message"], told["type"]) == ("Hsiao is bad", "bad_type")
    assert (told["param"], told["code"]) == (None, None)
    assert shown(error, operator.not_).body == error.body


@pytest.mark.parametrize(
    "body",
    [{"error": "max_tokens too large"}, {"error": {"message": "max_tokens too large"}},
     {"object": "error", "message": "max_tokens too large", "code": 400},
     {"detail": "max_tokens too large"}, [{"error": {"message": "max_tokens too large"}}]],
)  # fmt: skip
async def test_errors_are_read_in_the_shapes_that_servers_send(
    upstream: MockUpstream, body: Any
) -> None:
    upstream.script = [Said(json.dumps(body).encode(), 400)]
    error = await refusal(model_at(upstream))
    assert shown(error, bool).body["error"]["message"] == "max_tokens too large"


async def test_a_message_is_cut_and_read_beyond_the_cut(upstream: MockUpstream) -> None:
    upstream.script = [Said(json.dumps({"error": "x " * 245 + "Hsiao Yun-Hwa"}).encode(), 400)]
    error = await refusal(model_at(upstream))
    long = shown(error, bool).body["error"]["message"]
    assert (len(long), long[-1]) == (500, "\N{HORIZONTAL ELLIPSIS}")
    assert "Hsiao" not in str(shown(error, lambda text: "Yun-Hwa" not in text).body)


async def test_what_is_split_over_fields_is_read_together(upstream: MockUpstream) -> None:
    theirs = {"message": "Not for", "code": "hsiao", "param": "yunHwa", "type": "bad_request"}
    upstream.script = [Said(json.dumps({"error": theirs}).encode(), 400)]
    error = shown(
        await refusal(model_at(upstream)), lambda text: not re.search("hsiao.*yun Hwa", text, re.S)
    )
    told = error.body["error"]
    assert (told["code"], told["param"], told["type"]) == ("hsiao", None, "bad_request")


async def test_nobody_there(upstream: MockUpstream) -> None:
    model = HttpModel("http://127.0.0.1:9/v1", retry_wait=0.01)
    assert (await refusal(model)).status == 502
    assert (await refusal(model, streamed=True)).status == 502


async def test_too_slow(upstream: MockUpstream) -> None:
    upstream.script = [Said(completion("late"), delay=2)]
    assert (await refusal(model_at(upstream, read_timeout=0.1))).status == 504
    assert len(upstream.heard) == 1


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b'{"choices": 3}', b'{"choices": [1]}', b'"x"', b"", b"\xff"]
)
async def test_a_reply_that_is_none(upstream: MockUpstream, body: bytes) -> None:
    upstream.script = [Said(body)]
    assert (await refusal(model_at(upstream))).status == 502


async def test_redirects_are_not_followed(upstream: MockUpstream) -> None:
    upstream.script = [Said(b"", 307, {"Location": "http://127.0.0.1:9/"})]
    assert (await refusal(model_at(upstream))).status == 502


async def test_the_model_list(upstream: MockUpstream) -> None:
    upstream.script = [Said(b'{"object": "list", "data": []}')]
    model = model_at(upstream)
    assert await model.models() == {"object": "list", "data": []}
    assert upstream.heard[0].path == "/v1/models"
    await model.close()


def test_an_address_is_needed() -> None:
    with pytest.raises(ValueError, match=r"'localhost:80'.*give one like"):
        HttpModel("localhost:80")
