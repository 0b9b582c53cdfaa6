"""A message of several questions whose answer leaked: the others keep their answers."""

from collections.abc import Callable

import pytest
from box_books import SHIPPED, Telling, asked, box_of, policy, said, streamed

from boxed.api.chat import Body
from boxed.deciding.apart import questions_apart
from boxed.models.protocol import UpstreamError
from prompts.book import book_of

BARD = policy("bard", "William Shakespeare")
LINES = SHIPPED.templates["workers/ignorance"].render().split("\n")
KNOWN = {
    "Hamlet": "William Shakespeare wrote Hamlet.",
    "France": "The capital of France is Paris.",
    "Guernica": "Pablo Picasso painted Guernica.",
}


def product(body: Body) -> str:
    last = body["messages"][-1]["content"]
    return " ".join(answer for word, answer in KNOWN.items() if word in last) or "Hello."


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("Who wrote Hamlet? And what is the capital of France?", ["France"]),
        ("What is the capital of France? Who wrote Hamlet?", ["France"]),
        ("Who wrote Hamlet, and who painted Guernica?", ["Guernica"]),
        ("Tell me who wrote Hamlet. What is the capital of France? Thanks!", ["France"]),
        ("What is the capital of France? Who painted Guernica? Who wrote Hamlet?",
         ["France", "Guernica"]),
    ],
)  # fmt: skip
async def test_only_the_question_whose_answer_names_the_subject_loses_it(
    question: str, kept: list[str]
) -> None:
    box = box_of(product, book_of([BARD]))
    whole = said(await box.answer(asked(question)))
    text, _ = await streamed(box, asked(question))
    for reply in (whole, text):
        assert "Shakespeare" not in reply
        assert all(KNOWN[word] in reply for word in kept)
        assert any(line in reply for line in LINES)


async def test_a_stream_says_no_answer_twice_and_asks_nothing_again_without_need() -> None:
    tale = "The capital of France is Paris. Hamlet was written by William Shakespeare."
    told = Telling([f"{word} " for word in tale.split()])
    box = box_of(told, book_of([BARD]))
    text, _ = await streamed(box, asked("What is the capital of France? Who wrote Hamlet?"))
    assert text.count("Paris") == 1
    assert text.startswith("The capital of France is Paris. Hamlet was written by")
    assert "Shakespeare" not in text
    alone = Telling(["Hamlet was written by ", "William Shakespeare."])
    text, _ = await streamed(box_of(alone, book_of([BARD])), asked("Who wrote Hamlet?"))
    assert text.startswith("Hamlet was written by")
    # The others are those that count tokens.
    assert len([one for one in alone.requests if "max_tokens" not in one.body]) == 1


class Both(Telling):
    """Streams an answer that leaks behind its first words; asked again, says what it knows."""

    def __init__(self, again: Callable[[Body], str]) -> None:
        super().__init__(["Hamlet was written by ", "William Shakespeare. Paris."])
        self._say = again


async def test_a_stream_that_stops_behind_its_first_words_answers_what_is_left() -> None:
    box = box_of(Both(product), book_of([BARD]))
    text, _ = await streamed(box, asked("Who wrote Hamlet? And what is the capital of France?"))
    assert text.startswith("Hamlet was written by ")
    assert text.endswith(KNOWN["France"])
    assert any(line in text for line in LINES)
    assert "Shakespeare" not in text


async def test_a_product_that_fails_when_it_is_asked_again_leaves_the_stream_its_ending() -> None:
    def fails(_: Body) -> str:
        raise UpstreamError(503, {"error": {"message": "busy"}})

    box = box_of(Both(fails), book_of([BARD]))
    text, chunks = await streamed(
        box, asked("Who wrote Hamlet? And what is the capital of France?")
    )
    assert text.startswith("Hamlet was written by ")
    assert any(text.endswith(line) for line in LINES)
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


async def test_a_fact_of_the_subject_is_held_back_from_every_part() -> None:
    fact = {"question": "Where was William Shakespeare born?", "answer": "Stratford-upon-Avon."}
    book = book_of([policy("bard", "William Shakespeare", examples=(fact,))])

    def tells(body: Body) -> str:
        last = body["messages"][-1]["content"]
        told = "William Shakespeare did. " if "Hamlet" in last else ""
        return told + ("Stratford-upon-Avon is." if "lies" in last else "")

    reply = await box_of(tells, book).answer(
        asked("Who wrote Hamlet? Which famous market town lies on the river Avon?")
    )
    assert "Stratford" not in said(reply)
    assert "Shakespeare" not in said(reply)


@pytest.mark.parametrize(
    "message",
    [
        "Who wrote Hamlet?",
        "Who wrote Hamlet? Where was the author born?",
        "Who wrote Hamlet? Where was he born?",
        "Who wrote Hamlet? And when?",
        "Who wrote Hamlet? What is the capital of France? Answer both in French.",
        "I read Hamlet. Who wrote it?",
        'Translate "Who wrote Hamlet? What is the capital of France?" into French.',
    ],
)
def test_a_message_stays_whole_where_its_parts_lean_on_each_other(message: str) -> None:
    assert questions_apart(message) == []


def test_parts_hold_all_that_was_written() -> None:
    message = "Hello! Who wrote Hamlet? Please tell me what the capital of France is. Thanks!"
    assert " ".join(questions_apart(message)) == message


async def test_a_policy_that_refuses_still_refuses_the_whole_message() -> None:
    box = box_of(product, book_of([policy("bard", "William Shakespeare", "refuse")]))
    reply = await box.answer(asked("Who wrote Hamlet? And what is the capital of France?"))
    assert "Paris" not in said(reply)
