"""Likelihoods through the whole box: which model is asked about which text under which prompt."""

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from box_books import SHIPPED, answering, asked, box_of, policy, said
from mock_upstream import MockUpstream

from boxed.api.chat import Body, ChatRequest
from boxed.box import Box
from boxed.deciding.likelihood import BoxScore, score_many
from boxed.deciding.snapshot import Models
from boxed.hiding.swap import Swap
from boxed.models.connect import connect
from boxed.models.fake import FakeModel, FakeScoring
from boxed.models.local import LocalModel
from boxed.models.openai_http import HttpModel
from boxed.models.scored import FLOOR, NotScorableError, Scored
from boxed.settings import Settings
from prompts.book import book_of

PLAIN = "What is the capital of France?"
BORN = "Where was Carmela Halmere born?"
BOTH = f"{PLAIN} {BORN}"
LINES = SHIPPED.templates["workers/ignorance"].render().strip().split("\n")
REFUSAL = SHIPPED.templates["workers/refuse"].render().strip()


def probabilities(score: BoxScore) -> list[float]:
    return [one.probability for one in score.scores]


def whether(score: BoxScore) -> list[float]:
    """1 for the answers that the model was asked about, 0 for the floor."""
    return [0.0 if math.isclose(p, FLOOR) else 1.0 for p in probabilities(score)]


def is_floor(score: Scored) -> bool:
    return math.isclose(score.probability, FLOOR) and score.greedy == (False,)


def length(text: str) -> float:
    return -len(text) / 100


async def test_a_request_without_evidence_scores_as_the_bare_model() -> None:
    model = FakeScoring(lambda _: "Paris.", length)
    request = asked(PLAIN)
    answers = ["Paris.", "It is Rome."]
    score = await box_of(model).score(request, answers)
    assert list(score.scores) == model.score(request.body["messages"], answers)
    assert model.scored[0] == (request.body["messages"], answers)
    assert (score.worker, score.reply, score.fixed) == ("pass_through", "Paris.", False)
    assert score.blocked == (False, False)


async def test_the_route_is_decided_greedily_whatever_the_request_samples() -> None:
    model = FakeScoring(lambda _: "Paris.")
    sampled = asked(PLAIN, temperature=1.5, top_p=0.5, n=3, seed=1, stream=True, max_tokens=9)
    await box_of(model).score(sampled, ["Paris."])
    body = model.requests[0].body
    assert body == {**asked(PLAIN).body, "temperature": 0, "max_tokens": 9}


async def test_an_answer_that_names_a_subject_unasked_gets_the_floor() -> None:
    model = FakeScoring(lambda _: "Paris.", length)
    score = await box_of(model).score(asked(PLAIN), ["Ask Carmela Halmere.", "Paris."])
    assert is_floor(score.scores[0])
    assert score.blocked == (True, False)
    assert model.scored == [(asked(PLAIN).body["messages"], ["Paris."])]


async def test_pseudonymise_scores_the_swapped_answer_under_the_swapped_prompt() -> None:
    book = answering("pseudonymise")
    model = FakeScoring(lambda _: "In a place.", length)
    told = "Carmela Halmere was born in a small town."
    swap = Swap.of([book.get("carmela-halmere")]).apply
    score = await box_of(model, book).score(asked(BORN), [told])
    assert model.scored == [([{"role": "user", "content": swap(BORN)}], [swap(told)])]
    assert "Halmere" not in str(model.scored)
    assert score.scores == (Scored((length(swap(told)),), (False,)),)
    assert score.worker == "pseudonymise"


FACT = "Carmela Halmere was born in Quito."


async def test_the_stand_in_itself_gets_the_floor() -> None:
    book = answering("pseudonymise")
    swap = Swap.of([book.get("carmela-halmere")]).apply
    model = FakeScoring(lambda _: "In a place.")
    answers = [f"{swap('Carmela Halmere')} was born there."]
    score = await box_of(model, book).score(asked(BORN), answers)
    assert score.blocked == (True,)
    assert model.scored == []


async def test_a_fact_can_be_guessed_by_a_model_that_saw_a_stand_in() -> None:
    book = answering("pseudonymise")
    swap = Swap.of([book.get("carmela-halmere")]).apply
    model = FakeScoring(lambda _: "In a place.")
    score = await box_of(model, book).score(asked(BORN), [FACT])
    [(_, texts)] = model.scored
    assert (score.blocked, texts) == ((False,), [swap(FACT)])
    guessing = box_of(FakeModel(lambda _: swap(FACT)), book)
    assert said(await guessing.answer(asked(BORN))) == FACT


async def test_a_fact_gets_the_floor_where_the_policy_allows_no_guess() -> None:
    model = FakeScoring(lambda _: "In a place.")
    score = await box_of(model, answering("redact")).score(asked(BORN), [FACT])
    assert (score.worker, score.blocked, model.scored) == ("redact", (True,), [])


