r"""Names in leetspeak of several strokes, in whole replies and in streams: `573p#3|\| |<1|\|9`."""

import pytest

from guards.compiled import compile_book
from guards.reading.leetspeak import LeetWord, leet_words
from guards.release import check
from prompts.book import book_of
from prompts.policy import Policy

NAMES = ["Stephen King", "Mariah Carey", "Vladimir Putin", "Taylor Swift", "Warren Buffett"]
COMPILED = compile_book(
    book_of(
        [
            Policy(
                id=f"p{number}", title=name, kind="person", response="pretend",
                scope=(f"Who is {name}?",), instruction="Forget.",
            )
            for number, name in enumerate(NAMES)
        ]
    )
)  # fmt: skip
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


def streamed(pieces: list[str]) -> tuple[str, bool]:
    gate = COMPILED.gate()
    released = "".join(gate.feed(piece) for piece in pieces) + gate.close()
    return released, gate.leak is not None


@pytest.mark.parametrize("frame", ["{}", "It is {} who wrote it.", "- {}\n- others\n"])
@pytest.mark.parametrize("written", WRITTEN)
def test_it_is_stopped_whole_and_streamed(written: str, frame: str) -> None:
    text = frame.format(written)
    assert check(text, COMPILED) is not None
    released, leaked = streamed(list(text))
    assert leaked
    assert written not in released
    assert check(released, COMPILED) is None
    for cut in range(len(text)):
        assert streamed([text[:cut], text[cut:]]) == (released, True)


@pytest.mark.parametrize("text", PLAIN)
def test_signs_of_others_pass(text: str) -> None:
    assert check(text, COMPILED) is None
    assert streamed(list(text)) == streamed([text]) == (text, False)


def test_no_more_than_the_word_that_is_being_written_waits() -> None:
    gate, word = COMPILED.gate(), 0
    for character in "Our b2b sales went up again, in one row.":
        gate.feed(character)
        word = 0 if character == " " else word + 1
        assert gate.held <= word


def test_a_word_is_read_with_those_before_it() -> None:
    assert leet_words("no leetspeak here", 0) == ()
    assert leet_words("so b2b it", 3) == (LeetWord(0, 5, 6), LeetWord(0, 7, 9))
