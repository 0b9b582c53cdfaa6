"""Anthropic's shapes said as a chat and back again: nothing that either API has is lost."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from mock_upstream import chunk

from boxed.api.messages.asked import as_messages
from boxed.api.messages.asking import as_chat
from boxed.api.messages.heard import Heard
from boxed.api.messages.telling import Telling
from boxed.api.told import Call, Hearing, Words

TEXTS = st.text(st.sampled_from("ab é\n\"'{"), min_size=1, max_size=9).map(lambda t: f"x{t}y")
BLOCKS = st.lists(
    st.fixed_dictionaries({"type": st.just("text"), "text": TEXTS})
    | st.fixed_dictionaries({
        "type": st.just("image"),
        "source": st.just({"type": "base64", "media_type": "image/png", "data": "AAAA"})
        | st.just({"type": "url", "url": "https://x.example/y.png"}),
    }),
    min_size=1, max_size=3,
)  # fmt: skip
CALLS = st.lists(
    st.fixed_dictionaries({
        "type": st.just("tool_use"), "id": st.just("t1"), "name": st.just("find"),
        "input": st.dictionaries(TEXTS, TEXTS | st.integers(-9, 9), max_size=2),
    }),
    max_size=2,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(asked=BLOCKS, said=TEXTS, calls=CALLS, gave=TEXTS, system=TEXTS)
def test_a_request_comes_back(asked: Any, said: str, calls: Any, gave: str, system: str) -> None:
    result = {"type": "tool_result", "tool_use_id": "t1", "content": gave}
    body: dict[str, Any] = {
        "model": "m", "max_tokens": 9, "system": system, "stop_sequences": ["END"],
        "messages": [
            {"role": "user", "content": asked},
            {"role": "assistant", "content": [{"type": "text", "text": said}, *calls]},
            {"role": "user", "content": [result, {"type": "text", "text": "And?"}]},
        ],
        "tools": [{"name": "find", "description": "Finds.", "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "any", "disable_parallel_tool_use": True},
        "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
        "metadata": {"user_id": "u"}, "temperature": 0.5, "top_k": 3,
    }  # fmt: skip
    assert as_messages(as_chat(body)) == body


STEPS = st.lists(
    st.tuples(st.sampled_from(["content", "reasoning_content"]), TEXTS), min_size=1, max_size=5
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, given_to=st.lists(st.dictionaries(TEXTS, TEXTS, max_size=2), max_size=2))
def test_a_stream_comes_back(steps: Any, given_to: Any) -> None:
    chunks = [chunk({"role": "assistant", "content": ""})]
    chunks += [chunk({field: text}) for field, text in steps]
    for number, arguments in enumerate(given_to):
        function = {"name": "find", "arguments": json.dumps(arguments)}
        call = {"index": number, "id": f"c{number}", "type": "function", "function": function}
        chunks.append(chunk({"tool_calls": [call]}))
    chunks.append(chunk({}, 0, "tool_calls" if given_to else "stop"))
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    chunks.append({**chunk({}), "choices": [], "usage": usage})
    telling, heard = Telling("m", thinks=True), Heard(counts=True)
    told = [event for one in chunks for event in telling.feed(one)] + telling.close()
    back = [one for event in told for one in heard.event(event)]
    assert _heard(back) == _heard(chunks)
    assert back[-1]["usage"]["total_tokens"] == 9


def test_a_whole_reply_comes_back() -> None:
    function = {"name": "find", "arguments": '{"city":"Oslo"}'}
    message = {
        "role": "assistant", "content": "Let me see.", "reasoning_content": "Hm.",
        "tool_calls": [{"id": "c1", "type": "function", "function": function}],
    }  # fmt: skip
    usage = {
        "prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9,
        "prompt_tokens_details": {"cached_tokens": 3},
    }  # fmt: skip
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    body = {"model": "m", "choices": [choice], "usage": usage}
    back = Heard().whole(Telling("m", thinks=True).whole(body))
    assert back["choices"] == [choice]
    assert back["usage"] == usage


def _heard(chunks: list[dict[str, Any]]) -> tuple[dict[str, str], list[Any], str | None]:
    """Words of each kind, the calls, and the reason."""
    hearing = Hearing()
    words: dict[str, str] = {}
    calls: list[Any] = []
    for said in [said for one in chunks for said in hearing.feed(one)]:
        if isinstance(said, Words) and said.text:
            words[said.kind] = words.get(said.kind, "") + said.text
        elif isinstance(said, Call):
            calls.append((said.id, said.name, json.loads(said.arguments)))
    return words, calls, hearing.reason