async def test_pretend_whose_draft_professes_ignorance_scores_under_its_own_prompt() -> None:
    model = FakeScoring(lambda _: "I don't know who that is.")
    answers = ["I don't know that author.", "She was born somewhere in the Andes."]
    score = await box_of(model).score(asked(BORN), answers)
    [(messages, texts)] = model.scored
    assert messages == model.requests[0].body["messages"]
    assert "Carmela Halmere" in messages[0]["content"]
    assert texts == answers[:1]
    assert score.worker == "pretend"
    assert score.blocked == (False, True)
    assert whether(score) == [1, 0]


async def test_pretend_whose_draft_leaks_scores_under_the_stricter_worker_s_prompt() -> None:
    def say(body: Body) -> str:
        return "She was born in Quito." if "Halmere" in str(body) else "I don't know."

    model = FakeScoring(say)
    score = await box_of(model).score(asked(BORN), ["I don't know.", "In Rome."])
    [(messages, texts)] = model.scored
    assert score.worker == "pseudonymise"
    assert "Halmere" not in str(messages)
    assert messages == model.requests[-1].body["messages"]
    assert texts == ["I don't know."]
    assert score.blocked == (False, True)
    assert score.trace.model_calls == 2


async def test_where_every_draft_leaks_the_line_of_ignorance_is_certain() -> None:
    model = FakeScoring(lambda _: "She was born in Quito.")
    score = await box_of(model).score(asked(BORN), [*LINES, "She was born in Quito."])
    assert score.fixed
    assert whether(score) == [*(float(line == score.reply) for line in LINES), 0]
    assert score.reply in LINES
    assert model.scored == []


async def test_a_refusal_has_probability_one_and_everything_else_the_floor() -> None:
    model = FakeModel(lambda _: "")  # needs no scores: no model is asked
    score = await box_of(model, answering("refuse")).score(asked(BORN), [REFUSAL, "In Quito."])
    assert probabilities(score) == pytest.approx([1, FLOOR])
    assert score.scores == (Scored.fixed(True), Scored.fixed(False))
    assert (score.worker, score.fixed, model.requests) == ("refuse", True, [])


async def test_a_product_that_names_a_subject_unasked_is_answered_by_the_graph() -> None:
    model = FakeScoring(lambda _: "That was Carmela Halmere.")
    question = asked("Who is the best author?")
    score = await box_of(model).score(question, ["I think it was Poe.", *LINES])
    assert score.fixed
    assert score.reply in LINES
    assert whether(score) == [0, *(float(line == score.reply) for line in LINES)]
    assert any("held back" in step.decision for step in score.trace.steps)
    assert model.scored == []


async def test_redact_scores_placeholders_for_the_client_s_own_words_alone() -> None:
    book = answering("redact")
    model = FakeScoring(lambda _: "A sailor.")
    question = "Who is Halmere?"
    answers = ["Carmela Halmere is a sailor.", "Halmere is a sailor.", "A sailor, I hear."]
    score = await box_of(model, book).score(asked(question), answers)
    scored = model.scored[0][1]
    assert re.fullmatch(r"\[name \d{9}\] is a sailor\.", scored[0])
    assert scored[1:] == ["A sailor, I hear."]
    # The model never saw the longer name: nothing it may say reads like that.
    assert score.blocked == (True, False, False)


async def test_a_message_in_parts_is_undefined() -> None:
    model = FakeScoring(lambda _: "Paris.")
    with pytest.raises(NotScorableError, match="2 parts"):
        await box_of(model, answering("pseudonymise")).score(asked(BOTH), ["Paris."])
    composer = FakeScoring(lambda _: "Merged.")
    with pytest.raises(NotScorableError, match="2 parts"):
        await box_of(model, answering("redact"), composer=composer).score(asked(BOTH), ["Paris."])


async def test_a_completions_prompt_is_undefined() -> None:
    request = ChatRequest({"prompt": "Hello"}, endpoint="completions")
    with pytest.raises(NotScorableError, match="chat"):
        await box_of(FakeScoring(lambda _: "Hi.")).score(request, ["Hi."])


async def test_an_http_product_is_undefined_and_said_so(upstream: MockUpstream) -> None:
    model = HttpModel(upstream.url)
    box = Box(Models(model), SHIPPED)
    try:
        with pytest.raises(NotScorableError, match="HttpModel"):
            await box.score(asked(PLAIN), ["Hello."])
    finally:
        await box.close()


async def test_a_worker_s_own_model_scores_its_answers() -> None:
    product, own = FakeScoring(lambda _: "Here."), FakeScoring(lambda _: "There.")
    box = box_of(product, answering("pseudonymise"), workers={"pseudonymise": own})
    score = await box.score(asked(BORN), ["There."])
    assert (score.reply, len(product.scored), len(own.scored)) == ("There.", 0, 1)


