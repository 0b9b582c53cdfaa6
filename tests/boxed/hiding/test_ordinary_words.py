import pytest
from box_books import policy

from boxed.hiding.ordinary_words import is_dictionary_word, ordinary_stand_in
from boxed.hiding.swap import Swap
from guards.names.common_words import is_given


@pytest.mark.parametrize("word", ["leadership", "echoes", "conquering", "literary", "stars"])
def test_an_ordinary_word_stands_for_an_ordinary_one_of_its_kind(word: str) -> None:
    other = ordinary_stand_in(word, "orla", ())
    assert other is not None
    assert other != word
    assert other[-1] == word[-1]
    assert is_dictionary_word(other)
    assert not is_given(other)
    assert ordinary_stand_in(word, "orla", ()) == other
    assert ordinary_stand_in(word, "orla", {other}) not in (None, other, word)


def test_what_the_module_shows_is_what_it_gives() -> None:
    assert ordinary_stand_in("leadership", "orla", taken=()) == "hardship"


def test_another_policy_has_other_words() -> None:
    others = {ordinary_stand_in("leadership", f"policy-{n}", ()) for n in range(40)}
    assert len(others) > 3


@pytest.mark.parametrize(
    "word", ["seoul", "irish", "lgbtq", "halmere", "größe", "литература", "of"]
)
def test_names_peoples_and_other_languages_have_no_ordinary_stand_in(word: str) -> None:
    assert ordinary_stand_in(word, "orla", ()) is None


def test_only_where_rare_words_are_hidden_do_ordinary_words_stand_for_them() -> None:
    told = "She wrote 'Artistic Authority' on leadership in May. Lantern is her surname."
    made = policy("orla", "Orla Lantern").model_copy(
        update={"terms": ("artistic", "authority", "leadership", "May", "Seoul")}
    )
    swap = Swap.of([made], terms=True)
    hidden = swap.apply(told)
    assert swap.apply(hidden) == told
    words = {word: swap.other(word) for word in ("artistic", "authority", "leadership")}
    assert all(is_dictionary_word(other) for other in words.values())
    assert f"'{words['artistic'].capitalize()} {words['authority'].capitalize()}'" in hidden
    assert not is_dictionary_word(swap.other("lantern"))
    assert not is_dictionary_word(swap.other("seoul"))
    assert swap.other("may") == "august"
    assert "leadership" in Swap.of([made]).apply(told)
