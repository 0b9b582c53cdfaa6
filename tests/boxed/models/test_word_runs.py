"""Chunks of one form are read and written as words: the same chunks, the same bytes, as singly."""

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mock_upstream import chunk
from release_book import new_gate, texts
from stream_fragments import FRAGMENTS

from boxed.api.chat import Body, ChatRequest
from boxed.api.plain_words import plain_words
from boxed.api.word_run import Form, Run, form_of
from boxed.gateway.event_stream import plain, together
from boxed.likeness.listening import Listening
from boxed.likeness.memory import Memory
from boxed.models.openai_stream import ChunkStream
from boxed.models.protocol import UpstreamError
from boxed.release.outgoing import Outgoing

WORDS = st.one_of(FRAGMENTS, st.text(max_size=6), st.sampled_from(['"', "\\", "\n\n", ',"', "é😀"]))
CHUNKS = st.one_of(
    *(WORDS.map(lambda text: chunk({"content": text})) for _ in range(3)),
    WORDS.map(lambda text: chunk({"content": text}, 1)),
    WORDS.map(lambda text: chunk({"role": "assistant", "content": text})),
    st.sampled_from([chunk({}, 0, "stop"), {"id": "c-1", "choices": [], "usage": {"n": 1}}]),
)
WRITERS: list[Callable[[Body], bytes]] = [
    orjson.dumps,
    lambda one: json.dumps(one).encode(),
    lambda one: json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode(),
    lambda one: orjson.dumps({**one, "obfuscation": f"{hash(str(one)):x}"}),
    lambda one: orjson.dumps({"obfuscation": f"{hash(str(one)):x}", **one}),
    lambda one: orjson.dumps({**one, "usage": None}),
]
WRITTEN = st.tuples(st.lists(CHUNKS, max_size=14), st.sampled_from(WRITERS))
CUTS = st.lists(st.integers(0, 14), max_size=4)


class _Response:
    """What a stream of chunks needs of a response: its body in these reads."""

    def __init__(self, reads: Sequence[bytes]) -> None:
        self.content = self
        self._reads = list(reads)

    async def readany(self) -> bytes:
        return self._reads.pop(0) if self._reads else b""


async def read(reads: Sequence[bytes]) -> list[Sequence[Body]]:
    stream: Any = ChunkStream(_Response(reads), 2**20)  # pyright: ignore[reportArgumentType]
    batches: list[Sequence[Body]] = []
    while not stream.done:
        batches += await stream.read()
    return batches


def in_reads(events: Sequence[bytes], cuts: Sequence[int]) -> list[bytes]:
    framed = [b"data: %b\n\n" % event for event in (*events, b"[DONE]")]
    borders = [0, *sorted(cut % len(framed) for cut in cuts), len(framed)]
    return [b"".join(framed[start:end]) for start, end in pairwise(borders) if end > start]


@settings(max_examples=60, deadline=None)
@given(WRITTEN, CUTS)
async def test_runs_hold_the_chunks_that_came(
    written: tuple[list[Body], Callable[[Body], bytes]], cuts: list[int]
) -> None:
    chunks, writer = written
    events = [writer(one) for one in chunks]
    batches = await read(in_reads(events, cuts))
    expected = [orjson.loads(event) for event in events]
    assert [one for batch in batches for one in batch] == expected
    for batch in batches:
        assert together(batch) == b"".join(map(plain, batch))
        if isinstance(batch, Run):
            assert batch.length == sum(map(len, batch.words)) > 0
            assert list(map(plain_words, batch)) == [(batch.form.index, one) for one in batch.words]


@settings(max_examples=40, deadline=None)
@given(st.lists(WORDS.filter(bool), max_size=14), CUTS, st.booleans())
def test_a_run_leaves_as_its_chunks_do_one_by_one(
    words: list[str], cuts: list[int], whole: bool
) -> None:
    form = formed(chunk({"content": "Hi"}))
    singly, together_fed = Outgoing(new_gate, whole=whole), Outgoing(new_gate, whole=whole)
    out: list[Body] = []
    other: list[Body] = []
    borders = [0, *sorted(cut % (len(words) + 1) for cut in cuts), len(words)]
    for start, end in pairwise(borders):
        run, at = Run(form, words[start:end]), 0
        while at < len(run):
            left, at = together_fed.feed_run(run, at)
            assert all(left), "what leaves is in batches, none of them empty"
            other += [one for batch in left for one in batch]
    for one in Run(form, words):
        out += singly.feed(one)
    assert texts([*other, *together_fed.close()]) == texts([*out, *singly.close()])
    assert (together_fed.leak, together_fed.released) == (singly.leak, singly.released)
    assert (together_fed.said, together_fed.leaked_choices) == (singly.said, singly.leaked_choices)


