"""Chunks that came together are read as one: the same words leave as of one after the other."""

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from mock_upstream import chunk, said
from release_book import new_gate, texts
from stream_fragments import FRAGMENTS

from boxed.api.plain_words import plain_words
from boxed.likeness.pacing import paced
from boxed.release.outgoing import Outgoing

Chunks = list[dict[str, Any]]
USAGE = {"id": "c-1", "choices": [], "usage": {"total_tokens": 3}}

PIECES = st.one_of(
    FRAGMENTS.map(lambda text: chunk({"content": text})),
    FRAGMENTS.map(lambda text: chunk({"content": text})),
    FRAGMENTS.map(lambda text: chunk({"content": text}, 1)),
    FRAGMENTS.map(lambda text: chunk({"content": text, "refusal": None})),
    FRAGMENTS.map(lambda text: chunk({"content": text, "odd": text})),
    FRAGMENTS.map(lambda text: chunk({"reasoning_content": text})),
    FRAGMENTS.map(lambda text: chunk({"role": "assistant", "content": text})),
    st.sampled_from([USAGE, chunk({}, 0, "stop"), chunk({"content": "\\u0048"})]),
)


def one_by_one(chunks: Chunks) -> tuple[Chunks, Outgoing, list[tuple[int, bool]]]:
    out, guard, leaks = [], Outgoing(new_gate), list[tuple[int, bool]]()
    for number, one in enumerate(chunks):
        before = guard.leaked_choices
        out += guard.feed(one)
        if guard.leaked_choices != before:
            leaks.append((number, guard.released))
    return out + guard.close(), guard, leaks


def in_batches(chunks: Chunks, cuts: list[int]) -> tuple[Chunks, Outgoing, list[tuple[int, bool]]]:
    out, guard, leaks = [], Outgoing(new_gate), list[tuple[int, bool]]()
    borders = [0, *sorted(cut % (len(chunks) + 1) for cut in cuts), len(chunks)]
    for start, end in pairwise(borders):
        batch, at = chunks[start:end], 0
        while at < len(batch):
            before = guard.leaked_choices
            left, at = guard.feed_some(batch, at)
            out += left
            if guard.leaked_choices != before:
                leaks.append((start + at - 1, guard.released))
    return out + guard.close(), guard, leaks


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=14), st.lists(st.integers(0, 14), max_size=5))
def test_every_way_of_putting_chunks_together_gives_the_same(
    chunks: Chunks, cuts: list[int]
) -> None:
    out, guard, leaks = one_by_one(chunks)
    for borders in (cuts, []):
        left, other, found = in_batches(chunks, borders)
        assert texts(left) == texts(out)
        assert (other.leak, other.leaked_choices) == (guard.leak, guard.leaked_choices)
        assert (other.said, other.released) == (guard.said, guard.released)
        assert found == leaks, "a leak is known at the same chunk, with as much released before it"


def test_chunks_in_the_middle_of_a_read_leave_as_they_came() -> None:
    words = ("ao. One ", "tree ", "stood in ", "the ya", "rd. It was Hs")
    chunks = [chunk({"content": text}) for text in words]
    guard = Outgoing(new_gate)
    guard.feed(chunk({"content": "So: Hsi"}))
    left, at = guard.feed_some(chunks)
    assert at == len(chunks)
    assert left[0]["choices"][0]["delta"]["content"] == "Hsiao. One "
    assert all(a is b for a, b in zip(left[1:4], chunks[1:4], strict=True))
    assert left[4]["choices"][0]["delta"]["content"] == "rd. It was "


def test_what_came_in_front_of_a_leak_in_one_read_has_left_before_it() -> None:
    guard = Outgoing(new_gate)
    guard.feed(chunk({"role": "assistant", "content": ""}))
    guard.feed(chunk({"content": "So "}))
    words = ("it ", "was ", "Voldemort. He")
    chunks = [*(chunk({"content": text}) for text in words), USAGE]
    left, at = guard.feed_some(chunks)
    assert texts(left)[0, "content"] == "it was "
    assert at == 3, "what came behind the leak waits for the choice's end"
    assert guard.leaked_choices == {0}


def test_a_chunk_that_says_more_than_words_is_not_plain() -> None:
    plain = chunk({"content": "a"})
    assert plain_words(plain) == (0, "a")
    assert plain_words({**plain, "usage": {"total_tokens": 1}}) is None
    assert plain_words({**plain, "Hsiao": 1}) is None
    for delta in ({"content": ""}, {"content": "a", "Hsiao": None}, {"content": "a", "role": "b"}):
        assert plain_words(chunk(delta)) is None
    assert plain_words(chunk({"content": "a"}, finish="stop")) is None
    assert plain_words(chunk({"content": "a"}, logprobs={"content": []})) is None


def test_a_made_stream_comes_in_reads_like_the_product_s() -> None:
    chunks = said("a", "b", "c")
    assert [(s, len(batch)) for s, batch in paced(chunks, [0.0])] == [(0.0, 5)]
    apart = [(s, len(batch)) for s, batch in paced(chunks, [0.01])]
    assert apart == [(0.0, 2), (0.01, 1), (0.01, 2)]
