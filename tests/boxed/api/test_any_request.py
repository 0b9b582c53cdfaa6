"""Whatever a client sends, it is asked as a chat or refused by name: nothing breaks."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxed.api.chat import Body, ChatRequest, turns_of
from boxed.api.fields import FieldError
from boxed.api.messages.asking import as_chat as from_messages
from boxed.api.responses.asking import as_chat as from_responses
from boxed.gateway.errors import RequestError
from boxed.gateway.parse import request_of

KEYS = st.sampled_from([
    "model", "input", "instructions", "tools", "tool_choice", "text", "format", "type", "content",
    "role", "call_id", "name", "arguments", "output", "reasoning", "effort", "include", "stream",
    "messages", "system", "max_tokens", "stop_sequences", "metadata", "user_id", "input_schema",
    "source", "data", "media_type", "tool_use_id", "is_error", "output_config", "schema", "odd",
    "previous_response_id", "top_logprobs", "max_output_tokens", "image_url", "id", "url", "mode",
])  # fmt: skip
WORDS = st.sampled_from([
    "user", "assistant", "system", "message", "function_call", "function_call_output", "function",
    "input_text", "output_text", "input_image", "refusal", "text", "image", "document", "base64",
    "tool_use", "tool_result", "thinking", "json_schema", "allowed_tools", "auto", "any", "tool",
    "custom", "reasoning", "item_reference", "", "url",
])  # fmt: skip
PLAIN = st.none() | st.booleans() | st.integers(-2, 99) | st.floats(allow_nan=False) | WORDS
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
ITEM = st.dictionaries(KEYS, VALUES, max_size=6)
BODIES = st.dictionaries(KEYS, VALUES, max_size=8) | st.fixed_dictionaries(
    {"model": st.just("m"), "max_tokens": st.just(9)},
    optional={
        "input": st.lists(ITEM, max_size=3), "messages": st.lists(ITEM, max_size=3),
        "tools": st.lists(ITEM, max_size=2), "tool_choice": ITEM, "text": ITEM, "system": VALUES,
        "output_config": ITEM,
    },
)  # fmt: skip


def asked(as_chat: Callable[[Body], Body], body: Body) -> ChatRequest | None:
    """The chat request, None where the client is told what is wrong."""
    try:
        return request_of(as_chat(body), {}, own_key=False)
    except (FieldError, RequestError):
        return None


@pytest.mark.parametrize("as_chat", [from_responses, from_messages])
@settings(max_examples=400, deadline=None)
@given(body=BODIES)
def test_any_body_is_a_chat_or_refused(as_chat: Callable[[Body], Body], body: Body) -> None:
    request = asked(as_chat, body)
    if request is not None:
        turns_of(request.body)
        assert request.body["messages"]
        assert request.raw is None


SECRETS = st.sampled_from(["alpha-1", "beta-2", "gamma-3"])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_all_that_is_said_is_screened(data: st.DataObject) -> None:
    said = [data.draw(SECRETS) + str(n) for n in range(9)]
    items = [
        {"role": data.draw(st.sampled_from(["user", "developer", "assistant"])),
         "content": data.draw(
             st.sampled_from([said[0], [{"type": "input_text", "text": said[0]}]]))},
        {"type": "message", "role": "assistant", "content": [
            {"type": "refusal", "refusal": said[1]}, {"type": "output_text", "text": said[2]}]},
        {"type": "function_call", "call_id": "c", "name": said[3], "arguments": said[4]},
        {"type": "function_call_output", "call_id": "c", "output": said[5]},
    ]  # fmt: skip
    tool = {"type": "function", "name": said[6], "description": said[7], "parameters": {}}
    body = {"model": "m", "instructions": said[8], "input": items, "tools": [tool]}
    screened = "\n".join(turn.text for turn in turns_of(from_responses(body)))
    assert [text for text in said if text not in screened] == []


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_all_that_is_said_to_anthropics_api_is_screened(data: st.DataObject) -> None:
    said = [data.draw(SECRETS) + str(n) for n in range(9)]
    source = {"type": "text", "media_type": "text/plain", "data": said[0]}
    talk = [
        {"role": "user", "content": [{"type": "document", "source": source, "title": said[1]}]},
        {"role": "assistant", "content": [
            {"type": "text", "text": said[2]},
            {"type": "tool_use", "id": "t", "name": "find", "input": {"who": said[3]}}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t",
             "content": data.draw(st.sampled_from([said[4], [{"type": "text", "text": said[4]}]]))},
            {"type": "text", "text": said[5]}]},
    ]  # fmt: skip
    tool = {"name": said[6], "description": said[7], "input_schema": {"type": "object"}}
    body = {"max_tokens": 9, "system": said[8], "messages": talk, "tools": [tool]}
    screened = "\n".join(turn.text for turn in turns_of(from_messages(body)))
    assert [text for text in said if text not in screened] == []
