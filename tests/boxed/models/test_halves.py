"""Text in any two halves of UTF-16 is the text again, and always something that can be sent."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxed.models.halves import Halves, read_json, without_halves

TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("😀🦩a"))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=20,
)


def units(text: str) -> list[str]:
    """Every unit of UTF-16 as a string of its own, as JSON's escapes would write it."""
    raw = text.encode("utf-16-le")
    return [raw[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(raw), 2)]


@given(TEXT, st.data())
def test_pieces_cut_anywhere_are_the_text(text: str, data: st.DataObject) -> None:
    halves, said = Halves(), ""
    found = units(text)
    while found:
        size = data.draw(st.integers(1, 4))
        piece, found = "".join(found[:size]), found[size:]
        raw = json.dumps({"choices": [{"index": 0, "delta": {"content": piece}}]}).encode()
        value, odd = read_json(raw)
        said += halves.mended(value, odd)["choices"][0]["delta"]["content"]
    assert said == text


@given(st.lists(ANY_JSON))
def test_whatever_comes_can_be_sent_on(values: list[Any]) -> None:
    halves, met = Halves(), False
    for value in values:
        for chunk in (
            {"choices": [value]},
            {"choices": [{"index": 1, "delta": value}], "x": value},
        ):
            read, odd = read_json(json.dumps(chunk).encode())
            met = met or odd
            sent, alone = halves.mended(read, odd), without_halves(read)
            for one in (sent, alone):
                assert orjson.loads(orjson.dumps(one)) == one
            assert odd or alone == read
            assert met or sent == read
            assert sent.keys() == chunk.keys()
            assert sent.get("x") == alone.get("x")


def test_each_place_waits_for_its_own_other_half() -> None:
    halves = Halves()

    def delta(index: int, **fields: Any) -> Any:
        chunk = {"choices": [{"index": index, "delta": fields}]}
        return halves.mended(chunk, True)["choices"][0]["delta"]

    call = {"index": 3, "function": {"arguments": "\ud83d"}}
    assert delta(0, content="a\ud83d") == {"content": "a"}
    assert delta(1, content="b\ud83d") == {"content": "b"}
    assert delta(0, tool_calls=[call])["tool_calls"][0]["function"] == {"arguments": ""}
    assert delta(1, content="\ude01") == {"content": "😁"}
    assert delta(0, content="") == {"content": ""}
    assert delta(0, content="\ude00") == {"content": "😀"}
    call = {"index": 3, "function": {"arguments": "\ude02"}}
    assert delta(0, tool_calls=[call])["tool_calls"][0]["function"] == {"arguments": "😂"}
    assert delta(0, content="\ude00x") == {"content": "\ufffdx"}


@pytest.mark.parametrize("raw", [b"", b"{", b'"\\ud83d', b"\xff", b'["\\ud83d", NaN]'])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(raw)


def test_a_number_too_long_to_send_is_rounded() -> None:
    value, _ = read_json(b'{"a": "\\ud83d", "n": ' + b"9" * 30 + b"}")
    assert value["n"] == 1e30
