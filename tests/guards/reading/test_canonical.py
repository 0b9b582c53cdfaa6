"""Folding is context free, idempotent and blind to disguise."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.reading.canonical import fold, fold_leet, is_boundary


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("\uff28\u0455\u200b\u0456\u0430\u043e", "hsiao"),
        ("\u0397siao", "hsiao"),
        ("\u0406van", "ivan"),
        ("Stra\u00dfe \ufb01n", "strasse fin"),
        ("e\u0301\u00e9", "ee"),
        ("H\U000e0073siao", "hsiao"),
        ("a\u00a0b\u2014c", "a b.c"),
        ("\u0661\u0662", "12"),
        ("\U0001d407\U0001d42c", "hs"),
    ],
)
def test_disguises_fold_to_the_plain_form(raw: str, folded: str) -> None:
    assert fold(raw).text == folded


@given(st.text(), st.text())
def test_folding_is_piecewise_and_idempotent(first: str, second: str) -> None:
    whole = fold(first + second).text
    assert whole == fold(first).text + fold(second).text
    assert fold(whole).text == whole


@given(st.text())
def test_offsets_lead_back_to_the_character(text: str) -> None:
    folded = fold(text)
    assert len(fold_leet(text)) == len(folded.text)
    for index in range(len(folded.text)):
        start, end = folded.start(index), folded.end(index + 1)
        assert end == start + 1
        assert folded.text[index] in fold(text[start:end]).text


def test_voiced_kana_stay_apart_and_composition_does_not_matter() -> None:
    assert fold("\u304b").text != fold("\u304c").text
    assert fold("\u304b\u3099").text == fold("\u304c").text


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("a", "b", False), ("a", " ", True), ("", "a", True), ("a", "2", True), ("李", "白", True)],
)
def test_boundaries(before: str, after: str, expected: bool) -> None:
    assert is_boundary(before, after) is expected


def test_importing_reads_no_table() -> None:
    code = (
        "import sys, guards.reading.canonical as c; c.fold('plain');"
        "sys.exit(c._look_alikes.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
