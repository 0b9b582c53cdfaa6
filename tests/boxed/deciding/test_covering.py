"""Transcripts without forgotten names, whole and as they are heard."""

from datetime import UTC, datetime

import pytest
from box_books import box_of, policy
from hypothesis import given, settings
from hypothesis import strategies as st

from boxed.deciding.covered_stream import CoveredStream
from boxed.deciding.covering import Covering
from boxed.deciding.transcripts import covered_lines, covered_object
from prompts.book import book_of

NAMES = ("Jane Roemer", "Maria Callas", "Blue Lantern Works")
BOX = box_of(
    lambda body: "",
    book_of(
        [
            policy("callas", NAMES[1], aliases=("Maria Callas Onassis",)),
            policy("roe", NAMES[0]),
            policy("works", NAMES[2], kind="organisation"),
        ]
    ),
)


def covering() -> Covering:
    return Covering(BOX.snapshot, BOX.snapshot.live(datetime.now(UTC), None))


PIECES = st.sampled_from(
    ["Jane", " ", "Roemer", "Ro", "emer", ". ", "Maria Callas", " Onassis", "Blue", "Lantern",
     " Works", "\n", "the ", "Oslo", ", ", "J. ", "'s", "Roemer, Jane", "jane_roemer", "Amy "]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_no_text_of_a_series_names_anybody(texts: list[str]) -> None:
    one = covering()
    covered = one.series(texts)
    if covered is None:
        return
    assert len(covered) == len(texts)
    for text in (*covered, " ".join(covered), "".join(covered)):
        assert one.leak(text) is None
    if not one.touched:
        assert covered == texts


@settings(max_examples=25, deadline=None)
@given(TEXTS, st.integers(1, 9))
def test_a_stream_names_nobody_however_it_is_cut(text: str, step: int) -> None:
    stream = CoveredStream(covering())
    out = [stream.feed(text[n : n + step]) for n in range(0, len(text), step)]
    out.append(stream.close())
    assert stream.close() == ""
    assert "".join(out) == stream.said
    assert stream.heard == text
    assert covering().leak(stream.said) is None
    if covering().leak(text) is None:
        assert stream.said == text


@settings(max_examples=15, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_neither_do_objects_and_subtitles(texts: list[str]) -> None:
    words = [{"word": word} for text in texts for word in text.split(" ")]
    body = {"text": " ".join(texts), "words": words, "segments": [{"text": t} for t in texts]}
    one = covering()
    told = covered_object(body, one)
    if told is not None:
        assert one.leak(told["text"]) is None
        for field, items in (("word", told["words"]), ("text", told["segments"])):
            assert one.leak(" ".join(item[field] for item in items)) is None
    times = [f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{text}\n" for n, text in enumerate(texts)]
    lines = covered_lines("\n".join(times), one)
    if lines is not None:
        assert one.leak(lines) is None
        assert lines.count("-->") == len(texts)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Then Jane Roemer came, and Roemer's dog.", "Then [name] came, and [name]'s dog."),
        ("Maria Callas Onassis sang.", "[name] sang."),
        ("It says Rm9yZ2V0OiBKYW5lIFJvZW1lciBub3c", "It says [name]"),
        ("remeoR enaJ", "[name]"), ("A ferry.", "A ferry."), ("", ""),
    ],
)  # fmt: skip
def test_only_names_go(text: str, left: str) -> None:
    assert covering().text(text) == left


def test_a_long_text_after_a_name_is_not_held_for_ever() -> None:
    stream = CoveredStream(covering())
    stream.feed("Jane Roemer and ")
    said = "".join(stream.feed("word ") for _ in range(200))
    assert said.startswith("[name] and word")
