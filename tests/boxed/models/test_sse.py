from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boxed.models.sse import EventParser, EventTooLongError

STREAM = (
    b"\xef\xbb\xbfdata: one\n\n: a comment\r\n\r\ndata:two\r\ndata:  2\r\n\r\n"
    b"event: x\rid: 1\rdata: \xc3\xa9\r\rretry: 3\n\ndata\n\ndata: [DONE]\n\ndata: tail"
)
EVENTS = [b"one", b"two\n 2", b"\xc3\xa9", b"[DONE]", b"tail"]


def parse(reads: list[bytes]) -> list[bytes]:
    parser = EventParser()
    return [event for read in reads for event in parser.feed(read)] + parser.close()


def test_all_line_ends_comments_and_fields() -> None:
    assert parse([STREAM]) == EVENTS


def test_cut_at_every_byte() -> None:
    assert parse([STREAM[at : at + 1] for at in range(len(STREAM))]) == EVENTS


@given(st.lists(st.integers(0, len(STREAM))))
def test_cut_anywhere(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    assert parse([STREAM[a:b] for a, b in pairwise(edges)]) == EVENTS


@pytest.mark.parametrize("read", [b"data: " + b"x" * 99, b"data: xxxxxx\n" * 9])
def test_an_event_without_end_is_stopped(read: bytes) -> None:
    parser = EventParser(limit=50)
    with pytest.raises(EventTooLongError):
        parser.feed(read)


PARTS = st.sampled_from(
    (
        *(b"data: a\n\n", b"data: b\n\n", b"data:  c\n\n", b"data: \n\n", b"data:d\n\n", b"\n"),
        *(b": e\n\n", b"data: f\ndata: g\n\n", b"data: h\r\n\r\n", b"event: i\ndata: j\n\n"),
        b"data: k\n",
    )
)


@settings(max_examples=40)
@given(st.lists(PARTS), st.lists(st.integers(0, 60)))
def test_reads_of_whole_events_give_what_single_bytes_give(
    parts: list[bytes], cuts: list[int]
) -> None:
    stream = b"".join(parts)
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    expected = parse([stream[at : at + 1] for at in range(len(stream))])
    for reads in ([stream[a:b] for a, b in pairwise(edges)], parts, [stream]):
        assert parse(reads) == expected
