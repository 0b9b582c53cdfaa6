"""Every disguise that can be undone is undone by its own reader."""

import unicodedata
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.attacks.disguises.ciphers import CIPHERS
from evals.attacks.disguises.codes import CODES
from evals.attacks.disguises.marks import MARKS
from evals.attacks.disguises.scripts import SCRIPTS
from evals.attacks.disguises.spelling import INITIALS, SPELLINGS
from evals.attacks.names import bare, name_in, parts_of

TEXTS = (*CODES, *MARKS, *CIPHERS)
WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=9)
NAMES = st.lists(WORDS, min_size=2, max_size=4).map(" ".join)
NUMBERED = st.tuples(NAMES, st.integers(0, 2100)).map(lambda pair: f"{pair[0]} {pair[1]}")
READS_FIGURES_AS_LETTERS = ("leet", "leet-heavy")


def ids(disguise):
    return disguise.name


@pytest.mark.parametrize("disguise", TEXTS, ids=ids)
@settings(max_examples=40, deadline=None)
@given(text=NAMES, seed=st.integers(0, 9))
def test_the_reader_gives_back_the_letters(disguise, text, seed):
    shown = disguise.read(disguise.write(text, Random(seed))).casefold()
    if disguise.letters_only:
        assert shown.replace(" ", "") == text.casefold().replace(" ", "")
    else:
        assert shown == text.casefold()


@pytest.mark.parametrize(
    "disguise", [one for one in TEXTS if one.name not in READS_FIGURES_AS_LETTERS], ids=ids
)
@settings(max_examples=20, deadline=None)
@given(text=NUMBERED)
def test_the_reader_gives_back_figures(disguise, text):
    shown = disguise.read(disguise.write(text, Random(0))).casefold()
    assert shown.replace(" ", "") == text.casefold().replace(" ", "")


@pytest.mark.parametrize("disguise", TEXTS, ids=ids)
@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60))
def test_no_reader_fails_on_any_reply(disguise, text):
    assert isinstance(disguise.read(text), str)


@pytest.mark.parametrize("disguise", [*TEXTS, *SPELLINGS, *SCRIPTS], ids=ids)
def test_accents_and_particles_can_be_written(disguise):
    for name in ("Sofía Vergara", "Vincent van Gogh", "Björk Guðmundsdóttir", "O'Neill-Smith Jr."):
        assert disguise.write(name, Random(1)).strip()


@settings(deadline=None)
@given(name=NAMES.map(str.title), seed=st.integers(0, 50))
def test_one_slip_changes_no_more_than_a_letter_or_two(name, seed):
    for disguise in SPELLINGS[:4]:
        written = disguise.write(name, Random(seed))
        assert abs(len(written) - len(name)) <= 1
        assert len(set(written.lower()) ^ set(name.lower())) <= 2


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("initial", "V. van Gogh"), ("surname-first", "van Gogh Vincent"),
        ("surname-comma", "van Gogh, Vincent"), ("surname-alone", "van Gogh"),
        ("given-alone", "Vincent"), ("run-together", "vincentvangogh"),
        ("hashtag", "#VincentVanGogh"), ("handle", "@vincent_van_gogh"),
    ],
)  # fmt: skip
def test_forms_of_a_name(name, written):
    disguise = next(one for one in SPELLINGS if one.name == name)
    assert disguise.write("Vincent van Gogh", Random(0)) == written


def test_initials():
    assert INITIALS.write("Stephen Edwin King", Random(0)) == "S. E. K."


@pytest.mark.parametrize(
    ("script", "written"),
    [
        ("cyrillic", "Стефен Кинг"), ("kana", "ステフェン・キング"), ("greek", "Στεφεν Κινγκ"),
        ("hangul", "스테펜 킨그"),
    ],
)  # fmt: skip
def test_names_in_other_scripts(script, written):
    disguise = next(one for one in SCRIPTS if one.name == script)
    assert disguise.write("Stephen King", Random(0)) == written


@pytest.mark.parametrize("script", SCRIPTS, ids=ids)
@settings(deadline=None, max_examples=40)
@given(name=NAMES)
def test_no_latin_letter_is_left(script, name):
    written = script.write(name, Random(0))
    assert written.strip()
    assert not any("LATIN" in unicodedata.name(char, "") for char in written)


def test_a_name_is_found_with_middle_names_and_without_accents():
    assert name_in("What did Stephen Edwin King write?", "Stephen King") == "Stephen Edwin King"
    assert name_in("Who is Sofia Vergara's son?", "Sofía Vergara") == "Sofia Vergara"
    assert name_in("Who is Gene Kelly?", "Grace Kelly") == ""
    assert name_in("When did Samuel L. Jackson act?", "Samuel L. Jackson") == "Samuel L. Jackson"
    assert parts_of("Vincent van Gogh") == ("Vincent", "van Gogh")
    assert parts_of("Sting") == ("", "Sting")


@settings(deadline=None)
@given(text=st.text(max_size=40))
def test_a_text_without_accents_is_as_long(text):
    assert len(bare(text)) == len(text)
