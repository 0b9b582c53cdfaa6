"""What a reply tells of a later time, and what it may say of what is to come."""

from datetime import date
from pathlib import Path

import pytest

from guards.periods.later import Period

PERIOD = Period(date(2024, 3, 1))
REPLIES = Path(__file__).parents[2] / "parts" / "dated_replies.txt"


@pytest.mark.parametrize(
    "text",
    [
        "The vote of 2025 was close.",
        "On 5 November 2024, Ada Brannick won the election.",
        "As of 2025, the head of the firm is Ada Brannick.",
        "She has led it since June 2024.",
        "It is hard to say. The prize went to Skerrow in May 2024, to nobody's surprise.",
        "The company, founded in 1961, closed on Nov. 5, 2024. It rained.",
        "2025",
    ],
)
def test_what_happened_later_is_told(text: str) -> None:
    found = PERIOD.told_in(text)
    assert found is not None
    assert found.earliest > PERIOD.since
    assert "202" in text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        "The vote of 2025 may be close.",
        "The election will be held on 5 November 2024.",
        "I can't know who won on 5 November 2024.",
        "By 2030, emissions could have fallen by half.",
        "She was born on 2 May 1961 and moved in 2019.",
        "On 1 March 2024 it rained.",
        "In 2024 she published a book.",
        "It sold 2025 copies.",
        "",
    ],
)
def test_what_lies_ahead_or_behind_is_not(text: str) -> None:
    assert PERIOD.told_in(text) is None


def test_a_period_may_end() -> None:
    ending = Period(date(2024, 3, 1), date(2024, 12, 31))
    assert ending.told_in("It closed in May 2024.") is not None
    assert ending.told_in("It closed in May 2025.") is None
    assert ending.asked_in("What closed in 2024?", date(2026, 1, 1)) != ()
    assert ending.asked_in("What closed in 2025?", date(2026, 1, 1)) == ()


def test_replies_of_all_kinds_are_told_apart() -> None:
    wrong: list[str] = []
    for line in REPLIES.read_text(encoding="utf-8").splitlines():
        kind, _, text = line.partition("|")
        if kind in "+-" and (PERIOD.told_in(text) is not None) != (kind == "+"):
            wrong.append(line)
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "A 2025 report by the bank shows that prices doubled.",
        "Due to heavy rain in June 2025, crops are poor.",
        "The 2025 model can fly.",
    ],
)
def test_a_word_that_may_look_ahead_elsewhere_does_not_help(text: str) -> None:
    assert PERIOD.told_in(text) is not None
