"""Keys by hashes: what an ordinary search finds, for any keys and any text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guards.hashed import Filed, Hashed, WordNumbers
from guards.names import coded_forms, mentions
from guards.names.key_table import BeginningKeys, EndingKeys, FewKeys
from guards.names.mentions import MentionIndex
from guards.names.prefixes import Prefixes
from guards.names.word_names import WordNames
from guards.reading.canonical import fold
from tests.parts.codes import LETTER_CODES

_TEXTS = st.one_of(
    st.text("ab", max_size=60),
    st.text("abc\u00e9\u738b\U00020000", max_size=40),
    st.text("abcdefghij", max_size=60),
)
_KEYS = st.lists(_TEXTS.filter(bool), max_size=12, unique=True)


def _standing(keys: Sequence[str], text: str) -> list[tuple[int, int, int]]:
    return sorted(
        (end, len(key), number)
        for number, key in enumerate(keys)
        for end in range(len(key), len(text) + 1)
        if text[end - len(key) : end] == key
    )


@given(_KEYS, _TEXTS, st.data())
@settings(max_examples=60, deadline=None)
def test_every_key_of_a_text_is_found(keys: list[str], text: str, data: st.DataObject):
    if keys and data.draw(st.booleans()):
        text += data.draw(st.sampled_from(keys)) + "a"
    numbered = list(zip(keys, range(len(keys)), strict=True))
    there = _standing(keys, text)
    since = data.draw(st.integers(0, len(text)))
    for kind in (FewKeys, EndingKeys):
        assert sorted(kind(numbered).find(text)) == there
        assert sorted(kind(numbered).find(text, since)) == [hit for hit in there if hit[0] > since]
        if not text.isascii():
            continue
        read, at, told = kind(numbered).reader(), 0, set[int]()
        while at < len(text):
            piece = text[at : at + data.draw(st.integers(1, 9))]
            told.update(at + last + 1 for last in read(piece))
            at += len(piece)
        assert told == {end for end, _, _ in there}
    begins = sorted(data.draw(st.sets(st.integers(0, max(0, len(text) - 1))))) if text else []
    found = list(BeginningKeys(numbered).find(text, begins))
    assert found == [hit for hit in there if hit[0] - hit[1] in begins]


def test_a_stream_of_other_letters_is_refused_by_an_automaton():
    with pytest.raises(ValueError, match="fold the piece"):
        FewKeys([("ab", 0)]).reader()("a\U00020000")


@given(_KEYS.filter(bool), _TEXTS, st.data())
@settings(max_examples=40, deadline=None)
def test_prefixes_are_those_of_some_key(keys: list[str], text: str, data: st.DataObject):
    asked = data.draw(st.sampled_from([text, data.draw(st.sampled_from(keys))[: len(text)], *keys]))
    assert Prefixes(keys).begin_with(asked) == any(key.startswith(asked) for key in keys)


def test_numbers_are_filed_under_words_and_numbers():
    assert list(Hashed([("b", 2), ("a", 1), ("b", 0)]).among(["x", "b"])) == [(1, 2), (1, 0)]
    assert list(Filed([9, 3, 5, 1, 9, 2]).get(9)) == [3, 2]
    words = WordNumbers(["king", "roe"])
    assert (words["roe"], words.get("doe"), "king" in words) == (1, None, True)
    with pytest.raises(KeyError):
        words["doe"]


_NAMES = [
    "Stephen King",
    "J\u00f6rg O'Neill-Iseli",
    "\u738b\u5c0f\u660e",
    "Isabel Ortega Li",
    "Acme Nine",
]


def _index() -> MentionIndex:
    named = [(number, name, number != 4) for number, name in enumerate(_NAMES)]
    return MentionIndex.build([(n, name) for n, name, _ in named], None, WordNames(named))


@pytest.fixture(scope="module")
def few_and_many() -> tuple[MentionIndex, MentionIndex]:
    """One book's names, filed as those of a small book are and as those of a big one."""
    few = _index()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mentions, "_FEW", -1)
        patch.setattr(coded_forms, "_FEW", -1)
        many = _index()
        assert many.coded.forms.steps.longest == few.coded.forms.steps.longest
    return few, many


@given(
    st.sampled_from(_NAMES),
    st.sampled_from(sorted(LETTER_CODES)),
    st.text("ab .\u00e91@", max_size=9),
)
@settings(max_examples=60, deadline=None)
def test_a_big_book_finds_what_a_small_one_finds(
    few_and_many: tuple[MentionIndex, MentionIndex], name: str, code: str, around: str
):
    few, many = few_and_many
    for text in (
        f"{around}{LETTER_CODES[code](name)} {around}",
        f"{around}{name} @{name.replace(' ', '')}s",
    ):
        assert many.find(text) == few.find(text)
        folded = fold(text).text
        for end in range(1, len(folded)):
            assert many.hold(text[:end], folded[:end]) == few.hold(text[:end], folded[:end])