def formed(one: Body, writer: Callable[[Body], bytes] = orjson.dumps) -> Form:
    words = plain_words(one)
    assert words is not None
    form = form_of(writer(one), one, words)
    assert form is not None
    return form


def test_words_in_the_middle_of_a_run_stay_in_their_chunks() -> None:
    guard = Outgoing(new_gate)
    guard.feed(chunk({"content": "So: Hsi"}))
    words = ["ao. One ", "tree ", "stood in ", "the ya", "rd. It was Hs"]
    padded = chunk({"content": "Hi"}) | {"obfuscation": "a"}
    ((left,), at) = guard.feed_run(Run(formed(padded), words, list("abcde")))
    assert at == len(words)
    assert isinstance(left, Run)
    assert left.words == ["Hsiao. One ", *words[1:4], "rd. It was "]
    assert left.pads == list("abcde")
    ((left,), _) = guard.feed_run(Run(formed(padded), ["iao ", "he said"], list("fg")))
    assert [one["obfuscation"] for one in left] == list("fg")


@pytest.mark.parametrize(
    "event",
    [
        b'{"choices":[{"index":0,"delta":{"content":"a"}},{"index":1,"delta":{"content":"b"}}]}',
        b'{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}',
        b'{"choices":[{"index":0,"delta":{"content":"a\\"}}]}',
        b'{"choices":[{"index":0,"delta":{"content":"\\ud83d"}}]}',
        b'{"choices":[{"index":0,"delta":{"content":"a"}}],"usage":{"n":1}}',
        b'{"choices":[{"index":0,"delta":{"content":"a","content":"b"}}]}',
        b'{"choices":[{"index":0,"delta":{"content":""}}]}',
        b'{"choices":[{"index":0,"delta":{"content":"\xff"}}]}',
        b'{"choices":[{"index":0,"delta":{"content":"a\x00b"}}]}',
        b'{"choices":[{"index":0,"delta":{"content":"a"}}]}\n{"choices":[]}',
    ],
)
def test_what_only_looks_like_the_form_is_not_of_it(event: bytes) -> None:
    form = formed({"choices": [{"index": 0, "delta": {"content": "a"}}]})
    good = orjson.dumps({"choices": [{"index": 0, "delta": {"content": "b"}}]})
    assert form.run([event]) is None
    found = form.run([good, event, good])
    assert found is None or list(found) == [orjson.loads(good)]


def test_words_that_stand_in_other_fields_too_are_told_apart() -> None:
    one = {"id": "a", "model": "a", **chunk({"content": "a"}), "system_fingerprint": "a"}
    run = formed(one).run([orjson.dumps(one), orjson.dumps({**one, "model": "b"})])
    assert run is not None
    assert list(run) == [one]
    # Where a product writes a field twice, what is read of it is what is sent.
    twice = b'{"choices":[{"index":0,"delta":{"content":"x","content":"a"}}]}'
    found = formed(orjson.loads(twice), lambda _: twice).run([twice])
    assert found is not None
    assert together(found) == b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'


async def test_a_broken_chunk_among_words_breaks_the_stream_behind_what_came_before_it() -> None:
    good, bad = orjson.dumps(chunk({"content": "a"})), orjson.dumps(chunk({"content": "a"}))[:-2]
    reads = in_reads([good, good, good, bad, good], [])
    stream: Any = ChunkStream(_Response(reads), 2**20)  # pyright: ignore[reportArgumentType]
    first, rest = await stream.read()
    assert (len(first), len(rest), type(rest)) == (1, 2, Run)
    with pytest.raises(UpstreamError):
        await stream.read()


def test_a_stream_is_learnt_alike_from_runs_and_from_chunks() -> None:
    request = ChatRequest({"model": "m", "messages": []})
    words = ["It ", "was ", "a ", "calm ", "sea."]
    run, end = Run(formed(chunk({"content": "Hi"})), words), chunk({}, 0, "stop")
    learnt: list[Any] = []
    for size in (0, 3):
        memory = Memory(lambda _: True)
        for _ in range(2):
            heard = Listening(memory, request)
            if size:
                heard.run(run[:size])
                heard.run(run[size:])
            else:
                for one in run:
                    heard.chunk(one)
            heard.chunk(end)
            heard.over()
        ((key, form),) = memory.streams.items()
        learnt.append((form.first, form.words, form.end, vars(memory.known(key).cuts)))
    assert learnt[0] == learnt[1]
