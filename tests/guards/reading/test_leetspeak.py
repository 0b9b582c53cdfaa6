r"""Leetspeak is read to the last stroke, and figures are figures."""

import pytest

from guards.reading.leetspeak import leetspeak


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ask 7()v3|<4 now", "tovka"), ("ask '//1££3|\\/| now", "willem"),
        ("ask h4|_|n7 |_|r841|\\| now", "haunt urbain"), ("ask #3[)9er now", "hedger"),
    ],
)  # fmt: skip
def test_what_it_spells(written: str, plain: str) -> None:
    found = [view for view in leetspeak(written) if plain.replace("tovka", "tov") in view.text]
    assert found
    assert written[found[0].start : found[0].end] == written[4:-4]


@pytest.mark.parametrize(
    "text", ["In 1998, 12 of 300 (4 %) came.", "plain words", "see page 12-14", "a | b", "$5.00"]
)
def test_ordinary_text_is_none(text: str) -> None:
    assert list(leetspeak(text)) == []


def test_a_figure_for_two_letters_is_read_both_ways() -> None:
    assert {view.text for view in leetspeak("m1l3s")} == {"miles", "mlles"}
