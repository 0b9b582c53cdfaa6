"""Products send what they like: no shape of a reply may raise, and none may carry a name out."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_book import guarded, leak_in

from boxed.release.whole import leak_in as leak_in_body

KEYS = st.sampled_from(
    ["delta", "message", "content", "tool_calls", "function", "arguments", "name", "logprobs",
     "token", "tokens", "bytes", "top_logprobs", "index", "finish_reason", "text", "audio", "data",
     "transcript", "role", "id", "refusal", "odd", "usage"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(),
    st.integers(-1, 3),
    st.booleans(),
    st.sampled_from(["", "a", "Hsi", "ao Yun-Hwa ", "Hsiao Yun-Hwa"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
CHOICES = st.one_of(VALUES, st.lists(st.dictionaries(KEYS, VALUES, max_size=4), max_size=3))
BODIES = st.fixed_dictionaries({"choices": CHOICES}, optional={"note": VALUES, "usage": VALUES})


@settings(max_examples=150, deadline=None)
@given(st.lists(BODIES, max_size=4))
def test_streams_of_any_shape(chunks: list[dict[str, Any]]) -> None:
    out, _ = guarded(chunks)
    for chunk in out:
        assert leak_in_body({key: chunk[key] for key in chunk if key != "usage"}, leak_in) is None


@pytest.mark.parametrize("said", [["Hsi"], [["Hsi"]], [{"text": ["Hsi"]}], ["a ", "Hsi"]])
def test_a_list_of_bare_texts_is_released_to_its_end(said: list[Any]) -> None:
    out, _ = guarded([{"choices": [{"index": 0, "delta": {"content": said}}]}])
    assert "Hsi" in str(out)


@settings(max_examples=150, deadline=None)
@given(BODIES)
def test_whole_replies_of_any_shape(body: dict[str, Any]) -> None:
    assert leak_in_body(body, leak_in) is None or "Yun" in str(body)
