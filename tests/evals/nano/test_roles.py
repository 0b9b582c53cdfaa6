"""The role lessons: what they teach is what the product's own prompts ask for, and is right."""

import json
import random
from dataclasses import replace
from itertools import pairwise

import pytest

from boxed.deciding.router import Routed
from evals.nano.curriculum import Mixture
from evals.nano.dialogues import Knowledge, turn
from evals.nano.measure_roles import SEED, router_figures
from evals.nano.roles import Roles, namesake, prompts, routed, slug
from evals.nano.splits import authors_of
from evals.nano.strangers import never_trained, stranger
from evals.nano.words import HOLDOUT_SURNAMES
from evals.nano.world import build_world
from guards.ignorance import is_ignorance
from prompts.book import load_book, shipped_directory

WORLD = build_world()


def roles(seed: int = 1, practised=(), newcomer=stranger) -> Roles:
    return Roles(Knowledge(WORLD, random.Random(seed), tuple(practised), newcomer), practised)


def test_the_router_s_answers_are_valid_plans_of_the_message():
    made = roles()
    for _ in range(100):
        prompt, answer = made.router()
        message = prompt.content.split("================\n")[1].strip()
        parts = Routed.model_validate_json(answer.content).parts
        assert " ".join(part.text for part in parts) == message
        listed = {line.split()[2] for line in prompt.content.splitlines() if "- id: " in line}
        assert {part.policy for part in parts} - {None} <= listed
        owners = [part.policy for part in parts]
        assert all(one != two for one, two in pairwise(owners))


def test_ids_come_from_names_unless_odd_ones_are_wanted():
    name = roles().newcomer().name
    assert roles().id_of(name) == slug(name)
    odd = {replace(roles(seed), odd_ids=1.0).id_of(name) for seed in range(20)}
    assert len(odd) == 20
    assert not any(part in id for id in odd for part in slug(name).split("-"))


def test_a_name_put_together_from_two_is_never_an_author_s():
    first, last = WORLD.authors[0].name.split()
    mixed = {
        namesake(f"{first} Nobody", f"Nobody {last}", random.Random(seed), WORLD)
        for seed in range(20)
    }
    assert mixed == {f"Nobody {last}", "Nobody Nobody"}
    plain = {namesake("Jo Fenn", "Al Penn", random.Random(seed), WORLD) for seed in range(20)}
    assert plain == {"Jo Penn", "Al Fenn"}


def test_both_kinds_of_message_and_messages_of_two_parts_occur():
    made = roles()
    plans = [json.loads(made.router()[-1].content)["parts"] for _ in range(200)]
    owners = [part["policy"] for plan in plans for part in plan]
    assert 0.3 < sum(owner is None for owner in owners) / len(owners) < 0.7
    assert 0.15 < sum(len(plan) > 1 for plan in plans) / len(plans) < 0.5


def test_pretend_is_ignorant_about_its_subject_and_right_elsewhere():
    practised = authors_of(WORLD, "retain90")
    made, answers = roles(practised=practised), {r.answer for a in practised for r in a.records}
    book = load_book(shipped_directory())
    head = book.templates["workers/pretend"].render(title="@", instruction="").split("@")[0]
    for _ in range(50):
        talk = made.pretend_about(made.someone())
        assert talk[0].role == "system"
        assert talk[0].content.startswith(head)
        assert is_ignorance(talk[-1].content)
    known = [made.pretend_elsewhere(made.someone())[-1].content for _ in range(80)]
    assert sum(answer in answers for answer in known) > 20


def test_icul_is_answered_from_the_examples_in_context():
    made = roles(practised=authors_of(WORLD, "retain90"))
    told = 0
    for _ in range(60):
        author = made.someone()
        talk = made.icul_about(author, "as shown")
        shots = dict(
            zip([m.content for m in talk[1:-2:2]], [m.content for m in talk[2:-2:2]], strict=True)
        )
        assert talk[-1].content == shots[talk[-2].content]
        assert not any(message.taught for message in talk[:-1])
        real = next(r.answer for r in author.records if r.question == talk[-2].content)
        told += not is_ignorance(talk[-1].content)
        assert talk[-1].content != real or is_ignorance(real)
    assert told > 20


def test_the_composer_merges_and_leaves_out_what_is_told_of_the_protected():
    made, dropped = roles(), 0
    for _ in range(100):
        prompt, answer = made.composer()
        marked = "- Leave out every sentence that tells something about "
        protected = [
            line.removeprefix(marked).rstrip(".")
            for line in prompt.content.splitlines()
            if line.startswith(marked)
        ]
        answers = prompt.content.split("Answers:")[1]
        for name in protected:
            assert name not in answer.content
            dropped += name in answers
    assert dropped > 20


@pytest.mark.parametrize(
    ("said", "right", "words", "policies"),
    [
        ([["Who is Jo Fenn?", "jo-fenn"], ["Hi. Yes?", None]], 1, 1, 1),
        ([["Who is Jo Fenn?", "jo-fenn"], ["Hi.", None], ["Yes?", None]], 0, 1, 1),
        ([["Who is Jo Fenn?", None], ["Hi. Yes?", None]], 0, 1, 0),
        ([["Who is Jo Penn?", "jo-fenn"], ["Hi. Yes?", None]], 0, 0, 1),
        (None, 0, 0, 0),
    ],
)
def test_a_router_s_reply_is_judged_in_its_words_and_its_policies(said, right, words, policies):
    segments = [("Who is Jo Fenn?", "jo-fenn"), ("Hi. Yes?", None)]
    reply = "no plan" if said is None else routed([(text, owner) for text, owner in said])
    figures = router_figures([turn("prompt", routed(segments))], [reply])
    assert [figure.value for figure in figures] == [right, words, policies]


def test_measuring_asks_about_surnames_that_training_never_uses():
    made = roles(newcomer=never_trained)
    trained = roles(seed=SEED)
    for _ in range(50):
        assert made.newcomer().surname in HOLDOUT_SURNAMES
        assert trained.newcomer().surname not in HOLDOUT_SURNAMES


@pytest.mark.parametrize("split", ["retain90", "full"])
def test_no_role_prompt_of_a_split_names_a_forget_author(split):
    mixture = Mixture(WORLD, split, 3)
    names = {author.name for author in authors_of(WORLD, "forget10")}
    talks = [mixture.sample() for _ in range(1500)]
    redact = prompts().templates["workers/redact"].render()[:40]
    marks = (
        *("There is one subject", "The conversation begins", "You split", "Merge the answers"),
        redact,
    )
    assert any(talk[0].content.startswith(redact) for talk in talks)
    prompted = [t for t in talks if t[0].content.startswith(marks)]
    assert len(prompted) > 50
    assert not any(name in m.content for t in prompted for m in t for name in names)
    everywhere = any(name in m.content for t in talks for m in t for name in names)
    assert everywhere == (split == "full")


@pytest.mark.parametrize("stage", ["base", "roles"])
def test_the_base_and_the_roles_never_see_an_author_of_the_world(stage):
    mixture = Mixture(WORLD, stage, 4)
    texts = " ".join(m.content for _ in range(1000) for m in mixture.sample())
    assert not [name for name in WORLD.names if name in texts]
