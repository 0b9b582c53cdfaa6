"""What is learnt of a product's replies, and what is never kept of them."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from statistics import fmean
from typing import Any

import pytest
from box_books import box_of, policy
from hypothesis import given, settings
from hypothesis import strategies as st
from mock_upstream import chunk

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.api.token_logprobs import columns, entries_of, respelled, values_in
from boxed.likeness.cuts import Cuts
from boxed.likeness.filling import filled_top
from boxed.likeness.json_bytes import style_of, written
from boxed.likeness.limits import shortened
from boxed.likeness.listening import Listening
from boxed.likeness.memory import Known, Memory, key_of
from boxed.likeness.outline import alike, drawn
from boxed.models.fake import FakeModel
from evals.bench.knowing_product import tokens_of
from prompts.book import book_of

REQUEST = ChatRequest({"model": "m", "messages": [{"role": "user", "content": "Hi"}]})
NAMING = {"id", "object", "model", "system_fingerprint", "service_tier", "finish_reason", "role",
          "type"}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=9,
)


def reply(**more: Any) -> ChatReply:
    message = {"role": "assistant", "content": "A secret word."}
    choice = {"index": 0, "message": message, "finish_reason": "stop", **more.pop("choice", {})}
    return ChatReply({"id": "c-12345678", "created": 1, "choices": [choice], **more})


def learnt(*replies: ChatReply) -> Body:
    memory = Memory(lambda text: "Voldemort" not in text)
    found = [memory.whole(key_of(REQUEST), one, time.time()) for one in replies]
    return found[-1].outline


def test_no_word_of_a_reply_is_kept() -> None:
    odd = {"note": "a secret word", "choice": {"why": "a secret word", "logprobs": {"content": []}}}
    assert "secret" not in str(learnt(reply(**odd)))


def test_a_string_is_kept_once_it_was_the_same_twice() -> None:
    assert "provider" not in learnt(reply(provider="Ours, Inc."))
    twice = learnt(reply(provider="Ours, Inc."), reply(provider="Ours, Inc."))
    assert twice["provider"] == "Ours, Inc."
    assert "provider" not in learnt(reply(provider="Ours, Inc."), reply(provider="Another one."))
    assert "provider" not in learnt(reply(provider="Voldemort"), reply(provider="Voldemort"))


def test_a_key_that_is_a_name_is_not_kept() -> None:
    assert "Voldemort" not in str(learnt(reply(Voldemort=1, usage={"Voldemort": 1})))


def test_an_identifier_that_varies_is_drawn_anew() -> None:
    form = learnt(reply(trace="req-8f3a91bc"), reply(trace="req-77aa01ff"))
    first, second = drawn(form["trace"]), drawn(form["trace"])
    assert first != second
    assert {len(first), len(second)} == {len("req-77aa01ff")}
    assert first.startswith("req-")


def words_of(value: Any, name: str = "") -> set[str]:
    """Every string of a reply, but those of fields that name a kind of thing."""
    if isinstance(value, dict):
        return {text for key, item in value.items() for text in words_of(item, key)}
    if isinstance(value, list):
        return {text for item in value for text in words_of(item)}
    return {value} if isinstance(value, str) and value and name not in NAMING else set()


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=8), JSON, max_size=4), max_size=3), JSON)
def test_any_shape_can_be_learnt(bodies: list[Body], choices: Any) -> None:
    def made(memory: Memory, one: Body) -> Body:
        form = memory.whole(key_of(REQUEST), ChatReply(one), 0.0)
        return filled_top(form.outline, (3, 4), form.counts, {}, form.offset)

    memory = Memory(lambda _: True)
    heard = Listening(memory, REQUEST)
    for body in bodies:
        for one in (body, {**body, "choices": choices}, {**body, "choices": [body]}):
            reply = made(memory, one)
            assert json.loads(json.dumps(reply)) == reply
            assert reply.keys() <= one.keys()
            # What one reply said is in no other.
            assert not words_of(made(Memory(lambda _: True), one)) & words_of(one)
            heard.chunk(one)
    heard.over()
    for form in memory.streams.values():
        assert json.loads(json.dumps(asdict(form))) == asdict(form)


@pytest.mark.parametrize("example", ["chatcmpl-a8Yk2Qw91", "cmpl-0f3e9a", "c-1",
                                     "550e8400-e29b-41d4-a716-446655440000"])  # fmt: skip
def test_identifiers_keep_their_form(example: str) -> None:
    made = alike(example)
    assert len(made) == len(example)
    assert [letter for letter in made if letter in "-_"] == [x for x in example if x in "-_"]


@given(JSON, st.sampled_from([None, 2]), st.booleans())
def test_json_is_written_as_the_product_does(value: Any, indent: Any, ascii_only: bool) -> None:
    body = {"id": "x", "é": value}
    raw = json.dumps(body, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert written(body, style_of(raw, body)) == raw
    other = {"id": "y", "more": [1, {"ü": 2}]}
    expected = json.dumps(other, indent=indent, ensure_ascii=ascii_only).encode()
    assert written(other, style_of(raw, body)) == expected


TEXT = "The harbour was quiet, and nobody knew why the ferry had not come on that evening. "


def taught(pieces_of: Any) -> Cuts:
    cuts = Cuts()
    for start in range(0, 40, 4):
        before = ""
        for piece in pieces_of((TEXT * 3)[start:]):
            cuts.note(before, piece)
            before = piece[-1]
    return cuts


@pytest.mark.parametrize(
    "pieces_of",
    [tokens_of, lambda text: [f"{word} " for word in text.split()],
     lambda text: [text[at : at + 5] for at in range(0, len(text), 5)], lambda text: list(text)],
)  # fmt: skip
def test_pieces_are_about_as_long_as_the_products(pieces_of: Any) -> None:
    cuts = taught(pieces_of)
    said = "I have no idea what that could be, sorry; it was before my time, I am afraid. "
    ours, theirs = cuts.pieces(said), pieces_of(said)
    assert "".join(ours) == said
    assert abs(fmean(map(len, ours)) - fmean(map(len, theirs))) < 1.2
    leading = [fmean(piece[0] == " " for piece in some) for some in (ours, theirs)]
    assert abs(leading[0] - leading[1]) < 0.25


@given(st.text(max_size=60), st.integers(1, 20))
def test_pieces_are_the_text_and_as_many_as_wanted(text: str, count: int) -> None:
    pieces = Cuts().pieces(text, count)
    assert "".join(pieces) == text
    assert len(pieces) == min(count, len(text)) or len(text) < 2


def test_stop_words_and_limits() -> None:
    known = Known()
    assert shortened("One. Two.", 4, {}, known) == ("One. Two.", 4, None)
    assert shortened("One. Two.", 4, {"stop": " T"}, known) == ("One.", 2, "stop")
    text, tokens, reason = shortened("One. Two.", 4, {"max_tokens": 2}, known)
    assert ("One. Two.".startswith(text), tokens, reason) == (True, 2, "length")
    assert shortened("b c", 2, {"stop": ["a b"]}, known, before="x a ") == ("", 0, "stop")
    assert shortened("b c", 2, {"max_completion_tokens": 3}, known, spent=3) == ("", 0, "length")


def entry(token: str, value: float = -0.5) -> Body:
    row = {"token": token, "logprob": value, "bytes": list(token.encode())}
    return {**row, "top_logprobs": [row, {"token": "?", "logprob": -3.0, "bytes": None}]}


def test_likelihoods_stay_the_models_own_under_other_words() -> None:
    given_entries = [entry("Ann"), entry(" Lee", -0.7), entry(" sings"), entry(".")]
    found = entries_of(respelled({"content": given_entries}, "Jane Roemer sings."))
    assert "".join(one["token"] for one in found) == "Jane Roemer sings."
    assert [one["logprob"] for one in found] == [-0.5, -0.7, -0.5, -0.5]
    assert all(one["top_logprobs"][0]["token"] == one["token"] for one in found)
    assert "Ann" not in str(found)
    assert respelled(None, "x") is None


def test_both_shapes_hold_the_same() -> None:
    listed = {"content": [entry("a"), entry(" b", -1.0)]}
    table = columns(listed)
    assert table is not None
    assert table["text_offset"] == [0, 1]
    assert values_in(table) == values_in(listed) == [-0.5, -1.0]
    assert [one["token"] for one in entries_of(table)] == ["a", " b"]


def test_speeds_fit_the_counts() -> None:
    timings = {"prompt_n": 90, "prompt_ms": 45.0, "prompt_per_token_ms": 0.5, "cache_n": 10,
               "prompt_per_second": 2000.0, "predicted_n": 7, "predicted_ms": 70.0}  # fmt: skip
    form: Body = {"timings": timings, "usage": {"prompt_tokens": 100, "completion_tokens": 7,
                  "total_tokens": 107, "prompt_tokens_details": {"cached_tokens": 64}}}  # fmt: skip
    out = filled_top(form, (20, 5), (100, 7), {}, None)
    assert out["usage"] == {
        "prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25,
        "prompt_tokens_details": {"cached_tokens": 20},
    }  # fmt: skip
    assert out["timings"]["prompt_n"] == 10
    assert 4 < out["timings"]["prompt_ms"] < 6


def test_a_stream_teaches_its_form() -> None:
    memory = Memory(lambda _: True)
    request = ChatRequest({**REQUEST.body, "stream_options": {"include_usage": True}})
    heard = Listening(memory, request)
    usage = {"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}
    for one in (chunk({"role": "assistant", "content": ""}), chunk({"content": "One"}),
                chunk({"content": " two"}), chunk({"content": "."}), chunk({}, finish="stop"),
                {**chunk({}), "choices": [], "usage": usage}):  # fmt: skip
        heard.chunk(one)
    heard.over()
    form = memory.streams[key_of(request)]
    assert form.opening is not None
    assert form.usage is not None
    assert form.words is not None
    assert "two" not in str(form)
    assert memory.known(key_of(request)).pieces_for(7) == 7


async def test_a_product_that_streams_at_once_is_followed() -> None:
    class AtOnce(FakeModel):
        async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
            choice = {"index": 0, "text": "All of it.", "finish_reason": "stop"}
            yield {"id": "cmpl-1", "object": "text_completion", "model": "x", "choices": [choice]}

    box = box_of(AtOnce(lambda _: "I don't know."), book_of([policy("roe", "Jane Roemer")]))
    body = {"model": "m", "prompt": "Who is Jane Roemer?", "stream": True}
    chunks = [one async for one in box.stream(ChatRequest(body, endpoint="completions"))]
    assert [one["choices"][0]["text"] for one in chunks] == ["I don't know."]
    assert chunks[0]["choices"][0]["finish_reason"] == "stop"
