"""Words as copies are compared by, in scripts with and without blanks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.closure.quotations import cut, removed
from retrieval.words import located_words, words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The *Gilded* Harbour's end", ["the", "gilded", "harbour", "s", "end"]),
        ("王小明, 人", ["王小", "小明", "人"]),
        ("さくら", ["さく", "くら"]),
        (
            "ประเทศ ไทย",
            ["ประเ", "ระเท", "ะเทศ", "ไทย"],
        ),
    ],
)  # fmt: skip
def test_words_of_several_scripts(text: str, told: list[str]):
    assert words(text) == told
    assert words(" ".join(told)) == told


def test_korean_has_blanks():
    assert len(words("대한민국 국회의원 선거")) == 3


@given(st.text(alphabet="ab .,中国人バประเ대", max_size=40))
def test_located_words_are_the_words_and_lie_in_order(text: str):
    located = located_words(text)
    assert list(located.words) == words(text)
    assert list(located.starts) == sorted(located.starts)
    assert all(a < b <= len(text) for a, b in zip(located.starts, located.ends, strict=True))


def test_what_is_cut_out_of_a_text_without_blanks_is_all_of_it_and_no_more():
    text = "昨天王小明来了"
    redacted = cut(text, [(2, 4)])
    assert redacted == "昨天[removed]来了"
    assert "王小 小明" in removed(text, redacted)[0]
