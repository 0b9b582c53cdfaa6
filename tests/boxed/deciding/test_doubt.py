"""The router's yes or no about each candidate: read, remembered, timed, safe without one."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from box_books import asked, box_of, policy

from boxed.api.chat import Body, ChatRequest
from boxed.deciding import doubt
from boxed.deciding.doubt import MOST, settled
from boxed.deciding.trace import Trace
from boxed.models.fake import FakeModel, FakeScoring
from boxed.models.protocol import UpstreamError
from prompts.book import book_of

ROE = policy("roe", "Jane Roe", about="Jane Roe is a potter from Dunmore.")
POE = policy("poe", "Ann Poe", doubt="answer")
MESSAGE = "Who was the potter called Roe?"


async def about(
    model: Any, *policies: Any, message: str = MESSAGE, snapshot: Any = None
) -> set[str]:
    known = policies or (ROE, POE)
    shot = snapshot or box_of(lambda _: "", book_of(known), router=model).snapshot
    found = shot.live(datetime.now(UTC), None).policies(p.id for p in known)
    return set(await settled(found, message, shot, asked(message), Trace()))


def yes_about(name: str) -> FakeModel:
    return FakeModel(lambda body: "Yes." if name in body["messages"][0]["content"] else "No.")


async def test_each_candidate_is_asked_about_alone() -> None:
    model = yes_about("Jane Roe")
    assert await about(model) == {"roe"}
    assert len(model.requests) == 2
    [prompt] = [m for r in model.requests if "Jane Roe" in (m := r.body["messages"][0]["content"])]
    assert "potter from Dunmore" in prompt
    assert MESSAGE in prompt
    assert "Ann Poe" not in prompt


def spread(yes: float, no: float) -> FakeModel:
    top = [{"token": "Yes", "logprob": yes}, {"token": " no", "logprob": no}]
    logprobs = {"content": [{"token": "Well", "top_logprobs": top}]}
    message = {"role": "assistant", "content": "Well"}
    told = {"choices": [{"index": 0, "message": message, "logprobs": logprobs}]}
    return FakeModel(lambda _: told)


@pytest.mark.parametrize(("yes", "no", "answer"), [(-0.1, -2.0, {"roe"}), (-2.0, -0.1, set())])
async def test_it_is_read_from_log_probabilities_where_there_are_some(
    yes: float, no: float, answer: set[str]
) -> None:
    assert await about(spread(yes, no), ROE) == answer


async def test_it_is_read_from_one_pass_of_a_model_that_scores() -> None:
    model = FakeScoring(lambda _: "unused", lambda answer: -0.1 if answer == "yes" else -3.0)
    assert await about(model, ROE) == {"roe"}
    assert model.requests == []
    assert model.scored[0][1] == ["yes", "no"]


async def test_a_server_without_log_probabilities_is_asked_without_them() -> None:
    def say(body: Body) -> str:
        if "logprobs" in body:
            raise UpstreamError(400, {})
        return "yes"

    model = FakeModel(say)
    assert await about(model, ROE) == {"roe"}
    assert len(model.requests) == 2


async def test_an_answer_is_remembered_for_the_same_message() -> None:
    model = yes_about("Jane Roe")
    snapshot = box_of(lambda _: "", book_of([ROE, POE]), router=model).snapshot
    for _ in range(3):
        assert await about(model, snapshot=snapshot) == {"roe"}
    assert len(model.requests) == 2
    await about(model, message="Who is it then?", snapshot=snapshot)
    assert len(model.requests) == 4


def failing(_: Body) -> str:
    raise UpstreamError(503, {})


@pytest.mark.parametrize("say", [failing, lambda _: "Perhaps.", lambda _: ""])
async def test_without_an_answer_each_policy_says_what_happens(say: Any) -> None:
    assert await about(FakeModel(say)) == {"roe"}


class Slow(FakeModel):
    async def chat(self, request: ChatRequest) -> Any:
        await asyncio.sleep(30)


async def test_nor_is_an_answer_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubt, "SECONDS", 0.01)
    assert await about(Slow(lambda _: "no")) == {"roe"}


async def test_too_many_candidates_are_as_their_policies_say() -> None:
    many = [policy(f"p{n}", f"Person{n} Roemer", doubt="answer") for n in range(MOST + 3)]
    model = FakeModel(lambda _: "yes")
    assert len(await about(model, *many)) == MOST
    assert len(model.requests) == MOST
