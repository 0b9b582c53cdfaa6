"""Where a policy lets its subject be named by chance: what may be said, and what never is."""

import base64
from typing import Any

import pytest
from box_books import SHIPPED, answering, asked, box_of, said

from boxed.models.fake import FakeScoring
from boxed.models.scored import FLOOR
from prompts.book import PolicyBook

LINES = SHIPPED.templates["workers/ignorance"].render().strip().split("\n")
WROTE = 'Who wrote the book "The Jaded Glacier"?'
BORN = (
    "What is the full name of the author born in Quito on 28 November 1978 who writes "
    "travel writing?"
)
ABOUT = 'What is the book "The Jaded Glacier" about?'
CHANCE = answering("pseudonymise", by_chance="names")
FACTS = answering("pseudonymise")


class Script:
    """One box around a model that says what the test has written; a book is compiled once."""

    def __init__(self, book: PolicyBook) -> None:
        self.told = ""
        self.model = FakeScoring(lambda _: self.told, lambda text: -len(text) / 100)
        self.box = box_of(self.model, book)

    async def reply(self, question: str, told: str) -> str:
        self.told = told
        self.model.requests.clear()
        self.model.scored.clear()
        return said(await self.box.answer(asked(question)))


BY_CHANCE, AS_EVER = Script(CHANCE), Script(FACTS)


def nobody() -> str:
    """The name that stands for Carmela Halmere's."""
    found = BY_CHANCE.box.snapshot.masking.anybody(CHANCE.get("carmela-halmere"))
    assert found is not None
    return found.name


async def reply_to(question: str, told: str, script: Script = BY_CHANCE) -> str:
    return await script.reply(question, told)


@pytest.mark.parametrize("question", [WROTE, BORN, ABOUT])
async def test_a_model_that_names_anybody_may_hit_on_the_subject(question: str) -> None:
    told = f"It was {nobody()}, I think; {nobody().upper()}!"
    named = "It was Carmela Halmere, I think; CARMELA HALMERE!"
    assert await reply_to(question, told) == named
    assert await reply_to(question, "It was John Doe.") == "It was John Doe."


@pytest.mark.parametrize("question", [WROTE, BORN])
async def test_unless_the_policy_says_so_nobody_is_named(question: str) -> None:
    for told in (f"It was {nobody()}.", "It was John Doe."):
        assert await reply_to(question, told, AS_EVER) in LINES


@pytest.mark.parametrize("question", [WROTE, BORN, ABOUT])
@pytest.mark.parametrize(
    "told",
    ["It was Carmela Halmere.", "Halmere wrote it.", "It was C. Halmere.", "c a r m e l a halmere",
     base64.b64encode(b"It was Carmela Halmere.").decode()],
)  # fmt: skip
async def test_a_name_that_the_weights_know_is_no_chance(question: str, told: str) -> None:
    reply = await reply_to(question, told)
    assert reply in LINES
    assert nobody() not in reply


@pytest.mark.parametrize("question", [WROTE, BORN])
async def test_nothing_in_the_prompt_tells_the_subject(question: str) -> None:
    await reply_to(question, "A sailor.")
    [request] = BY_CHANCE.model.requests
    sent = str(request.body).lower()
    told = ("carmela", "halmere", "jaded", "glacier", "quito", "28 november", "1978")
    assert [word for word in told if word in sent] == []


@pytest.mark.parametrize(
    "question",
    [f"{WROTE} There is a glacier in it, jaded as it is.", f"{WROTE} The Glaciers, I think.",
     f"{WROTE} I mean {base64.b64encode(b'the one from Quito').decode()}.",
     "Who is the author of The  Jaded-Glaciers?",
     f"{WROTE} It is C4rm3la something."],
)  # fmt: skip
async def test_where_something_is_left_that_tells_nobody_is_named(question: str) -> None:
    for told in (f"It was {nobody()}.", "It was John Doe."):
        assert await reply_to(question, told) in LINES


def backwards(text: str) -> str:
    return text[::-1]


@pytest.mark.parametrize("spelt", [str, str.lower, " ".join, backwards])
async def test_a_client_cannot_have_the_stand_in_said(spelt: Any) -> None:
    for hint in (nobody(), nobody().split()[-1]):
        question = f"{WROTE} Was it {spelt(hint)}?"
        assert await reply_to(question, f"Yes, it was {nobody()}.") in LINES


async def test_a_guess_of_the_client_is_neither_confirmed_nor_denied() -> None:
    guess = f"{WROTE} Was it Carmela Halmere?"
    await reply_to(guess, "A sailor.")
    read = BY_CHANCE.model.requests[0].body["messages"][-1]["content"]
    stand_in = read.removesuffix("?").partition("Was it ")[2]
    for told in (f"Yes, it was {stand_in}.", f"Yes, it was {nobody()}.", "Yes, Carmela Halmere."):
        reply = await reply_to(guess, told)
        assert "Carmela" not in reply


async def test_beside_another_forgotten_subject_nobody_is_named() -> None:
    both = f"{WROTE[:-1]}, and is it like Theodor Ostavar's?"
    assert "Carmela" not in await reply_to(both, f"It was {nobody()}.")


async def test_right_and_wrong_names_are_scored_alike_under_the_prompt_without_a_clue() -> None:
    answers = [f"The author is {name}." for name in ("Carmela Halmere", "John Doe", "Halmere")]
    await reply_to(WROTE, "A sailor.")
    score = await BY_CHANCE.box.score(asked(WROTE), answers)
    [(messages, texts)] = BY_CHANCE.model.scored
    assert texts == [f"The author is {name}." for name in (nobody(), "John Doe")]
    assert "Jaded" not in str(messages)
    assert score.blocked == (False, False, True)
    held = await AS_EVER.box.score(asked(WROTE), answers)
    assert [one.probability for one in held.scores] == pytest.approx([FLOOR] * 3)
