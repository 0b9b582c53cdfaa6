from boxed.api.chat import (
    last_user,
    last_user_text,
    map_request,
    message_text,
    prompts_of,
    texts_in,
    turns_of,
)

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "look_up",
            "description": "Finds Jane Roe.",
            "parameters": {"type": "object", "properties": {"Jane Roe": {"type": "string"}}},
        },
    }
]


def test_every_text_of_a_message_is_read() -> None:
    message = {
        "role": "assistant",
        "name": "jane",
        "content": [{"type": "text", "text": "hello"}, {"type": "refusal", "refusal": "no"}],
        "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
        ],
        "reasoning_content": "thinking",
    }
    text = message_text(message)
    for part in ("hello", "no", "jane", "call_1", '{"a": 1}', "thinking"):
        assert part in text
    assert "refusal" not in turns_of({"messages": [{"role": "user", "content": "x"}]})[0].text


def test_pictures_and_sound_are_neither_read_nor_changed() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD"}}
    sound = {"type": "input_audio", "input_audio": {"data": "QUJD", "format": "wav"}}
    body = {
        "messages": [{"role": "user", "content": [picture, sound, {"type": "text", "text": "x"}]}]
    }
    assert "QUJD" not in turns_of(body)[0].text
    changed = map_request(body, lambda text: text + "!")["messages"][0]["content"]
    assert changed[:2] == [picture, sound]
    assert changed[2] == {"type": "text", "text": "x!"}


def test_text_that_rides_on_a_picture_is_read() -> None:
    part = {"type": "image_url", "image_url": {"url": "http://x/y.png"}, "text": "Jane Roe"}
    assert "Jane Roe" in turns_of({"messages": [{"role": "user", "content": [part]}]})[0].text


def test_text_beside_the_messages_is_a_system_turn_behind_them() -> None:
    body = {
        "model": "m", "temperature": 1, "messages": [{"role": "user", "content": "hi"}],
        "tools": TOOLS, "documents": ["Jane Roe, a life"],
    }  # fmt: skip
    turns = turns_of(body)
    assert [turn.role for turn in turns] == ["user", "system"]
    assert turns[1].text.count("Jane Roe") == 3
    assert len(turns_of({"model": "m", "messages": [], "temperature": 1})) == 0


def test_changing_a_request_reaches_keys_and_values_and_spares_the_apis_own_words() -> None:
    body = {"model": "Jane Roe", "messages": [{"role": "user", "content": "x"}], "tools": TOOLS}
    changed = map_request(body, lambda text: text.replace("Jane Roe", "X").replace("type", "Y"))
    assert changed["model"] == "Jane Roe"
    function = changed["tools"][0]["function"]
    assert changed["tools"][0]["type"] == "function"
    assert function["parameters"] == {"type": "object", "properties": {"X": {"type": "string"}}}
    assert TOOLS[0]["function"]["description"] == "Finds Jane Roe."


def test_a_role_of_its_own_is_text() -> None:
    assert "Jane Roe" in turns_of({"messages": [{"role": "Jane Roe", "content": "x"}]})[0].text


def test_odd_shapes_do_not_break_it() -> None:
    for content in (None, 3, [], ["a"], [None], {"a": {"type": ["string", "null"]}}):
        message_text({"role": "user", "content": content})
    assert texts_in({"type": ["string", "null"], "x": 1.5}) == ["string", "null", "x"]


def test_prompts_and_last_user() -> None:
    assert prompts_of({"prompt": ["a", "b"]}) == ["a", "b"]
    assert last_user_text({"prompt": "a"}) == "a"
    messages = [{"role": "user", "content": "q"}, {"role": "tool", "content": "r"}]
    assert last_user({"messages": messages}) == 0
    assert last_user_text({"messages": messages}) == "q"
    assert last_user_text({"messages": []}) == ""


def test_token_arrays_are_turned_down() -> None:
    import pytest

    for prompt in ([1, 2], [[1, 2]]):
        with pytest.raises(ValueError, match="token arrays"):
            prompts_of({"prompt": prompt})
