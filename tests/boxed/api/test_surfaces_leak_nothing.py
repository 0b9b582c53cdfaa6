"""Whatever the borders of a product's stream, no event of any API holds a forgotten name."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mock_upstream import chunk
from release_book import leak_in, new_gate
from stream_fragments import FRAGMENTS

from boxed.api.messages.telling import Telling as AsMessage
from boxed.api.responses.frame import Frame
from boxed.api.responses.telling import Telling as AsResponse
from boxed.release.outgoing import Outgoing

Events = list[dict[str, Any]]
LINE = "I don't know."
FIELDS = ("content", "refusal", "reasoning_content")


def as_response() -> AsResponse:
    return AsResponse(Frame.of({"model": "m"}, kept=False), "m")


def as_message() -> AsMessage:
    return AsMessage("m", thinks=True)


TELLING: list[Callable[[], Any]] = [as_response, as_message]


def guarded(chunks: Iterable[dict[str, Any]]) -> tuple[Events, Outgoing]:
    """What leaves the gates, a line in the place of the rest where something leaked."""
    out = Outgoing(new_gate)
    left: Events = []
    for one in chunks:
        left += out.feed(one)
        if out.leaked_choices:
            return left + out.replace(0, LINE), out
    left += out.close()
    return (left + out.replace(0, LINE) if out.leaked_choices else left), out


def told(telling: Any, left: Events) -> Events:
    return [event for one in left for event in telling.feed(one)] + telling.close()


def put_together(events: Events) -> dict[tuple[Any, ...], str]:
    """Every text as a client puts it together, by the place that it stands in."""
    found: dict[tuple[Any, ...], str] = {}
    for event in events:
        delta = event.get("delta")
        place = event.get("item_id", event.get("index")), event.get("content_index")
        if isinstance(delta, str):
            found[place] = found.get(place, "") + delta
        elif isinstance(delta, dict):
            for key, value in delta.items():
                if isinstance(value, str) and key != "type":
                    found[*place, key] = found.get((*place, key), "") + value
    return found


def strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def call(text: str, index: int, **more: Any) -> dict[str, Any]:
    function = {"arguments": text, **({"name": "find"} if more else {})}
    return chunk({"tool_calls": [{"index": index, **more, "function": function}]})


RUNS = st.lists(
    st.tuples(st.sampled_from((*FIELDS, "call")), st.lists(FRAGMENTS, min_size=1, max_size=8)),
    max_size=4,
)


def chunks_of(runs: list[tuple[str, list[str]]]) -> Events:
    out = [chunk({"role": "assistant", "content": ""})]
    calls = 0
    for field, pieces in runs:
        if field != "call":
            out += [chunk({field: piece}) for piece in pieces]
            continue
        quoted = json.dumps({"q": "".join(pieces)})
        out.append(call("", calls, id=f"c{calls}", type="function"))
        out += [call(quoted[at : at + 5], calls) for at in range(0, len(quoted), 5)]
        calls += 1
    return [*out, chunk({}, finish="tool_calls" if calls else "stop")]


@pytest.mark.parametrize("new_telling", TELLING)
@settings(max_examples=150, deadline=None)
@given(runs=RUNS)
def test_no_event_names_anybody(new_telling: Any, runs: Any) -> None:
    left, _ = guarded(chunks_of(runs))
    events = told(new_telling(), left)
    for text in (*put_together(events).values(), *strings(events)):
        assert leak_in(text) is None


def test_a_name_at_every_border() -> None:
    text = "It was Hsiao Yun-Hwa, they say."
    for new_telling in TELLING:
        for at in range(1, len(text)):
            for field in FIELDS:
                pieces = chunk({field: text[:at]}), chunk({field: text[at:]}), chunk({}, 0, "stop")
                left, out = guarded(pieces)
                assert out.leaked_choices == {0}
                assert "Hwa" not in json.dumps(told(new_telling(), left))


@pytest.mark.parametrize("second", [*FIELDS, "reasoning"])
@pytest.mark.parametrize("first", [*FIELDS, "reasoning"])
def test_a_name_over_two_fields_is_not_put_together(first: str, second: str) -> None:
    pieces = (
        chunk({first: "It was Hsiao "}), chunk({"content": " "}), chunk({second: "Yun-Hwa."}),
        chunk({}, 0, "stop"),
    )  # fmt: skip
    for new_telling in TELLING:
        events = told(new_telling(), guarded(pieces)[0])
        everything = put_together(events)
        joined = "".join(text for place, text in everything.items() if "thinking" not in place)
        for text in (*everything.values(), *strings(events)):
            assert leak_in(text) is None
        if new_telling is as_message:
            assert leak_in(joined) is None


CLEAN = st.lists(
    st.tuples(
        st.sampled_from((*FIELDS, "call")),
        st.lists(st.sampled_from(["Oslo ", "is ", "wet", ". ", "H", "\n", '"', "é"]), min_size=1),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(runs=CLEAN)
def test_what_nobody_forgot_comes_through_unchanged(runs: Any) -> None:
    left, out = guarded(chunks_of(runs))
    assert out.leak is None
    response = as_response()
    told(response, left)
    said = dict.fromkeys(FIELDS, "")
    for item in response.response["output"]:
        for part in item.get("content", ()):
            kind = {"reasoning": "reasoning_content"}.get(item["type"], "content")
            field = "refusal" if part["type"] == "refusal" else kind
            said[field] += part.get("text", part.get("refusal", ""))
    meant = {field: "".join("".join(p) for f, p in runs if f == field) for field in FIELDS}
    assert said == meant
    calls = [item for item in response.response["output"] if item["type"] == "function_call"]
    asked = ["".join(pieces) for field, pieces in runs if field == "call"]
    assert [json.loads(one["arguments"])["q"] for one in calls] == asked


def without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_ids(item) for key, item in value.items() if key != "id"}
    return [without_ids(item) for item in value] if isinstance(value, list) else value


def blocks_of(events: Events) -> Events:
    """Anthropic's blocks as its clients put them together."""
    out: Events = []
    for event in events:
        if event["type"] == "content_block_start":
            out.append({**event["content_block"], "pieces": ""})
        elif event["type"] == "content_block_delta":
            delta = event["delta"]
            if delta["type"] == "input_json_delta":
                out[-1]["pieces"] += delta["partial_json"]
                continue
            field = delta["type"].removesuffix("_delta")
            out[-1][field] += delta[field]
    for block in out:
        pieces = block.pop("pieces")
        if pieces:
            block["input"] = json.loads(pieces)
    return out


@settings(max_examples=100, deadline=None)
@given(runs=CLEAN)
def test_a_whole_reply_says_what_its_stream_says(runs: Any) -> None:
    # A whole message has its fields in this order.
    order = ["reasoning_content", "content", "refusal", "call"]
    ordered = sorted(runs, key=lambda run: order.index(run[0]))
    message: dict[str, Any] = {"role": "assistant", "content": ""}
    for field in FIELDS:
        if text := "".join("".join(p) for f, p in runs if f == field):
            message[field] = text
    asked = ["".join(pieces) for field, pieces in runs if field == "call"]
    message["tool_calls"] = [
        {"id": f"c{n}", "type": "function",
         "function": {"name": "find", "arguments": json.dumps({"q": text})}}
        for n, text in enumerate(asked)
    ]  # fmt: skip
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if asked else "stop"}
    body = {"model": "m", "choices": [choice]}
    left, _ = guarded(chunks_of(ordered))
    streamed = as_response()
    told(streamed, left)
    whole = as_response().whole(body)
    assert without_ids(whole["output"]) == without_ids(streamed.response["output"])
    events = told(as_message(), left)
    assert without_ids(as_message().whole(body)["content"]) == without_ids(blocks_of(events))
