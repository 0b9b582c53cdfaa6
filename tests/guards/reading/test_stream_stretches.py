r"""Names in leetspeak of several strokes (`573p#3|\| |<1|\|9`), or misspelt with letters apart.

Whole replies and streams stop them alike.
"""

import pytest
from streamed_books import about, is_stopped_alike, streamed

from guards.reading.leetspeak import leet_words
from guards.reading.stretches import Stretch, apart_words
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


@pytest.mark.parametrize("frame", ["{}", "It is {} who wrote it.", "- {}\n- others\n"])
@pytest.mark.parametrize(
    "written",
    [
        "S t e h p e n  K i n g",
        "S/t/e/f/e/n K/i/n/g",
        " ".join("\u00b7".join(word) for word in ("Мариах", "Кареи")),
        "T-a-y-l-r S-w-i-f-t",
    ],
)
def test_letters_apart_of_a_name_misspelt_or_in_another_script(written: str, frame: str) -> None:
    assert written not in is_stopped_alike(BOOK, frame.format(written))


def test_what_is_apart_is_held_from_its_third_letter_until_it_is_over() -> None:
    assert apart_words("S/t/e/f", 0) == (Stretch(0, 4, 7, over=False),)
    assert apart_words("S/t/e/f/", 0) == (Stretch(0, 4, 7, over=False),)
    assert apart_words("S/t/e/f K/i/n/g.", 8) == (Stretch(0, 12, 15, over=True),)
    assert apart_words("as I am in a row", 0) == ()


def test_no_more_than_the_word_that_is_being_written_waits() -> None:
    gate, word = BOOK.gate(), 0
    for character in "Our b2b sales went up again, in one row.":
        gate.feed(character)
        word = 0 if character == " " else word + 1
        assert gate.held <= word


def test_a_word_is_read_with_those_before_it() -> None:
    assert leet_words("no leetspeak here", 0) == ()
    assert leet_words("so b2b it", 3) == (
        Stretch(0, 5, 6, over=True),
        Stretch(0, 7, 9, over=False),
    )
