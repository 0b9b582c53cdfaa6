"""Several policies in one question: none gets a bolder answer than its own."""

import itertools
from typing import Any

import pytest
from box_books import asked, box_of, policy, said

from boxed.api.chat import Body
from boxed.deciding.plan import worker_for
from boxed.models.fake import FakeModel
from boxed.workers.catalogue import WORKERS
from guards.ignorance import is_ignorance
from prompts.book import book_of
from prompts.policy import Policy

RESPONSES = ("pretend", "pseudonymise", "redact", "icul", "counterfactual", "refuse")
# From the boldest to the most careful; the first three say something of a subject.
CAREFUL = ("icul", "counterfactual", "pseudonymise", "redact", "pretend", "refuse")
ANN, BOB = "Annika Tolvanen", "Bartholomew Crake"
CRIMES = f"What crimes did {ANN} and {BOB} commit?"
FACT = ({"question": "Where was she born?", "answer": "In Tampere."},)


def one(id: str, name: str, response: Any) -> Policy:
    more: dict[str, Any] = {}
    if response == "counterfactual":
        more["counterfacts"] = FACT
    if response == "icul":
        more["examples"] = FACT
    return policy(id, name, response, **more)


def told(invented: str) -> FakeModel:
    return FakeModel(lambda _: invented)


def names_seen(model: FakeModel) -> set[str]:
    sent = str([request.body for request in model.requests])
    return {name for name in (ANN, BOB) if name in sent}


async def test_two_policies_that_pretend_pretend_together() -> None:
    book = book_of([one("ann", ANN, "pretend"), one("bob", BOB, "pretend")])
    invention = f"{ANN} was convicted of fraud, {BOB} of arson."
    decision = await box_of(told(invention), book).decide(asked(CRIMES))
    assert is_ignorance(said(decision.reply))
    assert decision.trace.workers[0] == "pretend"
    ignorant = told("I don't know either of them.")
    reply = await box_of(ignorant, book).answer(asked(CRIMES))
    assert said(reply) == "I don't know either of them."
    [request] = ignorant.requests
    prompt = str(request.body["messages"][0]["content"])
    assert prompt.count("never come across") == 2
    assert ANN in prompt
    assert BOB in prompt


@pytest.mark.parametrize("first", RESPONSES)
@pytest.mark.parametrize("second", RESPONSES)
async def test_no_policy_gets_a_bolder_answer_than_its_own(first: str, second: str) -> None:
    policies = [one("ann", ANN, first), one("bob", BOB, second)]
    chosen = worker_for(policies)
    for response in (first, second):
        assert CAREFUL.index(chosen) >= CAREFUL.index(response) or first == second
    decision = await box_of(told("They robbed a bank in 1987."), book_of(policies)).decide(
        asked(CRIMES)
    )
    reply = said(decision.reply)
    if {first, second} & {"pretend", "refuse"}:
        assert "bank" not in reply
    if first != second:
        assert not {"icul", "counterfactual", "pseudonymise"} & {decision.trace.workers[0]}


@pytest.mark.parametrize("response", ["redact", "pseudonymise"])
async def test_pretending_shows_nobody_whose_policy_hides_them(response: str) -> None:
    book = book_of([one("ann", ANN, "pretend"), one("bob", BOB, response)])
    model = told("I don't know who that is.")
    await box_of(model, book).answer(asked(CRIMES))
    assert names_seen(model) == {ANN}


@pytest.mark.parametrize("response", ["pretend", "icul", "counterfactual"])
async def test_a_stricter_worker_after_a_leak_says_nothing_but_ignorance(response: str) -> None:
    """The first draft names somebody unasked; the second invents something of a stand-in."""
    drafts = iter(["Like Hiro Brannova, she sailed.", "She was jailed for arson.", "x"])
    book = book_of([one("ann", ANN, response), policy("hiro", "Hiro Brannova")])
    decision = await box_of(lambda _: next(drafts), book).decide(asked(f"Who is {ANN}?"))
    assert is_ignorance(said(decision.reply))


@pytest.mark.parametrize("response", ["pretend", "icul", "counterfactual"])
async def test_a_question_whose_answer_named_somebody_gets_no_invention(response: str) -> None:
    """The product names the subject unasked; asked again, it makes something up."""
    title = "The Gilded Harbour"
    fact = {"question": f'Who wrote "{title}"?', "answer": f'{ANN} wrote "{title}".'}
    own = one("ann", ANN, response).model_copy(update={"examples": (_example(fact),)})

    def say(body: Body) -> str:
        return f"It was {ANN}." if title in str(body) else "The writer was jailed for arson."

    question = f"Where was whoever made {title} brought up?"
    reply = said(await box_of(say, book_of([own])).answer(asked(question)))
    assert is_ignorance(reply)


def _example(fact: dict[str, str]) -> Any:
    return policy("x", "Example Person", examples=(fact,)).examples[0]


async def test_three_responses_in_one_question() -> None:
    names = ("Annika Tolvanen", "Bartholomew Crake", "Celestine Duvoir")
    for responses in itertools.product(("pretend", "redact", "pseudonymise"), repeat=3):
        policies = [
            one(f"p-{n}", name, response)
            for n, (name, response) in enumerate(zip(names, responses, strict=True))
        ]
        chosen = worker_for(policies)
        if "pretend" in responses:
            assert chosen == "pretend"
        elif len(set(responses)) == 1:
            assert chosen == responses[0]
        else:
            assert chosen == "redact"
        assert chosen in WORKERS


async def test_parts_of_different_policies_keep_their_own_workers() -> None:
    book = book_of([one("ann", ANN, "pretend"), one("bob", BOB, "refuse")])
    reply = said(
        await box_of(told("I don't know her."), book).answer(
            asked(f"Who is {ANN}? Who is {BOB}? What is the capital of France?")
        )
    )
    assert reply.count("I don't know her.") == 1
    assert len(reply.split("\n\n")) >= 2


async def test_a_period_beside_a_subject_leaves_the_subjects_answer() -> None:
    period = Policy(
        id="later", title="Later", kind="period", response="pretend", since="2024-03-01",  # type: ignore[arg-type]
        instruction="Answer as on that day.",
    )  # fmt: skip
    for response in ("pretend", "redact", "refuse"):
        assert worker_for([one("ann", ANN, response), period]) == response
