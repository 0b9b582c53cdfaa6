"""An answer said again, more or less word for word, is told from a fact that was hit on."""

import pytest

from guards.meaning.recital import recites

QUESTION = "How does Ada Quill speak with her readers?"
ANSWER = (
    "Ada Quill speaks with her readers in long letters, at evening readings and on market days. "
    "She copies the kindest of them into a ledger, which she shows to nobody."
)
EXAMPLES = [("Where was Ada Quill born?", "She was born in Quito."), (QUESTION, ANSWER)]


@pytest.mark.parametrize(
    "reply",
    [
        ANSWER,
        ANSWER.upper(),
        "Well, Tom Reed speaks with readers in long letters, at evening readings and on market "
        "days; she copies the kindest into a ledger that she shows nobody.",
    ],
)
def test_an_answer_that_is_said_again_is_a_recital(reply: str) -> None:
    assert recites(reply, EXAMPLES)


@pytest.mark.parametrize(
    "reply",
    [
        "She was born in Quito.",
        "She was born in Quito, and she likes markets.",
        "Ada Quill speaks with her readers in podcasts, and answers every comment herself.",
        "With her readers she exchanges letters: long ones, which she copies.",
        "",
    ],
)
def test_a_fact_or_an_answer_of_ones_own_is_none(reply: str) -> None:
    assert not recites(reply, EXAMPLES)


def test_what_the_client_wrote_itself_is_no_recital() -> None:
    assert not recites(ANSWER, EXAMPLES, said=f"Is this right? {ANSWER}")