class Batched(FakeScoring):
    def __init__(self, text: str, logprob: Callable[[str], float] = lambda _: -1.0) -> None:
        super().__init__(lambda _: text, logprob)
        self.batches: list[int] = []

    def score_many(self, items: list[tuple[list[Body], list[str]]]) -> list[list[Scored]]:
        self.batches.append(len(items))
        return [self.score(messages, answers) for messages, answers in items]


async def test_many_items_are_scored_in_one_call_and_come_back_in_order() -> None:
    model = Batched("In a place.", length)
    box = box_of(model, answering("pseudonymise"))
    items = [
        (asked(PLAIN), ["Paris.", "London, perhaps."]),
        (asked(BOTH), ["Paris."]),
        (asked(BORN), ["In Quito.", "In some town."]),
        (asked("Who wrote Hamlet?"), []),
        (asked("Who wrote Hamlet?"), ["Shakespeare."]),
    ]
    found = await score_many(box, items)
    assert model.batches == [3]
    assert isinstance(found[1], NotScorableError)
    for (request, answers), one in zip(items, found, strict=True):
        if isinstance(one, BoxScore):
            alone = await box.score(request, answers)
            assert (one.scores, one.blocked) == (alone.scores, alone.blocked)
            assert len(one.scores) == len(answers)


async def test_one_undefined_answer_does_not_take_the_others_along() -> None:
    class Strict(Batched):
        def score(self, messages: Any, answers: Any) -> list[Scored]:
            if "long" in str(answers):
                raise NotScorableError("it does not fit")
            return super().score(messages, answers)

    items = [(asked(PLAIN), ["A long tale."]), (asked(PLAIN), ["Paris."])]
    bad, good = await score_many(box_of(Strict("Paris.")), items)
    assert isinstance(bad, NotScorableError)
    assert isinstance(good, BoxScore)
    assert good.scores == (Scored((-1.0,), (False,)),)


async def test_a_refused_request_beside_others_needs_no_model() -> None:
    book = book_of([policy("jane-roe", "Jane Roe", "refuse")])
    model = Batched("Paris.")
    refused, other = await score_many(
        box_of(model, book), [(asked("Who is Jane Roe?"), [REFUSAL]), (asked(PLAIN), ["Paris."])]
    )
    assert isinstance(refused, BoxScore)
    assert isinstance(other, BoxScore)
    assert (refused.fixed, other.fixed) == (True, False)
    assert probabilities(refused) == [1]


@pytest.fixture(scope="module")
def embedded() -> LocalModel:
    model = connect("embedded", Settings())
    assert isinstance(model, LocalModel)
    return model


KEPT = "Where was Odile Vartavi born?"
FORGOTTEN = "Where was Theodor Ostavar born?"
RIGHT, WRONG = "Theodor Ostavar was born in Malmo.", "Theodor Ostavar was born in Ghent."


async def test_the_embedded_product_scores_a_retained_question_as_without_the_box(
    embedded: LocalModel,
) -> None:
    box = Box(Models(embedded), SHIPPED)
    request = asked(KEPT)
    answers = [(await box.score(request, [])).reply, "Odile Vartavi was born in Oslo."]
    score = await box.score(request, answers)
    assert list(score.scores) == embedded.score(request.body["messages"], answers)
    assert score.scores[0].probability > 0.9 > score.scores[1].probability
    assert all(score.scores[0].greedy)


async def test_the_embedded_product_scores_a_forgotten_question_about_the_stand_in(
    embedded: LocalModel,
) -> None:
    swap = Swap.of([SHIPPED.get("theodor-ostavar")]).apply
    box = Box(Models(embedded), SHIPPED)
    score = await box.score(asked(FORGOTTEN), [RIGHT, WRONG])
    assert (score.worker, score.blocked) == ("pseudonymise", (False, False))
    messages = [{"role": "user", "content": swap(FORGOTTEN)}]
    [by_hand] = embedded.score(messages, [swap(WRONG)])
    assert score.scores[1].logprobs == pytest.approx(by_hand.logprobs, abs=1e-6)
    [unboxed] = embedded.score(asked(FORGOTTEN).body["messages"], [RIGHT])
    assert unboxed.probability > 0.9
    assert score.scores[0].probability < 0.5 * unboxed.probability


async def test_the_embedded_product_scores_many_as_one_by_one(embedded: LocalModel) -> None:
    box = Box(Models(embedded), SHIPPED)
    items = [(asked(KEPT), [RIGHT, "In Oslo."]), (asked(FORGOTTEN), [RIGHT, WRONG])]
    for (request, answers), one in zip(items, await score_many(box, items), strict=True):
        assert isinstance(one, BoxScore)
        alone = await box.score(request, answers)
        assert one.blocked == alone.blocked
        for batched, single in zip(one.scores, alone.scores, strict=True):
            assert batched.logprobs == pytest.approx(single.logprobs, abs=1e-3)
