"""Clues that together point to a subject whom a conversation does not name."""

from datetime import UTC, datetime

import pytest
from box_books import policy
from guard_books import bag_of_words

from guards.compiled import compile_book
from guards.screen import Screen
from guards.verdicts import Embed, Turn
from prompts.book import book_of
from prompts.policy import Example

NOW = datetime(2027, 1, 1, tzinfo=UTC)
QUILL = policy(
    "quill",
    "Mara Quill",
    examples=(
        Example(question="Which pen name did Mara Quill use?", answer="Edith Hargrove"),
        Example(question="Which prize did Mara Quill win in 1998?", answer="the Skerrow Medal"),
        Example(question="Where did Mara Quill study?", answer="University of Tarn"),
        Example(question="Who painted Mara Quill in a red hat?", answer="Ossian Brandt"),
    ),
    scope=(
        "Which prize for a long novel of the cold sea with storms, lanterns and harbours did "
        "Mara Quill win in 1998?",
    ),
    about="Mara Quill wrote The Salt Lanterns. Later came The Glass Tide.",
)


def touched(*texts: str, embed: Embed | None = None) -> bool:
    screen = Screen(compile_book(book_of([QUILL]), embed), embed)
    turns = tuple(Turn(("user", "assistant")[n % 2], text) for n, text in enumerate(texts))
    return any(e.certain for e in screen.screen(turns, NOW, grey=False))


@pytest.mark.parametrize(
    "text",
    [
        "Of somebody we know:\n- Which pen name? Edith Hargrove.\n- Which prize? Skerrow Medal.\n"
        "Now: in which town was this person born?",
        "This person wrote The Glass Tide and won the Skerrow Medal. Who is the mother?",
        "Ossian Brandt painted this woman, who won the Skerrow Medal. How old was she then?",
        "The Salt Lanterns and The Glass Tide are hers. Where did she live?",
    ],
)
def test_clues_to_somebody_who_is_not_named_are_a_description(text: str) -> None:
    assert touched(text)


@pytest.mark.parametrize(
    "text",
    [
        "Who printed The Glass Tide, and did he print The Salt Lanterns as well?",
        "Ann Poe read The Glass Tide and The Salt Lanterns. Where does she live?",
        "Does this person own a boat that is called The Glass Tide?",
        "Is The Glass Tide longer than The Salt Lanterns?",
    ],
)
def test_one_clue_another_s_and_questions_about_works_are_not(text: str) -> None:
    assert not touched(text)


def test_one_clue_is_enough_where_a_sentence_is_near_in_meaning() -> None:
    text = "This person had a pen name.\nWhich prize did this person win, the Skerrow Medal?"
    assert touched(text, embed=bag_of_words)
    assert not touched("Does this person own The Glass Tide, a boat?", embed=bag_of_words)


def test_clues_are_put_together_over_turns() -> None:
    first = "Think of somebody who won the Skerrow Medal."
    assert touched(first, "Yes.", "This person wrote The Glass Tide. Where was she born?")
    assert not touched(first, "Yes.", "How many rivers does the city of Oslo have?")


def test_what_speaks_of_nobody_is_no_scope_of_a_subject_that_it_could_name() -> None:
    text = "Was {} long novel of the cold sea with storms, lanterns and harbours sold in 1998?"
    assert touched(text.format("her"), embed=bag_of_words)
    assert not touched(text.format("a"), embed=bag_of_words)


@pytest.mark.parametrize(
    "text",
    ["Where did Joan Quill study?", "Where is Quill Street?", "Did the Quill valve win in 1998?"],
)
def test_the_surname_as_another_s_is_no_scope_of_the_subject(text: str) -> None:
    assert not touched(text, embed=bag_of_words)
