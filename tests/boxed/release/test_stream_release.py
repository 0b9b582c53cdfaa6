import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mock_upstream import chunk, said
from release_book import guarded, leak_in, new_gate, texts

from boxed.release.stream import StreamRelease


def tool(arguments: str, index: int = 0, **more: Any) -> dict[str, Any]:
    return chunk({"tool_calls": [{"index": index, **more, "function": {"arguments": arguments}}]})


def entry(token: str, *others: str) -> dict[str, Any]:
    top = [{"token": other, "logprob": -2.0, "bytes": None} for other in others]
    return {"token": token, "logprob": -0.1, "bytes": list(token.encode()), "top_logprobs": top}


def logged(text: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return chunk({"content": text}, logprobs={"content": list(entries), "refusal": None})


def test_clean_chunks_pass_as_they_are() -> None:
    chunks = [{**one, "extra": 1} for one in said("One ", "and one ", "are two. ")]
    out, release = guarded(chunks)
    assert out == chunks
    assert release.leak is None
    assert release.released


def test_the_role_passes_at_once_and_is_no_text() -> None:
    release = StreamRelease(new_gate)
    first = chunk({"role": "assistant", "content": ""})
    assert release.feed(first) == [first]
    assert not release.released


def test_what_may_become_a_name_waits_and_leaves_before_the_end() -> None:
    release = StreamRelease(new_gate)
    (first,) = release.feed(chunk({"content": "I saw Hsi"}))
    assert first["choices"][0]["delta"]["content"] == "I saw "
    assert first["id"] == "c-1"
    rest, last = release.feed(chunk({}, finish="stop"))
    assert rest == chunk({"content": "Hsi"})
    assert last == chunk({}, finish="stop")


def test_the_held_rest_leaves_when_the_stream_just_ends() -> None:
    release = StreamRelease(new_gate)
    release.feed(chunk({"content": "Hsi"}))
    assert texts(release.close()) == {(0, "content"): "Hsi"}


def test_a_leak_stops_its_choice_alone() -> None:
    chunks = [
        chunk({"content": "It was Hsi"}), chunk({"content": "Fine. "}, 1),
        chunk({"content": "ao Yun-Hwa, "}),
        chunk({"content": "she was"}), chunk({"content": "So it is. "}, 1),
        chunk({}, 0, "stop"), chunk({}, 1, "stop"),
    ]  # fmt: skip
    out, release = guarded(chunks)
    assert texts(out) == {(0, "content"): "It was ", (1, "content"): "Fine. So it is. "}
    assert release.leaked_choices == {0}
    assert release.leak is not None
    assert [c["choices"][0]["index"] for c in out if c["choices"][0]["finish_reason"]] == [1]
    word, end = release.replace(0, "no idea.")
    assert word == chunk({"content": "no idea."})
    assert end == chunk({}, finish="stop")


def test_a_leak_in_the_first_words_counts_as_nothing_released() -> None:
    release = StreamRelease(new_gate)
    release.feed(chunk({"role": "assistant", "content": ""}))
    release.feed(chunk({"content": "It was Voldemort. He"}))
    assert release.leak is not None
    assert not release.released


def test_usage_passes_in_its_place() -> None:
    usage = {"id": "c-1", "choices": [], "usage": {"total_tokens": 3}}
    assert guarded([*said("a "), usage])[0][-1] == usage
    both = {**chunk({"content": "Hsi"}), "usage": {"total_tokens": 3}}
    assert guarded([both])[0][0] == {**both, "choices": chunk({"content": ""})["choices"]}


@pytest.mark.parametrize("field", ["content", "refusal", "reasoning_content", "reasoning", "odd"])
def test_every_text_of_a_delta_is_gated(field: str) -> None:
    out, release = guarded(said("It was Hs", "iao Y", "un-Hwa.", field=field))
    assert texts(out) == {(0, field): "It was "}
    assert release.leaked_choices == {0}


def test_audio_waits_for_its_transcript() -> None:
    chunks = [
        chunk({"audio": {"id": "a", "data": "AAAA"}}),
        chunk({"audio": {"transcript": "It was Vol"}}), chunk({"audio": {"data": "BBBB"}}),
        chunk({"audio": {"transcript": "demort "}}), chunk({}, 0, "stop"),
    ]  # fmt: skip
    assert "AAAA" not in str(guarded(chunks)[0])
    chunks[3] = chunk({"audio": {"transcript": "vo "}})
    out = str(guarded(chunks)[0])
    assert 0 < out.index("AAAA") < out.index("BBBB") < out.index("stop")


def test_nested_unknown_fields_are_gated() -> None:
    details = [chunk({"details": [{"type": "text", "text": t}]}) for t in ("Hsiao", " Yun-Hwa ")]
    out, release = guarded([*details, chunk({}, finish="stop")])
    assert (0, "details", 0, "text") not in texts(out)
    assert release.leak is not None


def test_keys_are_text_too() -> None:
    assert guarded([chunk({"Voldemort": 1})])[0] == []
    assert "Voldemort" not in str(guarded([chunk({"x": {"Voldemort": "a"}})])[0])


@pytest.mark.parametrize("place", ["top", "choice"])
def test_other_fields_are_checked_as_they_come(place: str) -> None:
    def one(text: str) -> dict[str, Any]:
        plain = chunk({"content": "a "})
        (plain if place == "top" else plain["choices"][0])["note"] = text
        return plain

    out, release = guarded([one("see "), one("Hsiao"), one(" Yun-Hwa "), one("more")])
    assert release.leaked_choices == {0}
    assert "Yun-Hwa" not in str(out)
    assert guarded([one("the same"), one("the same")])[1].leak is None


class TestTools:
    def test_arguments_pass(self) -> None:
        chunks = [
            chunk({"role": "assistant", "content": None}),
            tool("", id="call-1", type="function"),
            tool('{"city": '), tool('"Paris"}'),
            chunk({}, finish="tool_calls"),
        ]  # fmt: skip
        chunks[1]["choices"][0]["delta"]["tool_calls"][0]["function"]["name"] = "weather"
        out, _ = guarded(chunks)
        assert out[:2] == chunks[:2]
        assert texts(out)[0, "tool_calls", 0, "function", "arguments"] == '{"city": "Paris"}'
        assert out[-1] == chunks[-1]

    @pytest.mark.parametrize(
        "arguments",
        ['{"who": "Hsiao Yun-Hwa"}', r'{"who": "\u0048siao Yun-Hwa"}', r'{"who": "Hsiao\nYun-Hwa"}',
         r'{"who": "Hsiao\tYun-Hwa"}', r'{"a": "\n", "who": "Volde\u006dort"}'],
    )  # fmt: skip
    @pytest.mark.parametrize("width", [1, 3, 100])
    def test_names_in_arguments_do_not(self, arguments: str, width: int) -> None:
        pieces = [arguments[at : at + width] for at in range(0, len(arguments), width)]
        out, release = guarded([tool(piece) for piece in pieces])
        assert release.leak is not None
        left = texts(out).get((0, "tool_calls", 0, "function", "arguments"), "")
        assert leak_in(left) is None
        assert arguments.startswith(left)
        assert len(left) >= arguments.index("who") - 2 or "\\n" in left

    def test_a_call_is_complete_when_the_next_begins(self) -> None:
        release = StreamRelease(new_gate)
        release.feed(tool('{"who": "Hsi', id="a"))
        flushed, following = release.feed(tool("{}", 1, id="b"))
        assert texts([flushed]) == {(0, "tool_calls", 0, "function", "arguments"): "Hsi"}
        assert following == tool("{}", 1, id="b")

    def test_a_call_that_goes_on_is_read_with_its_past(self) -> None:
        chunks = [tool("Hsi"), tool("x", 1), tool("ao Yun"), tool("y", 1), tool("-Hwa "), tool("z")]
        out, release = guarded(chunks)
        assert release.leak is not None
        assert texts(out)[0, "tool_calls", 0, "function", "arguments"] == "Hsi"

    def test_names_of_tools_are_checked(self) -> None:
        call = {"index": 0, "id": "c", "function": {"name": "hsiao_yun_hwa", "arguments": ""}}
        out, release = guarded([chunk({"tool_calls": [call]})])
        assert release.leak is not None
        assert "hsiao" not in str(out)


def test_reasoning_is_complete_when_the_content_begins() -> None:
    out, _ = guarded([chunk({"reasoning": "so Hsi"}), chunk({"content": "Yes. "})])
    assert [sorted(c["choices"][0]["delta"]) for c in out] == [["reasoning"]] * 2 + [["content"]]


class TestLogprobs:
    def test_clean_ones_pass(self) -> None:
        chunks = [logged("One ", entry("One "), entry("")), logged("two ", entry("two ", "2", "x"))]
        assert guarded(chunks)[0] == chunks

    def test_they_wait_for_their_text(self) -> None:
        release = StreamRelease(new_gate)
        (first,) = release.feed(logged("a Hsi", entry("a "), entry("Hsi")))
        assert first["choices"][0]["logprobs"] is None
        (second,) = release.feed(logged("s ", entry("s ")))
        assert [e["token"] for e in second["choices"][0]["logprobs"]["content"]] == [
            "a ",
            "Hsi",
            "s ",
        ]

    def test_those_of_the_held_rest_leave_with_the_end(self) -> None:
        out, _ = guarded([logged("Hsi", entry("Hsi")), chunk({}, finish="stop", logprobs=None)])
        assert texts(out) == {(0, "content"): "Hsi", (0, "logprobs", "content"): "Hsi"}

    def test_tokens_never_spell_a_name(self) -> None:
        chunks = [logged("It ", entry("It ")), logged("", entry("Hsi")),
                  logged("", entry("ao Yun-Hwa ")), logged("x ", entry("x "))]  # fmt: skip
        out, release = guarded(chunks)
        assert release.leak is not None
        assert texts(out) == {(0, "content"): "It ", (0, "logprobs", "content"): "It "}

    def test_nor_do_alternatives(self) -> None:
        out, release = guarded([logged("It ", entry("It ", "Yes", "Voldemort")), logged("was ")])
        assert release.leak is not None
        assert "Voldemort" not in json.dumps(out)

    def test_text_completions(self) -> None:
        def row(*tokens: str) -> dict[str, Any]:
            logprobs = {"tokens": list(tokens), "token_logprobs": [-1.0] * len(tokens),
                        "top_logprobs": None, "text_offset": [0] * len(tokens)}  # fmt: skip
            choice = {"index": 0, "text": "".join(tokens), "logprobs": logprobs}
            return {"id": "t", "choices": [{**choice, "finish_reason": None}]}

        out, _ = guarded([row("One ", "Hsi"), row("s "), row("two ")])
        tokens = [t for c in out for t in (c["choices"][0]["logprobs"] or {}).get("tokens", ())]
        assert tokens == ["One ", "Hsi", "s ", "two "]
        out, release = guarded([row("One ", "Hsi"), row("ao Yun-Hwa ")])
        assert release.leak is not None
        assert texts(out) == {(0, "text"): "One "}
        assert [c["choices"][0].get("text") for c in release.replace(0, "no.")] == ["no.", ""]


WORDS = st.sampled_from(
    ["Hsiao", " ", "Yun", "-", "Hwa", "Voldemort", "Vol", "demort", "the ", "\\u0048", "\\n",
     "siao", "\\", '"', "蕭", "雲華", ". ", "and ", "a", "SHNpYW8gWXVuLUh3YQ==", "&#72;", "é"]
)  # fmt: skip
FIELDS = st.sampled_from(["content", "refusal", "reasoning_content", "tool"])


def delta(field: str, text: str) -> dict[str, Any]:
    return tool(text) if field == "tool" else chunk({field: text})


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(FIELDS, st.lists(WORDS, min_size=1).map("".join)), max_size=4), st.data())
def test_the_same_text_leaves_however_it_is_cut(
    runs: list[tuple[str, str]], data: st.DataObject
) -> None:
    chunks: list[dict[str, Any]] = []
    for field, text in runs:
        edges = [0, *sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8))), len(text)]
        chunks += [delta(field, text[a:b]) for a, b in pairwise(edges)]
    end = chunk({}, finish="stop")
    out, release = guarded([*chunks, end])
    again, other = guarded([*(delta(*run) for run in runs), end])
    single, _ = guarded([*(delta(field, c) for field, text in runs for c in text), end])
    assert texts(out) == texts(again) == texts(single)
    assert release.leaked_choices == other.leaked_choices
    for text in texts(out).values():
        assert leak_in(text) is None
    whole: dict[str, str] = {}
    for field, text in runs:
        whole[field] = whole.get(field, "") + text
    if release.leak is None:
        assert sorted(texts(out).values()) == sorted(whole.values())
