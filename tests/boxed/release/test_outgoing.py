"""What leaves a stream only as a whole: calls of tools and JSON, whatever the cuts."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mock_upstream import chunk, said
from release_book import leak_in, new_gate, texts
from stream_fragments import FRAGMENTS

from boxed.release.outgoing import Outgoing, breaks_off, without_broken_calls


def call(arguments: str, index: int = 0, choice: int = 0, **more: Any) -> dict[str, Any]:
    function = {"arguments": arguments, **({"name": "find"} if more else {})}
    return chunk({"tool_calls": [{"index": index, **more, "function": function}]}, choice)


def sent(chunks: list[dict[str, Any]], **how: Any) -> tuple[list[dict[str, Any]], Outgoing]:
    out = Outgoing(new_gate, **how)
    left = [one for piece in chunks for one in out.feed(piece)]
    return left + out.close(), out


def cut(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]


CLEAN = '{"city": "Paris", "n": [1, {"a": "b}"}]}'
BAD = '{"who": "Hsiao Yun-Hwa", "n": 2}'


def test_words_pass_as_they_come() -> None:
    chunks = said("One ", "and two. ")
    left, out = sent(chunks)
    assert left == chunks
    assert out.released
    assert out.said == {0: "One and two. "}


@pytest.mark.parametrize("width", [1, 3, 100])
def test_a_call_waits_until_its_choice_has_finished(width: int) -> None:
    out = Outgoing(new_gate)
    first = chunk({"role": "assistant", "content": None})
    assert out.feed(first) == [first]
    pieces = [call("", id="a", type="function"), *(call(piece) for piece in cut(CLEAN, width))]
    assert [one for piece in pieces for one in out.feed(piece)] == []
    assert not out.released
    left = out.feed(chunk({}, finish="tool_calls"))
    assert texts(left)[0, "tool_calls", 0, "function", "arguments"] == CLEAN
    assert left[-1]["choices"][0]["finish_reason"] == "tool_calls"
    assert out.released


@pytest.mark.parametrize("width", [1, 3, 100])
def test_where_one_call_leaks_none_leaves(width: int) -> None:
    pieces = [call("", id="a"), *(call(piece) for piece in cut(CLEAN, width)),
              call("", 1, id="b"), *(call(piece, 1) for piece in cut(BAD, width)),
              chunk({}, finish="tool_calls")]  # fmt: skip
    left, out = sent(pieces)
    assert out.leaked_choices == {0}
    assert not out.released
    assert "tool_calls" not in json.dumps(left)


def test_a_choice_that_leaks_in_a_call_keeps_the_words_before_it_and_the_other_choices() -> None:
    pieces = [chunk({"content": "Let me see. "}), call(CLEAN, choice=1, id="b"), call(BAD, id="a"),
              chunk({}, 1, "tool_calls"), chunk({}, 0, "tool_calls")]  # fmt: skip
    left, out = sent(pieces)
    assert texts(left)[0, "content"] == "Let me see. "
    assert texts(left)[1, "tool_calls", 0, "function", "arguments"] == CLEAN
    assert {one["choices"][0]["index"] for one in left if "tool_calls" in str(one)} == {1}
    assert out.leaked_choices == {0}


@pytest.mark.parametrize(("reason", "left_with"), [("length", "length"), ("tool_calls", "stop")])
def test_a_call_that_breaks_off_does_not_leave(reason: str, left_with: str) -> None:
    pieces = [chunk({"content": "So: "}), call('{"name": "', id="a"), chunk({}, finish=reason)]
    left, out = sent(pieces)
    assert "tool_calls" not in str(left).replace(f"'{reason}'", "")
    assert left[-1]["choices"][0]["finish_reason"] == left_with
    assert out.leak is None


def test_a_legacy_call_waits_too() -> None:
    def legacy(text: str) -> dict[str, Any]:
        return chunk({"function_call": {"name": "find", "arguments": text}})

    left, _ = sent([legacy('{"a": '), legacy("1}"), chunk({}, finish="function_call")])
    assert [one["choices"][0]["finish_reason"] for one in left] == [None, None, "function_call"]
    left, _ = sent([legacy('{"a": '), chunk({}, finish="function_call")])
    assert [one["choices"][0]["delta"] for one in left] == [{}]


def test_usage_is_not_lost_in_what_waits() -> None:
    counted = {**call(CLEAN, id="a"), "usage": {"total_tokens": 3}}
    left, _ = sent([counted, chunk({}, finish="tool_calls")])
    assert left[0]["choices"] == []
    assert left[0]["usage"] == {"total_tokens": 3}


@pytest.mark.parametrize("width", [1, 4, 1000])
def test_json_leaves_whole_or_not_at_all(width: int) -> None:
    def streamed(text: str) -> list[dict[str, Any]]:
        return said(*cut(text, width))

    left, _ = sent(streamed(CLEAN), whole=True)
    assert json.loads(texts(left)[0, "content"]) == json.loads(CLEAN)
    left, out = sent(streamed(BAD), whole=True)
    assert (0, "content") not in texts(left)
    assert not out.released


def test_a_whole_reply_loses_calls_that_break_off() -> None:
    def whole(arguments: str) -> dict[str, Any]:
        calls = [{"id": "a", "type": "function", "function": {"name": "f", "arguments": arguments}}]
        message = {"role": "assistant", "content": None, "tool_calls": calls}
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
        return {"id": "x", "choices": [choice]}

    assert without_broken_calls(whole(CLEAN)) is None
    assert without_broken_calls(whole("")) is None
    changed = without_broken_calls(whole('{"name": "'))
    assert changed is not None
    assert changed["choices"][0]["message"] == {"role": "assistant", "content": None}
    assert changed["choices"][0]["finish_reason"] == "stop"


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=9) | FRAGMENTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(JSON, st.data())
def test_only_what_is_whole_does_not_break_off(value: Any, data: st.DataObject) -> None:
    text = json.dumps({"a": value}, ensure_ascii=data.draw(st.booleans()))
    assert not breaks_off(text)
    assert breaks_off(text[: data.draw(st.integers(1, len(text) - 1))])


@settings(max_examples=120, deadline=None)
@given(st.lists(JSON, min_size=1, max_size=3), st.booleans(), st.data())
def test_no_broken_arguments_leave_whatever_the_cuts(
    values: list[Any], finishes: bool, data: st.DataObject
) -> None:
    pieces: list[dict[str, Any]] = []
    written = [json.dumps({"a": value}, ensure_ascii=False) for value in values]
    for number, text in enumerate(written):
        edges = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
        pieces.append(call("", number, id=f"c{number}"))
        pieces += [call(text[a:b], number) for a, b in pairwise([0, *edges, len(text)])]
    if finishes:
        pieces.append(chunk({}, finish="tool_calls"))
    else:
        pieces = pieces[: data.draw(st.integers(0, len(pieces)))]
    left, out = sent(pieces)
    found = {path[2]: text for path, text in texts(left).items() if path[-1] == "arguments"}
    for text in found.values():
        assert leak_in(text) is None
        json.loads(text)
    if out.leak is not None:
        assert "tool_calls" not in json.dumps([one["choices"][0]["delta"] for one in left])
    elif finishes:
        assert found == dict(enumerate(written))
