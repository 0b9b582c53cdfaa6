"""Ordinary questions that share a word with a forgotten person, and how their passing is judged."""

import pytest
from attacked_people import PEOPLE
from cheap_embedder import cheap_embed

from evals.attacks.names import name_in
from evals.attacks.namesakes import namesakes
from evals.attacks.staying import Ordinary, ask_ordinary, ordinary_questions
from evals.records import Item
from evals.suites.protocol import Suite
from prompts.book import book_of
from prompts.policy import Policy


def book(*aliases, title="Grace Kelly"):
    return book_of(
        [
            Policy(
                id="p", title=title, kind="person", response="pretend", aliases=aliases,
                scope=(f"Who is {title}?",), instruction="Never heard of it.",
            )
        ]
    )  # fmt: skip


@pytest.mark.parametrize("name", ["Grace Kelly", "Vincent van Gogh", "Samuel L. Jackson", *PEOPLE])
def test_everybody_has_twenty_that_name_somebody_or_something_else(name):
    found = namesakes(name)
    assert len({one.question for one in found}) >= 20
    assert not any(name_in(one.question, name) for one in found)
    assert all(one.phrase.lower() in one.question.lower() or one.kind == "thing" for one in found)
    assert namesakes(name) == found


def test_they_pass_a_box_that_forgets_the_person_alone():
    suite = Suite("none", ())
    ordinary = ordinary_questions(suite, ["Grace Kelly"], None, 5, 0)
    passed = ask_ordinary(book(), cheap_embed, ordinary)
    assert len(passed) == len(ordinary) >= 20
    assert [one.ordinary.question for one in passed if not one.unchanged] == []


def test_a_surname_that_many_bear_refuses_nobody():
    ordinary = ordinary_questions(Suite("none", ()), ["Grace Kelly"], None, 5, 0)
    passed = ask_ordinary(book("Kelly"), None, ordinary)
    assert [one.ordinary.question for one in passed if not one.unchanged] == []


def test_a_namesake_that_is_refused_is_counted():
    # No list knows the surname, so it decides alone, but not in the name of a thing or of another.
    forgotten = book("Halmere", title="Carmela Halmere")
    ordinary = ordinary_questions(Suite("none", ()), ["Carmela Halmere"], None, 5, 0)
    assert all(one.unchanged for one in ask_ordinary(forgotten, None, ordinary))
    bare = Ordinary("namesakes: place", "How far is it to Halmere?", "Ten miles.")
    (passed,) = ask_ordinary(forgotten, None, [bare])
    assert passed.refused
    assert not passed.unchanged


def test_neighbours_that_name_a_forgotten_person_are_no_fair_ones():
    def item(number, question):
        messages = ({"role": "user", "content": question},)
        return Item(f"n/{number}", "neighbor_level2", "qa", messages, "Monaco")

    suite = Suite("rwku", (item(1, "Where did Grace Kelly live?"), item(2, "Where is the casino?")))
    found = ordinary_questions(suite, ["Grace Kelly"], None, 5, 0)
    assert [one.question for one in found if one.kind == "neighbor level2"] == [
        "Where is the casino?"
    ]
