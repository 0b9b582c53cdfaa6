"""Surnames behind a title of any language, and surnames of several words written as one."""

from datetime import UTC, datetime

import pytest

from guards.compiled import compile_book
from guards.names.forms import run_together
from guards.names.weak import WeakNames, weak_forms
from guards.names.written import SURNAME, WrittenNames
from guards.screen import Screen
from guards.verdicts import Turn
from prompts.book import book_of
from prompts.policy import Policy

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def touched(title: str, text: str, role: str = "user") -> bool:
    policy = Policy.model_validate({
        "id": "one", "title": title, "kind": "person", "response": "pretend",
        "scope": (f"Who is {title}?",), "instruction": "You have never met this person.",
    })  # fmt: skip
    screen = Screen(compile_book(book_of([policy]), None), None)
    turns = (Turn("user", text),)
    return any(e.certain for e in screen.screen(turns, NOW, grey=False))


@pytest.mark.parametrize(
    "called",
    ["Miss", "Ms.", "Mr", "Mme", "Madame", "Mademoiselle", "Monsieur", "Frau", "Herr", "Fräulein",
     "Señor", "Señora", "Signora", "Senhor", "Pani", "Mevrouw", "Dame", "Mister", "the novelist",
     "Footballer", "rapper"],
)  # fmt: skip
def test_a_surname_behind_a_title_is_no_other_bearer_s(called):
    assert touched("Grace Kelly", f"Where did {called} Kelly live as a child?")


@pytest.mark.parametrize(
    "other", ["Gene", "Machine Gun", "Elle", "Miss Judith", "Frau Sabine", "G. R.", "Queen", "King"]
)
def test_behind_a_first_name_or_a_rank_it_is(other):
    assert not touched("Demi Moore", f"Where did {other} Moore live as a child?")


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Ursula K. Le Guin", "Ursula LeGuin"), ("Robert De Niro", "R. DeNiro"),
        ("Robert De Niro", "DeNiro"), ("Robert De Niro", "deniro"), ("Eddie Van Halen", "VanHalen"),
        ("Vincent van Gogh", "Vangogh"), ("Vincent van Gogh", "V. VanGogh"),
        ("Ludwig Mies van der Rohe", "Ludwig Vanderrohe"), ("Oscar de la Hoya", "Oscar DelaHoya"),
        ("Daniel Day-Lewis", "Daniel DayLewis"), ("Helena Bonham Carter", "Helena Bonham-Carter"),
        ("Guy de Maupassant", "Guy Demaupassant"), ("Flannery O'Connor", "Flannery OConnor"),
    ],
)  # fmt: skip
def test_a_surname_of_several_words_may_be_written_as_one(title, written):
    assert touched(title, f"What is {written} known for?")
    assert touched(title, f"A book on {title} and {written} says what?")


def weakly(title: str, text: str) -> bool:
    """Do the rules of writing leave the surname to the subject, before anything is weighed?"""
    names = WeakNames([(0, (title,), weak_forms((title,), True))])
    return bool(names.find(text))


@pytest.mark.parametrize(
    ("title", "text", "own"),
    [
        ("João Silva", "Lula da Silva was first elected in which year?", False),
        ("João Silva", "When was Lula da Silva elected?", False),
        ("João Silva", "Quem foi João da Silva?", True),
        ("João Silva", "Where does da Silva live?", True),
        ("João Silva", "Vida de Silva en cinco frases.", True),
        ("João Silva", "La vida de Silva en cinco frases.", True),
        ("Ana Cruz", "What did Sor Juana Ines de la Cruz write?", False),
        ("Ana Cruz", "What did Simone de Cruz write?", False),
        ("Ana Cruz", "¿Qué hicieron Pedro y Cruz?", True),
        ("Rob Schneider", "What did Anna von Schneider write?", False),
        ("Rob Schneider", "A film von Schneider, please.", True),
        ("Vincent van Gogh", "Who was Theo van Gogh?", False),
        ("Vincent van Gogh", "What did van Gogh paint?", True),
    ],
)
def test_a_first_name_before_a_particle_is_the_bearer_s(title, text, own):
    assert weakly(title, text) is own


@pytest.mark.parametrize(
    "text",
    ["Where did Alex Van Halen live?", "Where did John DeNiro live?", "The van is in Le Mans.",
     "What did Connor say?", "A day with Lewis", "Wo liegt Halen?"],
)  # fmt: skip
def test_what_is_another_s_stays_another_s(text):
    titles = ("Eddie Van Halen", "Robert De Niro", "Daniel Day-Lewis", "Flannery O'Connor")
    assert not [title for title in titles if touched(title, text)]


def test_a_surname_of_one_word_has_nothing_to_run_together():
    assert run_together("Grace Kelly") is None
    assert run_together("Samuel L. Jackson") is None
    assert run_together("Sting") is None
    assert run_together("Daniel Day-Lewis") is None
    assert run_together("Juan Maria Cruz") is None
    assert run_together("Guy van der Berg") == "Guy vanderBerg"


def test_an_erasure_finds_them_too():
    names = WrittenNames(["Ursula K. Le Guin"])
    assert names.find("a novel by Ursula LeGuin")
    assert names.find("LeGuin's novels") == {SURNAME: False}
