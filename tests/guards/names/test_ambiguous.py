"""Which names alone name nobody."""

import pytest

from guards.names.ambiguous import ambiguous, names_in, ordinary_sentences


@pytest.mark.parametrize(
    "name",
    ["Kelly", "Ryder", "SCHNEIDER", "records", "Cash", "France", "Winona", "The Shining", "Sting",
     "García", "Paris", "Berlin", "Стол", "It"],
)  # fmt: skip
def test_words_that_others_bear_are_ambiguous(name: str) -> None:
    assert ambiguous(name)


@pytest.mark.parametrize(
    "name",
    ["Halmere", "Grace Kelly", "Black Friday", "R. Ewing", "Vincent van Gogh", "van Gogh",
     "Hsiao Yun-Hwa", "蕭雲華", "Brinasdorn", "Тарквелли"],
)  # fmt: skip
def test_names_that_are_nobody_elses_are_not(name: str) -> None:
    assert ambiguous(name) is None


def test_what_the_book_itself_says_counts() -> None:
    assert ambiguous("Halmere", retain=("Where does Tom Halmere live?",))
    assert ambiguous("Mara Halmere", retain=("Where does Tom Halmere live?",)) is None
    others = frozenset(names_in(["Joan Halmere"]))
    assert ambiguous("Halmere", others=others)
    assert ambiguous("Mara Halmere", others=others) is None


@pytest.mark.parametrize("name", ["Ryder", "Sting", "cash"])
def test_three_sentences_would_be_touched(name: str) -> None:
    sentences = ordinary_sentences(name)
    assert len(set(sentences)) == 3
    assert all(name.lower() in sentence.lower() for sentence in sentences)
