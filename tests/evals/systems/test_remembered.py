"""What a model was asked already serves the next box, and changes nothing that it says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from boxed.api.chat import ChatReply, ChatRequest
from boxed.models.local import LocalModel
from evals.nano.build import build
from evals.nano.checkpoints import SHIPPED
from evals.records import Item, Likelihoods
from evals.suites.choices import load_wmdp_suite
from evals.suites.protocol import limited
from evals.suites.tofu import load_tofu
from evals.systems.asked import request_of
from evals.systems.boxed_model import BoxSystem
from evals.systems.catalogue import Setup, policies_of
from evals.systems.local import LocalSystem
from evals.systems.remembered import RememberingModel
from prompts.book import PolicyBook, book_of

FULL = str(SHIPPED["full"])


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Item, ...], PolicyBook]:
    folder = tmp_path_factory.mktemp("world")
    build(folder)
    suite = load_tofu(folder, "01", "nano")
    choices = load_wmdp_suite(folder, ("nano",))
    policies = policies_of(Setup(FULL, None, suite.forget, suite.retain), "pseudonymise")
    return (*limited(suite, 4).items, *limited(choices, 3).items), book_of(policies)


class Counting(RememberingModel):
    """Counts what it generates and scores itself."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.said, self.scored = 0, 0

    def chat_many(self, requests):
        self.said += len(requests)
        return super().chat_many(requests)

    def score_many(self, items):
        self.scored += len(items)
        return super().score_many(items)

    def letters(self, chats, letters=("A", "B", "C", "D")):
        self.scored += len(chats)
        return super().letters(chats, letters)


def totals(found: Sequence[Likelihoods | str]) -> list[list[float] | str]:
    return [
        one
        if isinstance(one, str)
        else [*(one.letters or ()), *(s.total for s in (one.answer, *one.wrong) if s is not None)]
        for one in found
    ]


def test_a_box_says_and_scores_the_same_with_half_the_work(asked):
    items, book = asked
    alone = BoxSystem("box", LocalModel(FULL), FULL, book, None)
    model = Counting(FULL)
    bare = LocalSystem("original", model, FULL)
    bare.answer(items), bare.likelihoods(items)
    before = model.said, model.scored
    box = BoxSystem("box", model, FULL, book, None)
    replies = box.answer(items)
    found = box.likelihoods(items)

    told = [(one.text, one.model_calls, one.prompt_tokens, one.completion_tokens)
            for one in replies if one]  # fmt: skip
    assert told == [
        (one.text, one.model_calls, one.prompt_tokens, one.completion_tokens)
        for one in alone.answer(items) if one
    ]  # fmt: skip
    for mine, theirs in zip(totals(found), totals(alone.likelihoods(items)), strict=True):
        assert mine == (theirs if isinstance(theirs, str) else pytest.approx(theirs, abs=1e-3))
    assert model.said - before[0] < before[0] / 2
    assert model.scored - before[1] < before[1] / 2
    # A second box of the same policies asks nothing at all.
    again = model.said, model.scored
    second = BoxSystem("box", model, FULL, book, None)
    assert [r and r.text for r in second.answer(items)] == [r and r.text for r in replies]
    assert totals(second.likelihoods(items)) == totals(found)
    assert (model.said, model.scored) == again


def test_a_reply_from_memory_costs_what_it_cost(asked):
    items, book = asked
    kept = [item for item in items if item.part == "retain"]
    model = RememberingModel(FULL)
    taken = [one.seconds for one in LocalSystem("original", model, FULL).answer(kept) if one]
    replies = BoxSystem("box", model, FULL, book, None).answer(kept)
    assert all(one.seconds >= least for one, least in zip(replies, taken, strict=True))


def test_only_the_very_same_request_at_temperature_0_is_recalled(asked):
    items, _ = asked
    model = RememberingModel(FULL)
    request = request_of(items[0])
    drawn = ChatRequest({**request.body, "temperature": 1.0, "seed": 3})
    default = ChatRequest({k: v for k, v in request.body.items() if k != "temperature"})
    replies = model.chat_many([request, drawn, default])
    assert all(isinstance(one, ChatReply) for one in replies)
    recalled = model.recalled(ChatRequest(dict(reversed(request.body.items()))))
    assert recalled is not None
    assert recalled.reply is replies[0]
    assert model.recalled(drawn) is None
    assert model.recalled(default) is None
    assert model.recalled(ChatRequest({**request.body, "max_tokens": 2})) is None
