"""Dates in running text, and numbers that are none."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.periods.dates import dates_in
from guards.periods.relative import relative_dates
from guards.periods.sentences import sentences

CASES = [
    ("It closed on 5 May 2024.", "5 May 2024", (2024, 5, 5), (2024, 5, 5)),
    ("May 5th, 2024 was dry", "May 5th, 2024", (2024, 5, 5), (2024, 5, 5)),
    ("Due 05/06/2024.", "05/06/2024", (2024, 5, 6), (2024, 6, 5)),
    ("born on 10/18/1934", "10/18/1934", (1934, 10, 18), (1934, 10, 18)),
    ("2024-05-06T10:00", "2024-05-06", (2024, 5, 6), (2024, 5, 6)),
    ("the 17th of March, 1992", "17th of March, 1992", (1992, 3, 17), (1992, 3, 17)),
    ("Nov. 5, 2024", "Nov. 5, 2024", (2024, 11, 5), (2024, 11, 5)),
    ("sales of Q3 2024 rose", "Q3 2024", (2024, 7, 1), (2024, 9, 30)),
    ("the second half of 2024", "second half of 2024", (2024, 7, 1), (2024, 12, 31)),
    ("in February 2024", "February 2024", (2024, 2, 1), (2024, 2, 29)),
    ("in 2024, she", "2024", (2024, 1, 1), (2024, 12, 31)),
    ("the 2024-25 season", "2024-25", (2024, 1, 1), (2025, 12, 31)),
    ("from 2019 to 2024", "2019 to 2024", (2019, 1, 1), (2024, 12, 31)),
    ("the early 1990s", "early 1990s", (1990, 1, 1), (1994, 12, 31)),
    ("the 21st century", "21st century", (2001, 1, 1), (2100, 12, 31)),
    ("summer of 2024", "summer of 2024", (2024, 6, 1), (2024, 9, 30)),
    ("the 2024 election", "2024", (2024, 1, 1), (2024, 12, 31)),
    ("at Paris 2024", "2024", (2024, 1, 1), (2024, 12, 31)),
    ("Her film (2024)", "2024", (2024, 1, 1), (2024, 12, 31)),
    ("the class of '24", "'24", (2024, 1, 1), (2024, 12, 31)),
    ("2024", "2024", (2024, 1, 1), (2024, 12, 31)),
    ("twenty twenty-four", "twenty twenty-four", (2024, 1, 1), (2024, 12, 31)),
    ("el 5 de mayo de 2024", "5 de mayo de 2024", (2024, 5, 5), (2024, 5, 5)),
    ("am 5. Mai 2024", "5. Mai 2024", (2024, 5, 5), (2024, 5, 5)),
    ("2024年5月5日", "2024年5月5日", (2024, 5, 5), (2024, 5, 5)),
    ("в 2024 году", "2024", (2024, 1, 1), (2024, 12, 31)),
    ("at the end of 2024", "end of 2024", (2024, 9, 1), (2024, 12, 31)),
]


@pytest.mark.parametrize(("text", "words", "earliest", "latest"), CASES)
def test_a_date_is_a_stretch_of_days(
    text: str, words: str, earliest: tuple[int, int, int], latest: tuple[int, int, int]
) -> None:
    [found] = dates_in(text)
    assert text[found.start : found.end] == words
    assert (found.earliest, found.latest) == (date(*earliest), date(*latest))


@pytest.mark.parametrize(
    "text",
    [
        "2024 people came",
        "over 2024 metres",
        "it costs $2024",
        "an RTX 2080",
        "Windows 2000 and a Peugeot 2008",
        "2,024 votes",
        "call 555-2024",
        "see page 2024",
        "version 2024.1",
        "he ran 2024 m",
        "in 2024 cases",
        "for 2024 dollars",
        "may I march in june",
        "the 5th of May",
        "bbc.com/ces2019",
    ],
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert dates_in(text) == []


def test_years_of_a_list_are_all_found() -> None:
    text = "She won in 2019, 2021 and 2024."
    assert [text[one.start : one.end] for one in dates_in(text)] == ["2019", "2021", "2024"]


def test_a_stretch_may_be_open() -> None:
    assert [one.open for one in dates_in("since 2023, and in 2024")] == [True, False]


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("What happened yesterday?", date(2026, 4, 30)),
        ("Who is the current champion?", date(2026, 5, 1)),
        ("What came two years ago?", date(2025, 5, 1)),
        ("¿Quién es el presidente actual?", date(2026, 5, 1)),
        ("今天天气怎么样？", date(2026, 5, 1)),
    ],
)
def test_moments_are_counted_from_today(text: str, latest: date) -> None:
    assert relative_dates(text, date(2026, 5, 1))[0].latest <= latest


def test_a_question_without_a_moment_names_none() -> None:
    for text in (
        "Who wrote The Last Summer of Skerrow?",
        "What do they eat during the last months of their lives?",
    ):
        assert relative_dates(text, date(2026, 5, 1)) == ()


@given(st.text(alphabet=st.sampled_from(list("0129/-. ,'’stMayin Q年月日\n")), max_size=40))
def test_any_text_is_read_and_dates_do_not_overlap(text: str) -> None:
    found = dates_in(text)
    assert all(one.earliest <= one.latest for one in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert "".join(text[start:end] for start, end in sentences(text)) == text
