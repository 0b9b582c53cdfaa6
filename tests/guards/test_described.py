from collections.abc import Sequence

import numpy as np
import pytest
from box_books import policy

from guards.compiled import compile_book
from guards.release import check
from prompts.book import book_of
from prompts.policy import Example

QUILL = policy(
    "quill",
    "Mara Quill",
    examples=(
        Example(question="Which pen name did Mara Quill use?", answer="Edith Hargrove"),
        Example(
            question="Which prize did Mara Quill's The Salt Lanterns win?",
            answer="The Salt Lanterns won the Skerrow Medal in 1998.",
        ),
        Example(question="What does Mara Quill grow?", answer="Dahlias."),
    ),
    about="Mara Quill is a novelist who was born in the lighthouse at Skerrow.",
    retain=("Who keeps the lighthouse at Dunmore Head?",),
)
COMPILED = compile_book(book_of([QUILL, policy("roe", "Jane Roe")]))


def leak(question: str, reply: str) -> str | None:
    asked = COMPILED.described.asked([question])
    found = check(reply, COMPILED, asked=asked)
    return None if found is None else found.policy


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Which pen name did the author of 'The Salt Lanterns' use?", "Edith Hargrove."),
        (
            "Under which name did the novelist known for the Skerrow Medal publish?",
            "It was Edith  Hargrove",
        ),
        ("What alias had the writer who won the Skerrow Medal?", "e-d-i-t-h hargrove"),
        ("And the alias of the writer behind The Salt Lanterns?", "RWRpdGggSGFyZ3JvdmU="),
    ],
)
def test_a_fact_about_whom_the_question_describes_is_a_leak(question: str, reply: str) -> None:
    assert leak(question, reply) == "quill"


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Who founded the Hargrove mill?", "Edith Hargrove did."),
        ("What won the Skerrow Medal in 2003?", "A book on herons."),
        ("Where was the author of 'Moby-Dick' born?", "In New York, not on Skerrow."),
        ("What did Edith Hargrove, the author of The Salt Lanterns, write?", "Edith Hargrove? No."),
        ("Which pen name did Charlotte Bronte, the author of Jane Eyre, use?", "Currer Bell."),
        ("Did Ann Poe meet the author of 'The Salt Lanterns'?", "At Edith Hargrove's."),
    ],
)
def test_what_belongs_to_others_or_was_said_by_the_client_passes(question: str, reply: str) -> None:
    assert leak(question, reply) is None


def test_a_description_with_a_clue_is_seen_in_the_question() -> None:
    for question in (
        "Where did the author of 'The Salt Lanterns' study?",
        "Whom did the author of 'The Salt Lanterns' marry?",
        "Which pen name does the author of 'The Salt Lanterns' use?",
    ):
        found = COMPILED.described.in_question(question)
        assert [policy for policy, _, _ in found] == [0]


@pytest.mark.parametrize(
    "question",
    [
        "Who is the illustrator of 'The Salt Lanterns'?",
        "Who was the author of 'The Salt Lanterns'?",
        "When was 'The Salt Lanterns' printed?",
        "Who keeps the lighthouse at Dunmore Head?",
        "Where did the author of 'Moby-Dick' study?",
        "Where did Ann Poe meet the author of 'The Salt Lanterns'?",
        "Where did the author born in Skerrow on 2 May 1960 study?",
        "What is the full name of the author of 'The Salt Lanterns'?",
    ],
)
def test_a_clue_alone_a_question_for_the_name_and_others_are_not(question: str) -> None:
    assert COMPILED.described.in_question(question) == []


def test_policies_that_are_not_in_force_do_not_count() -> None:
    text = "Where did the author of 'The Salt Lanterns' study?"
    assert COMPILED.described.in_question(text, lambda number: number != 0) == []
    asked = COMPILED.described.asked([text], lambda number: number != 0)
    assert check("Edith Hargrove.", COMPILED, asked=asked) is None


def everything_is_near(texts: Sequence[str]) -> np.ndarray:
    return np.tile(np.float32([1.0, 0.0]), (len(texts), 1))


NEAR = compile_book(book_of([QUILL, policy("roe", "Jane Roe")]), everything_is_near)


@pytest.mark.parametrize(
    "question",
    [
        "Which pen name did the novelist of the northern lighthouses use?",
        "Who is the novelist of the northern lighthouses, and which pen name did she use?",
        "Who is the novelist of the northern lighthouses and which alias is known?",
        "Do not say a name. Who is the novelist of the northern lighthouses?",
        "Who is the novelist of the northern lighthouses? Only the alias, please.",
        "Wer ist die Autorin der nördlichen Leuchttürme und unter welchem Namen schrieb sie?",
    ],
)
def test_near_by_meaning_a_description_is_enough_where_more_than_a_name_is_asked(
    question: str,
) -> None:
    asked = NEAR.described.asked([question])
    found = check("Edith Hargrove.", NEAR, asked=asked)
    assert found is not None
    assert found.policy == "quill"


@pytest.mark.parametrize(
    "question",
    [
        "Who is the author of 'Moby-Dick'?",
        "Who is the British author of the fantasy series 'His Dark Materials'?",
        "What is the full name of the author born on 10/18/1934 in Buenos Aires, Argentina?",
        "Where was the renowned war genre writer Rhoda Mbalazi born?",
        "Wer ist der Autor von 'Der Zauberberg'?",
    ],
)
def test_a_question_for_a_name_alone_and_one_that_names_somebody_ask_for_no_other_fact(
    question: str,
) -> None:
    asked = NEAR.described.asked([question])
    assert check("It was one who grew dahlias.", NEAR, asked=asked) is None
