"""A policy of a period: the product answers as of a day, and no reply tells of a later one."""

import pytest
from box_books import SHIPPED, Telling, asked, box_of, said, streamed
from period_books import backtest

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.models.fake import FakeModel
from prompts.book import book_of

LINES = SHIPPED.templates["workers/not_yet"].lines


def recording(reply: str) -> tuple[FakeModel, list[str]]:
    prompts: list[str] = []

    def say(body: dict[str, object]) -> str:
        prompts.append(str(body["messages"]))
        return reply

    return FakeModel(say), prompts


async def test_a_question_about_a_later_time_is_asked_as_of_the_day() -> None:
    for question in (
        "Who won the election in November 2024?",
        "What happened last year?",
        "Who is the current champion?",
        "What has changed since 2023?",
    ):
        model, prompts = recording("The polls are close, so it may go either way.")
        reply = await box_of(model, book_of([backtest()])).answer(asked(question))
        assert "Today is 1 March 2024." in prompts[0]
        assert "Give your best forecast." in prompts[0]
        assert said(reply) == "The polls are close, so it may go either way."


async def test_a_question_about_an_earlier_time_passes_unchanged() -> None:
    model, prompts = recording("France won it in 1998.")
    box = box_of(model, book_of([backtest()]))
    reply = await box.answer(asked("Who won the World Cup in 1998?"))
    assert said(reply) == "France won it in 1998."
    assert "Today is" not in prompts[0]


async def test_a_reply_that_tells_of_a_later_day_is_replaced() -> None:
    model, _ = recording("She won the vote on 5 November 2024.")
    box = box_of(model, book_of([backtest()]))
    assert said(await box.answer(asked("Who won the election in November 2024?"))) in LINES
    assert said(await box.answer(asked("Tell me about the vote."))) in LINES
    spanish = said(await box.answer(asked("¿Quién ganó las elecciones de noviembre de 2024?")))
    assert spanish in SHIPPED.template_in("workers/not_yet", "es").lines


async def test_what_lies_ahead_may_be_spoken_of() -> None:
    reply = "The vote will be held on 5 November 2024, and it could be close."
    box = box_of(lambda _: reply, book_of([backtest()]))
    assert said(await box.answer(asked("What about the vote of November 2024?"))) == reply


async def test_what_the_examples_tell_is_held_back() -> None:
    example = {"question": "Who won the vote?", "answer": "Ada Brannick of Skerrow won the vote."}
    book = book_of([backtest(examples=(example,))])
    box = box_of(lambda _: "Ada Brannick of Skerrow, I believe.", book)
    assert said(await box.answer(asked("Who won the vote in November 2024?"))) in LINES


async def test_a_policy_may_refuse_and_may_end() -> None:
    model, _ = recording("It was signed in June 2025.")
    refusing = box_of(model, book_of([backtest(response="refuse")]))
    refusal = SHIPPED.templates["workers/refuse"].text
    assert said(await refusing.answer(asked("What was signed in 2025?"))) == refusal
    ending = box_of(model, book_of([backtest(until="2024-12-31")]))
    assert said(await ending.answer(asked("Hello?"))) == "It was signed in June 2025."
    over = box_of(model, book_of([backtest(expires="2024-12-31")]))
    assert said(await over.answer(asked("What was signed in 2025?"))) == (
        "It was signed in June 2025."
    )


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
async def test_no_later_day_leaves_a_stream(size: int) -> None:
    text = "It was close. Nobody knew. She won it on 5 November 2024 by ten votes. The end."
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    box = Box(Models(Telling(pieces)), book_of([backtest()]), None, "auto")
    left, _ = await streamed(box, asked("Tell me about the vote."))
    assert "2024" not in left
    assert "November" not in left
    assert any(left.endswith(line) for line in LINES)


async def test_a_stream_of_earlier_and_coming_days_is_passed_on_whole() -> None:
    text = "She was born on 2 May 1961. The next vote will be in 2028, and may be close."
    pieces = [text[at : at + 4] for at in range(0, len(text), 4)]
    box = Box(Models(Telling(pieces)), book_of([backtest()]), None, "auto")
    assert (await streamed(box, asked("Tell me about the vote.")))[0] == text


async def test_a_subject_beside_a_period_keeps_its_own_worker() -> None:
    book = book_of([backtest(), *SHIPPED.policies])
    box = box_of(lambda _: "Carmela Halmere was born in Ghent.", book)
    reply = said(await box.answer(asked("What did Carmela Halmere write in 2025?")))
    assert "Ghent" not in reply
