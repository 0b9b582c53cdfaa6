"""A product over HTTP, streams: every cut, every way to break off, and whole answers to them."""

import asyncio
import json
from typing import Any

import pytest
from http_asking import BODY, ask, collect, model_at, refusal, stream
from mock_upstream import MockUpstream, Said, chunk, completion, events, said

from boxed.api.chat import Body, ChatRequest
from boxed.models.errors import shown
from boxed.models.openai_http import HttpModel
from boxed.models.protocol import UpstreamError

CHUNKS = [*said("Hé", "llo 😀", " there"), {"id": "c-1", "choices": [], "usage": {"n": 1}}]


async def test_chunks_arrive(upstream: MockUpstream) -> None:
    upstream.script = [Said(pieces=events(CHUNKS))]
    assert await stream(model_at(upstream)) == CHUNKS


async def test_a_stream_cut_at_every_byte(upstream: MockUpstream) -> None:
    raw = b"".join(events(said("Hé 😀")))
    upstream.script = [Said(pieces=[raw[at : at + 1] for at in range(len(raw))])]
    assert await stream(model_at(upstream)) == said("Hé 😀")


async def test_no_done_is_fine_behind_a_finish_reason(upstream: MockUpstream) -> None:
    upstream.script = [Said(pieces=events(said("Hi"), done=False))]
    assert await stream(model_at(upstream)) == said("Hi")


@pytest.mark.parametrize("abort", [True, False])
async def test_a_stream_that_breaks_off(upstream: MockUpstream, abort: bool) -> None:
    upstream.script = [Said(pieces=events(said("Hi")[:2], done=False), abort=abort)]
    model = model_at(upstream)
    got: list[Body] = []
    with pytest.raises(UpstreamError) as caught:
        await collect(model, got)
    assert caught.value.status == 502
    assert got == said("Hi")[:2]
    assert len(upstream.heard) == 1
    await model.close()


async def test_one_unfinished_choice_of_two_is_broken(upstream: MockUpstream) -> None:
    pieces = events([*said("Hi"), chunk({"content": "Ho"}, 1)], done=False)
    upstream.script = [Said(pieces=pieces)]
    assert (await refusal(model_at(upstream), streamed=True)).status == 502


async def test_a_stream_that_breaks_before_its_first_chunk_is_tried_again(
    upstream: MockUpstream,
) -> None:
    upstream.script = [Said(pieces=[b": hello\n\n"], abort=True), Said(pieces=events(said("Hi")))]
    assert await stream(model_at(upstream)) == said("Hi")


async def test_an_error_event_midway(upstream: MockUpstream) -> None:
    error = b'data: {"error": {"message": "Hsiao", "code": "overloaded"}}\n\n'
    upstream.script = [Said(pieces=[events(said("Hi"))[1] + error])]
    model = model_at(upstream)
    got: list[Body] = []
    with pytest.raises(UpstreamError) as caught:
        await collect(model, got)
    assert got == said("Hi")[1:2]
    assert "Hsiao" not in str(caught.value.body)
    assert shown(caught.value, bool).body["error"]["code"] == "overloaded"
    await model.close()


@pytest.mark.parametrize(
    "event",
    [b"data: {\n\n", b"data: 3\n\n", b'data: {"choices": 3}\n\n', b'data: {"choices": [1]}\n\n',
     b'data: {"choices": [], "n": NaN, "t": "\\ud83d"}\n\n',
     b'data: {"t": "\\ud83d", "d": ' + b"[" * 100_000 + b"\n\n"],
)  # fmt: skip
async def test_an_event_that_is_no_chunk(upstream: MockUpstream, event: bytes) -> None:
    upstream.script = [Said(pieces=[event])]
    assert (await refusal(model_at(upstream), streamed=True)).status == 502


@pytest.mark.parametrize("more", [{}, {"choices": None}, {"choices": []}])
async def test_a_chunk_without_choices_is_no_fault(
    upstream: MockUpstream, more: dict[str, Any]
) -> None:
    ping = {"type": "ping", "usage": {"total_tokens": 3}, **more}
    first, *rest = said("Hi")
    upstream.script = [Said(pieces=events([ping, first, ping, *rest, ping]))]
    sent = {**ping, "choices": []}
    assert await stream(model_at(upstream)) == [sent, first, sent, *rest, sent]


async def test_an_index_that_is_null_is_the_first(upstream: MockUpstream) -> None:
    chunks = [chunk({"content": "Hi"}, None), chunk({}, None, "stop")]  # type: ignore[arg-type]
    upstream.script = [Said(pieces=events(chunks, done=False))]
    assert await stream(model_at(upstream)) == chunks


