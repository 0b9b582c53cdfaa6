"""First names alone and initials: found where they stand alone, evidence only beside much else."""

from datetime import UTC, datetime

import pytest
from box_books import policy
from guard_books import bag_of_words

from guards.compiled import compile_book
from guards.names.faint import FaintNames
from guards.release import check
from guards.screen import Screen
from guards.support import MOST_ALIKE
from guards.verdicts import Turn
from prompts.book import book_of
from prompts.policy import Example

NOW = datetime(2027, 1, 1, tzinfo=UTC)
FAINT = FaintNames([(0, ("Sam Halmere",)), (1, ("Vera Anne van Tolk",))])


def keys(text: str) -> set[str]:
    return {hit.key for hit in FAINT.find(text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Which novel did Sam write first?", {"sam"}),
        ("In 2019, Sir Sam won a prize.", {"sam"}),
        ("Where was S. H. born?", {"s.h."}),
        ("Where was S.H.'s mother born?", {"s.h."}),
        ("What did V. A. v. T. paint?", {"v.a.v.t."}),
        ("What did V. T. paint?", {"v.t."}),
        ("When was Samuel Peter Halmere born?", {"samuel peter halmere"}),
        ("What did Sam P. write?", {"sam"}),
    ],
)
def test_a_name_that_stands_alone_is_found(text: str, found: set[str]) -> None:
    assert keys(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Who is Sam Okafor?", "Who is Judith Sam?", "a Sam", "sam I am", "the S. H. Okafor novels",
        "Mary S. H. Poe", "Is Marvin Halmere here?", "Stan Halmere", "Samuel Okafor", "S.",
    ],
)  # fmt: skip
def test_another_s_name_is_not(text: str) -> None:
    assert keys(text) == set()


HALMERE = policy(
    "halmere",
    "Sam Halmere",
    scope=("Who is Sam Halmere?", "Which pen name did Sam Halmere use for novels of the sea?"),
    examples=(
        Example(
            question="Which pen name did Sam Halmere use for novels of the sea?", answer="Ida Crane"
        ),
        Example(question="Who plays the lead in Sam Halmere's Salt Lanterns?", answer="Ann Ortez"),
    ),
)


def touched(text: str, doubt: str = "withhold") -> bool:
    known = HALMERE.model_copy(update={"doubt": doubt})
    screen = Screen(compile_book(book_of([known]), bag_of_words), bag_of_words)
    return any(e.certain for e in screen.screen((Turn("user", text),), NOW, grey=False))


@pytest.mark.parametrize(
    "name",
    ["Sam", "S. H."],
)
def test_nearness_to_what_the_policy_tells_makes_it_the_subject(name: str) -> None:
    assert touched(f"Which pen name did {name} use for novels of the sea?")
    assert touched(f"I like quizzes. Which pen name did {name} use for novels of the sea?")
    assert not touched(f"How tall is {name} today?")
    assert not touched(f"My brother {name} is late. What do I tell my mother?")
    assert not touched(f"Which pen name did Aravind {name} use for novels of the sea?")


def test_what_is_near_and_no_more_is_the_policy_s_doubt() -> None:
    asked = "Which pen name had S. H. once among friends, sailors, printers and a dozen cousins?"
    assert touched(asked)
    assert not touched(asked, doubt="answer")


def test_a_fact_in_the_reply_is_a_leak_beside_such_a_name() -> None:
    compiled = compile_book(book_of([HALMERE]))

    def leaks(question: str, reply: str) -> bool:
        asked = compiled.described.asked([question])
        return check(reply, compiled, asked=asked) is not None

    for name in ("Sam", "S. H.", "Halmere"):
        assert leaks(f"Under which name did {name} publish?", "It was Ida Crane.")
        assert not leaks(f"Under which name did {name} publish?", "It was Joan Poe.")
        assert not leaks(f"Which {name} valve is sold?", f"A {name} valve of brass.")
    assert not leaks("Under which name did Sam Okafor publish?", "It was Ida Crane.")
    assert not leaks("Who is Halmere?", "Halmere is a town, I think.")


def test_where_many_share_a_first_name_only_a_clue_tells() -> None:
    others = [policy(f"other-{n}", f"Sam Tolkin{'abcdefghij'[n % 10]}{'lmno'[n // 10]}")
              for n in range(MOST_ALIKE)]  # fmt: skip
    screen = Screen(compile_book(book_of([HALMERE, *others]), bag_of_words), bag_of_words)

    def found(text: str) -> set[str]:
        turns = (Turn("user", text),)
        return {e.policy for e in screen.screen(turns, NOW, grey=False) if e.certain}

    assert found("When did Sam meet Ann Ortez?") == {"halmere"}
    assert found("How tall is Sam today?") == set()


@pytest.mark.parametrize("name", ["Samuel Halmere", "Samuel Peter Halmere", "Samuel P. Halmere"])
def test_a_longer_first_name_is_enough_with_a_surname_of_nobody_else(name: str) -> None:
    assert touched(f"{name}, born in May, had a sister. How tall was she?")


def test_with_a_surname_of_many_it_takes_more() -> None:
    known = policy("elliott", "Sam Elliott", scope=("Who is Sam Elliott?",))
    screen = Screen(compile_book(book_of([known]), bag_of_words), bag_of_words)
    text = "Samuel Peter Elliott, born in May, had a sister. How tall was she?"
    assert not any(e.certain for e in screen.screen((Turn("user", text),), NOW, grey=False))
