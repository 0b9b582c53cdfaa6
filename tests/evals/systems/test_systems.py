"""Systems around the real embedded pair of models: the bare ones, the baselines, the box."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from boxed.api.replies import text_of
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.models.fake import FakeModel
from boxed.models.local import LocalModel
from boxed.models.scored import FLOOR
from evals.methods.weights.catalogue import METHODS
from evals.nano.build import build
from evals.nano.checkpoints import SHIPPED
from evals.records import Item, Likelihoods, Reply
from evals.suites.choices import load_wmdp_suite
from evals.suites.protocol import Suite, limited
from evals.suites.tofu import load_tofu
from evals.systems.api import ApiSystem
from evals.systems.asked import answers_of, request_of
from evals.systems.catalogue import (
    SYSTEMS,
    Setup,
    SetupError,
    check_names,
    every_system,
    make_system,
    policies_of,
    trained,
)
from evals.systems.keyword_filter import REFUSAL
from evals.systems.other_ways import OTHER_WAYS
from evals.systems.protocol import System
from prompts.book import book_of

FULL, RETRAIN = str(SHIPPED["full"]), str(SHIPPED["retain90"])
BASE = str(SHIPPED["base"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    folder = tmp_path_factory.mktemp("world")
    build(folder)
    suite = load_tofu(folder, "01", "nano")
    choices = load_wmdp_suite(folder, ("nano",))
    return replace(suite, items=(*suite.items, *choices.items))


@pytest.fixture(scope="module")
def items(whole: Suite) -> tuple[Item, ...]:
    return limited(whole, 6).items


@pytest.fixture(scope="module")
def setup(whole: Suite) -> Setup:
    return Setup(FULL, RETRAIN, whole.forget, whole.retain, semantic=False)


def texts(replies: Sequence[Reply | None]) -> list[str]:
    return ["" if reply is None else reply.text for reply in replies]


def of_part(items: Sequence[Item], part: str) -> list[Item]:
    return [item for item in items if item.part == part]


def defined(found: Likelihoods | str) -> Likelihoods:
    assert isinstance(found, Likelihoods), found
    return found


def test_a_bare_model_knows_what_its_retrain_does_not(
    items: tuple[Item, ...], setup: Setup
) -> None:
    forgotten = of_part(items, "forget")
    means = {}
    for name in ("original", "retrain"):
        found = map(defined, make_system(name, setup).likelihoods(forgotten))
        answers = [one.answer.probability for one in found if one.answer]
        means[name] = sum(answers) / len(answers)
    assert means["original"] > 0.9
    assert means["retrain"] < 0.5


async def one_by_one(box: Box, items: Sequence[Item]) -> list[str]:
    return [text_of((await box.answer(request_of(item))).body) for item in items]


@pytest.mark.parametrize("worker", ["pretend", "pseudonymise", "redact", "icul", "refuse"])
def test_a_boxed_system_replies_what_the_box_answers(
    items: tuple[Item, ...], setup: Setup, worker: str
) -> None:
    system = make_system(f"box-{worker}", setup)
    book = book_of(policies_of(setup, worker))  # type: ignore[arg-type]
    box = Box(Models(LocalModel(FULL)), book)
    assert texts(system.answer(items)) == asyncio.run(one_by_one(box, items))


def test_a_boxed_system_scores_what_the_box_scores(items: tuple[Item, ...], setup: Setup) -> None:
    system = make_system("box-pseudonymise", setup)
    box = Box(Models(LocalModel(FULL)), book_of(policies_of(setup, "pseudonymise")))
    asked = [item for item in items if item.task != "choice"][::4]
    for item, found in zip(asked, map(defined, system.likelihoods(asked)), strict=True):
        alone = asyncio.run(box.score(request_of(item), answers_of(item))).scores
        scores = [s for s in (found.answer, found.paraphrased, *found.wrong) if s is not None]
        assert [s.total for s in scores] == pytest.approx([s.total for s in alone], abs=1e-3)


def test_what_touches_no_policy_is_answered_as_by_the_bare_model(
    items: tuple[Item, ...], setup: Setup
) -> None:
    retained = [item for item in items if item.part in ("retain", "world_facts", "mmlu")]
    bare, boxed = make_system("original", setup), make_system("box", setup)
    assert texts(boxed.answer(retained)) == texts(bare.answer(retained))
    for mine, theirs in zip(
        map(defined, boxed.likelihoods(retained)), map(defined, bare.likelihoods(retained)),
        strict=True,
    ):  # fmt: skip
        assert mine.letters == pytest.approx(theirs.letters, abs=1e-3)
        if mine.answer and theirs.answer:
            assert mine.answer.total == pytest.approx(theirs.answer.total, abs=1e-3)


def test_a_forgotten_subject_is_answered_by_the_policys_worker(
    items: tuple[Item, ...], setup: Setup
) -> None:
    forgotten = of_part(items, "forget")
    replies = make_system("box-pseudonymise", setup).answer(forgotten)
    # redact takes over where the draft would have said a name that the question described.
    workers = {reply.worker for reply in replies if reply}
    assert "pseudonymise" in workers
    assert workers <= {"pseudonymise", "redact"}
    refused = make_system("box-refuse", setup).answer(forgotten)
    assert len({reply.text for reply in refused if reply}) == 1
    assert {reply.model_calls for reply in refused if reply} == {0}


def test_the_bare_prompt_lists_every_subject(items: tuple[Item, ...], setup: Setup) -> None:
    system = make_system("prompt", setup)
    assert all(policy.title in vars(system)["prompt"] for policy in policies_of(setup))
    replies = system.answer(items[:3])
    bare = make_system("original", setup).answer(items[:3])
    for behind, alone in zip(replies, bare, strict=True):
        assert behind is not None
        assert alone is not None
        assert behind.prompt_tokens > alone.prompt_tokens


def test_a_filter_refuses_what_names_a_keyword_and_nothing_else(
    items: tuple[Item, ...], setup: Setup
) -> None:
    system, bare = make_system("filter", setup), make_system("original", setup)
    retained = of_part(items, "retain")
    assert texts(system.answer(retained)) == texts(bare.answer(retained))
    named = [
        item
        for item in of_part(items, "forget")
        if any(policy.title in item.question for policy in policies_of(setup))
    ]
    assert named
    assert set(texts(system.answer(named))) == {REFUSAL}
    for found in map(defined, system.likelihoods(named)):
        assert found.answer is not None
        assert found.answer.probability == pytest.approx(FLOOR)


def test_letters_of_a_fixed_reply_are_the_floor(items: tuple[Item, ...], setup: Setup) -> None:
    subject = policies_of(setup)[0].title
    item = replace(
        of_part(items, "bio" if of_part(items, "bio") else "mmlu")[0],
        messages=({"role": "user", "content": f"Who is {subject}?"},),
    )
    for name in ("filter", "box-refuse", "box-pretend"):
        [found] = make_system(name, setup).likelihoods([item])
        assert defined(found).letters == pytest.approx([math.log(FLOOR)] * 4)


@pytest.mark.parametrize("name", ["original", "filter", "box"])
def test_an_item_too_long_is_undefined_and_takes_nothing_with_it(
    items: tuple[Item, ...], setup: Setup, name: str
) -> None:
    long = replace(items[0], id="long", messages=({"role": "user", "content": "why " * 4000},))
    system = make_system(name, setup)
    replies = system.answer([items[1], long])
    good, bad = system.likelihoods([items[1], long])
    assert replies[0] is not None
    assert replies[1] is None
    assert isinstance(good, Likelihoods)
    assert isinstance(bad, str)
    assert bad


def test_a_text_that_is_only_scored_gets_no_reply(items: tuple[Item, ...], setup: Setup) -> None:
    text = replace(items[0], messages=({"role": "user", "content": ""},), most=0, wrong=())
    for name in ("original", "box"):
        system = make_system(name, setup)
        assert system.answer([text]) == [None]
        assert defined(system.likelihoods([text])[0]).answer is not None


def test_identities_differ_with_all_that_replies_depend_on(setup: Setup) -> None:
    named = [name for name in SYSTEMS if name != "api" and not trained(name)]
    systems: list[System] = [make_system(name, setup) for name in named]
    identities = [system.identity for system in systems]
    # One worker everywhere is what drafting chooses for people, so "box" may equal another.
    assert len(set(identities)) >= len(identities) - 1
    other = replace(setup, forget=setup.forget[:20])
    assert make_system("box-pretend", other).identity != make_system("box-pretend", setup).identity


def test_what_a_system_lacks_is_said(setup: Setup) -> None:
    with pytest.raises(SetupError, match="--retrain"):
        make_system("retrain", replace(setup, retrain=None))
    with pytest.raises(SetupError, match="--api"):
        make_system("api", setup)
    with pytest.raises(SetupError, match="model '/nowhere' cannot be loaded"):
        make_system("original", replace(setup, model="/nowhere"))
    with pytest.raises(SetupError, match="system 'boxx' is not one of original"):
        check_names(["boxx"])
    with pytest.raises(SetupError, match="each of them once"):
        check_names(["box", "box"])


def test_all_stands_for_what_the_setup_allows(setup: Setup, whole: Suite) -> None:
    made, reasons = every_system(replace(setup, base=BASE, taught=whole.taught))
    assert {"original", "retrain", "filter", "box-icul", *METHODS, *OTHER_WAYS} < set(made)
    assert reasons == ("'api' needs an endpoint",)
    bare = replace(setup, retrain=None, forget=(), api="http://x")
    made, reasons = every_system(bare)
    assert made == ("original", "api")
    assert "'retrain' needs the model that never saw the forget set" in reasons
    unkept = set(every_system(replace(setup, retain=()))[0])
    assert {"npo", "grad-ascent"} < unkept
    assert not {"npo-retain", "kl", "rmu", "prune"} & unkept


def test_an_api_gives_replies_and_says_why_it_gives_no_likelihoods(
    items: tuple[Item, ...],
) -> None:
    model = FakeModel(lambda body: body["messages"][-1]["content"].upper())
    system = ApiSystem("api", model, "http://x m")
    assert texts(system.answer(items[:5])) == [item.question.upper() for item in items[:5]]
    assert {request.body["temperature"] for request in model.requests} == {0}
    assert all(isinstance(found, str) and found for found in system.likelihoods(items[:5]))
    assert system.identity != ApiSystem("api", model, "http://y m").identity