@pytest.mark.parametrize("blank", [b"", b"\n\n", b"\xef\xbb\xbf "])
async def test_a_whole_answer_to_a_streamed_request_is_streamed(
    upstream: MockUpstream, blank: bytes
) -> None:
    raw = blank + completion("One two.")
    for piece in (Said(raw), Said(pieces=[raw[at : at + 1] for at in range(len(raw))])):
        upstream.script = [piece]
        asked = ChatRequest({**BODY, "stream_options": {"include_usage": True}})
        got = await stream(model_at(upstream), asked)
        assert "".join(c["choices"][0]["delta"].get("content", "") for c in got[:-1]) == "One two."
        assert got[-2]["choices"][0]["finish_reason"] == "stop"
        assert got[-1]["usage"]["total_tokens"] == 2
        assert {one["object"] for one in got} == {"chat.completion.chunk"}


async def test_a_whole_answer_loses_nothing(upstream: MockUpstream) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    message = {"content": [{"type": "text", "text": "Hi"}], "tool_calls": [call], "odd": "x"}
    choice = {"message": message, "finish_reason": "tool_calls"}
    logged = {"index": 1, "message": {"content": "a b"}, "logprobs": {"content": []}}
    upstream.script = [Said(json.dumps({"choices": [choice, logged], "extra": 1}).encode())]
    got = await stream(model_at(upstream))
    assert got[0]["extra"] == 1
    deltas = [one["choices"][0]["delta"] for one in got]
    assert {"content": message["content"]} in deltas
    assert {"tool_calls": [{**call, "index": 0}]} in deltas
    assert {"odd": "x"} in deltas
    assert [c["choices"][0]["logprobs"] for c in got if "logprobs" in c["choices"][0]] == [
        {"content": []}
    ]


@pytest.mark.parametrize(
    "body", [b"{", b'{"choices": 3}', b'{"error": {"message": "no"}}', b"{}", b"[]", b"<html>"]
)
async def test_a_whole_answer_that_is_none(upstream: MockUpstream, body: bytes) -> None:
    upstream.script = [Said(body)]
    assert (await refusal(model_at(upstream), streamed=True)).status == 502


async def test_tool_calls_that_are_none_leave_a_whole_answer(upstream: MockUpstream) -> None:
    upstream.script = [Said(completion("Hi", tool_calls=["x"]))]
    got = await stream(model_at(upstream))
    assert not any("tool_calls" in one["choices"][0]["delta"] for one in got)


async def test_an_emoji_in_halves_is_put_together(upstream: MockUpstream) -> None:
    pieces = events(said("Hi \ud83d", "\ude00", "!"))
    assert b"ud83d" in pieces[1]
    upstream.script = [Said(pieces=pieces)]
    got = await stream(model_at(upstream))
    assert [one["choices"][0]["delta"].get("content") for one in got][1:4] == ["Hi ", "😀", "!"]
    upstream.script = [Said(completion("Hi \ud83d!"))]
    assert (await ask(model_at(upstream)))["choices"][0]["message"]["content"] == "Hi \ufffd!"


async def test_a_last_event_without_a_blank_line(upstream: MockUpstream) -> None:
    raw = b"".join(events(said("Hi"), done=False)).rstrip(b"\n")
    upstream.script = [Said(pieces=[raw])]
    assert await stream(model_at(upstream)) == said("Hi")


async def test_lines_of_many_megabytes_arrive_and_have_a_bound(upstream: MockUpstream) -> None:
    long = said("x" * 10_000_000)
    upstream.script = [Said(pieces=events(long))]
    assert await stream(model_at(upstream)) == long
    upstream.script = [Said(pieces=[b"data: "] + [b"x" * 1_000_000] * 17)]
    assert (await refusal(model_at(upstream), streamed=True)).status == 502


@pytest.mark.parametrize("length", ["5", "999999"])
async def test_a_length_that_is_a_lie_is_told(length: str) -> None:
    async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"
        writer.write(head.encode() + completion("Hello."))
        writer.close()

    async with await asyncio.start_server(lie, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for streamed in (False, True):
            model = HttpModel(f"http://127.0.0.1:{port}/v1", retries=0)
            assert (await refusal(model, streamed=streamed)).status == 502


async def test_a_silent_stream_times_out(upstream: MockUpstream) -> None:
    upstream.script = [Said(pieces=events(said("Hi")), pause=1)]
    error = await refusal(model_at(upstream, read_timeout=0.2), streamed=True)
    assert error.status == 504


async def test_closing_the_stream_tells_the_product(upstream: MockUpstream) -> None:
    upstream.script = [Said(pieces=events(said(*"abcdefghij")), pause=0.1)]
    model = model_at(upstream)
    chunks = model.stream(ChatRequest(BODY))
    await anext(chunks)
    await chunks.aclose()
    assert await asyncio.to_thread(upstream.given_up.wait, 5)
    await model.close()


async def test_connections_are_used_again(upstream: MockUpstream) -> None:
    upstream.script = [Said(pieces=events(said("Hi")))]
    model = model_at(upstream, connections=1)
    for _ in range(3):
        assert [one async for one in model.stream(ChatRequest(BODY))]
    await model.close()
