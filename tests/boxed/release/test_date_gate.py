"""The gate for dates: what leaves depends on the text alone, and nothing later leaves."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from boxed.release.date_gate import DateGate
from guards.compiled import compile_book
from guards.periods.later import Period
from prompts.book import book_of

PERIOD = Period(date(2024, 3, 1))
EMPTY = compile_book(book_of([]))
PIECES = (
    "It was close. ", "In 2025 ", "she won", "she may win", ". ", "On 5 November 2024", ", ",
    "the vote", " of May", " 2024", "\n", "Dr. Ostavar ", "since 1961 ", "2", "0", "24", "? ",
    "won", " by 2030 ", "。", "5. ", "Mai ", "x" * 300 + " ",
)  # fmt: skip


def gated(pieces: list[str]) -> tuple[str, bool]:
    gate = DateGate(EMPTY.gate(), [("backtest", PERIOD)])
    left = "".join(gate.feed(piece) for piece in pieces) + gate.close()
    return left, gate.leak is not None


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.lists(st.integers(min_value=1, max_value=40), max_size=12),
)
def test_cuts_make_no_difference_and_the_whole_check_agrees(text: str, cuts: list[int]) -> None:
    pieces, rest = [], text
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    whole, leaked = gated([text])
    assert gated([*pieces, rest]) == (whole, leaked)
    assert gated(list(text)) == (whole, leaked)
    assert leaked == (PERIOD.told_in(text) is not None)
    assert text.startswith(whole)
    assert leaked or whole == text
    assert PERIOD.told_in(whole) is None


def test_a_sentence_without_a_date_is_passed_on_as_it_comes() -> None:
    gate = DateGate(EMPTY.gate(), [("backtest", PERIOD)])
    assert gate.feed("She grew up by the sea and ") == "She grew up by the sea "
    assert gate.feed("moved in 19") == "and moved in "
    assert gate.feed("61. Then") == "1961. "
    assert gate.close() == "Then"
