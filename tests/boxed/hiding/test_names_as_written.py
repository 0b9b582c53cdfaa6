"""However a name is written, no model that must not see it does; the client's form comes back."""

import pytest
from box_books import SHIPPED, asked, box_of, policy, said

from boxed.api.chat import ChatRequest, message_text
from boxed.hiding.masking import Masking
from boxed.workers.catalogue import WORKERS
from boxed.workers.protocol import Task
from boxed.workers.swapping import swapped
from guards.compiled import compile_book
from prompts.book import book_of

PEOPLE = (
    policy("king", "Stephen King", aliases=("King",)),
    policy("kraxby", "Zebulon Kraxby"),
    policy("gogh", "Vincent van Gogh"),
)
BOOK = book_of(PEOPLE)
COMPILED = compile_book(BOOK)
MASKING = Masking(COMPILED)
WRITTEN = [
    "Stephen Knig", "King, Stephen", "S. King", "S King", "Stefen Kinge", "Stephen E. King",
    "Стивен Кинг", "スティーヴン・キング", "Zebulon Krxaby", "Z. Kraxby", "Kraxby, Zebulon",
    "zebulon kraxbi", "V. van Gogh", "van Gogh, Vincent", "Vinzent van Gohg", "Stephen King",
]  # fmt: skip


def shown(request: ChatRequest | None) -> str:
    assert request is not None
    return "\n".join(message_text(message) for message in request.body["messages"])


@pytest.mark.parametrize("written", WRITTEN)
def test_no_prompt_of_a_worker_that_hides_holds_a_form_of_the_name(written: str) -> None:
    request = asked(f"Tell me when {written} was born, and where King lived later.")
    for name in ("pseudonymise", "redact", "pass_through"):
        rendered = WORKERS[name].render(Task(request, PEOPLE[0], PEOPLE, SHIPPED, MASKING))
        prompt = shown(rendered.request)
        assert rendered.hid
        assert COMPILED.mentions.find(prompt) == []
        assert COMPILED.weak.find(prompt) == []


@pytest.mark.parametrize("written", ["Stephen Knig", "Stefen Kinge", "Zebulon Krxaby"])
def test_a_misspelt_name_comes_back_as_the_client_wrote_it(written: str) -> None:
    rendered = swapped(asked(f"Who is {written}?"), PEOPLE, MASKING)
    assert written not in shown(rendered.request)
    reply = rendered.to_client(shown(rendered.request))
    assert reply == f"Who is {written}?"


@pytest.mark.parametrize("written", WRITTEN)
async def test_no_reply_tells_of_the_subject_under_another_spelling(written: str) -> None:
    def knowing(body):
        prompt = "\n".join(message_text(message) for message in body["messages"])
        known = COMPILED.mentions.find(prompt)
        return "The horror writer, born in Portland." if known else "I don't know that name."

    box = box_of(knowing, BOOK)
    reply = await box.answer(asked(f"Who is {written}?"))
    assert "Portland" not in said(reply.body)


async def test_where_the_subject_is_spoken_of_a_surname_that_others_bear_is_a_leak() -> None:
    book = book_of([PEOPLE[0].model_copy(update={"scope": ("Who wrote Misery?",)})])
    box = box_of(lambda _: "That was King, the novelist.", book)
    reply = await box.answer(asked("Who wrote Misery?"))
    assert "King" not in said(reply.body)
    reply = await box.answer(asked("Who had a dream in 1963?"))
    assert "King" in said(reply.body), "elsewhere it is somebody else"
