r"""Names in leetspeak of several strokes, in whole replies and in streams: `573p#3|\| |<1|\|9`."""

import pytest
from streamed_books import about, is_stopped_alike, streamed

from guards.reading.leetspeak import LeetWord, leet_words
from guards.release import check

BOOK = about("Stephen King", "Mariah Carey", "Vladimir Putin", "Taylor Swift", "Warren Buffett")
WRITTEN = [
    r"573p#3|\| |<1|\|9", r"573p#3|\||<1|\|9", r"573p#3|\| k1ng", r"573p#3|\| King",
    r"Stephen |<1|\|9", r"573p#3|\| Edwin |<1|\|9", r"|\/|4|214|-| (4|23'/", "W@rr3n |3uff3tt",
    r"\/|_4d1|\/|1|2 |>(_)71n", r"Tay|_0r 5\/\/1ft",
]  # fmt: skip
PLAIN = [
    "Call f(x) and g(y) for utf8mb4, then b2b sales.", "| a | b |\n|---|---|\n| King | 5 |",
    "The king's b2b shop sold 5 (five) items; Stephen Fry came.", "if (a||b) { return c[1]; }",
    "Taylor Hill runs h2o4u(tm) and a swift boat.",
]  # fmt: skip


@pytest.mark.parametrize("frame", ["{}", "It is {} who wrote it.", "- {}\n- others\n"])
@pytest.mark.parametrize("written", WRITTEN)
def test_it_is_stopped_whole_and_streamed(written: str, frame: str) -> None:
    assert written not in is_stopped_alike(BOOK, frame.format(written))


@pytest.mark.parametrize("text", PLAIN)
def test_signs_of_others_pass(text: str) -> None:
    assert check(text, BOOK) is None
    assert streamed(BOOK, text) == streamed(BOOK, [text]) == (text, False)


def test_no_more_than_the_word_that_is_being_written_waits() -> None:
    gate, word = BOOK.gate(), 0
    for character in "Our b2b sales went up again, in one row.":
        gate.feed(character)
        word = 0 if character == " " else word + 1
        assert gate.held <= word


def test_a_word_is_read_with_those_before_it() -> None:
    assert leet_words("no leetspeak here", 0) == ()
    assert leet_words("so b2b it", 3) == (LeetWord(0, 5, 6), LeetWord(0, 7, 9))
