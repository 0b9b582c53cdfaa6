"""A policy's own question is recognised behind polite words, without any comparison of meaning."""

import pytest

from guards.meaning.own_words import OwnWords, in_own_words
from guards.reading.canonical import fold, squash

QUESTION = "Which novelist was born in the lighthouse at Skerrow?"
SHORT = "Who is Ann?"
EXACT = OwnWords([[QUESTION], [SHORT]])


def found(text: str) -> list[tuple[int, str]]:
    return [(policy, text[start:end].strip()) for policy, start, end in in_own_words(text, EXACT)]


@pytest.mark.parametrize(
    "text",
    [QUESTION, QUESTION.lower().strip("?"), f"Could you please tell me: {QUESTION}",
     f"hi there, i was wondering {QUESTION.lower()}", f"{QUESTION} Thanks a lot!",
     f"I like the sea. {QUESTION} My sister asked me.", f"A. B. C. D.\n{QUESTION}"],
)  # fmt: skip
def test_the_question_is_found_where_it_stands(text: str) -> None:
    [(policy, words)] = found(text)
    assert policy == 0
    assert squash(fold(words).text).endswith(squash(fold(QUESTION).text))


@pytest.mark.parametrize(
    "text",
    ["Which novelist was born in the lighthouse at Skerrow in 1902?",
     "Which novelist lived in the lighthouse at Skerrow?", "Tell me, who is Ann?", "",
     " ".join(["word"] * 20) + " " + QUESTION],
)  # fmt: skip
def test_other_questions_are_not(text: str) -> None:
    assert found(text) == []


def test_a_short_question_is_found_alone() -> None:
    assert found("who is ann") == [(1, "who is ann")]
