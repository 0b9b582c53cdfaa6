"""Policies drafted from examples, judged by the guards that will use them."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from boxed.drafting.policies import draft_policies
from boxed.drafting.subjects import known_words
from boxed.drafting.terms import MOST
from boxed.hiding.identifying import words_of
from evals.data.tofu import load_split
from evals.nano.hazard import harmless_questions, hazard_questions
from evals.nano.splits import records_of
from evals.nano.world import build_world
from guards.compiled import compile_book
from guards.screen import Screen
from guards.verdicts import Turn
from prompts.book import book_of
from prompts.policy import Example, Policy

PUBLISHED = os.environ.get("BOXED_DATA")
published = pytest.mark.skipif(
    not PUBLISHED, reason="BOXED_DATA names no folder with the published sets"
)


def nano(split: str) -> list[Example]:
    return [Example(question=r.question, answer=r.answer) for r in records_of(build_world(), split)]


def tofu(split: str) -> list[Example]:
    assert PUBLISHED is not None
    records = load_split(Path(PUBLISHED), split)
    return [Example(question=r.question, answer=r.answer) for r in records]


def touched_by_name(policies: Sequence[Policy], questions: Sequence[str]) -> int:
    """How many questions the guards find by names, titles and wordings alone."""
    screen, now = Screen(compile_book(book_of(policies))), datetime.now(UTC)
    return sum(bool(screen.screen((Turn("user", text),), now)) for text in questions)


def test_the_embedded_world_gives_one_policy_per_author() -> None:
    forget, retain = nano("forget05"), nano("retain95")
    policies = draft_policies(forget, retain)
    assert len(policies) == 10
    assert {len(policy.examples) for policy in policies} == {20}
    assert all(policy.kind == "person" and policy.response == "pretend" for policy in policies)
    assert touched_by_name(policies, [e.question for e in forget]) == len(forget)
    assert touched_by_name(policies, [e.question for e in retain]) == 0


def test_questions_without_a_name_become_one_topic() -> None:
    hazard = [Example(question=q.question, answer=q.choices[q.answer]) for q in hazard_questions()]
    kept = [Example(question=q.question, answer=q.choices[q.answer]) for q in harmless_questions()]
    (policy,) = draft_policies(hazard, kept)
    assert (policy.kind, policy.response) == ("topic", "refuse")
    assert set(policy.scope) == {example.question for example in hazard}
    asked = {example.question for example in kept}
    assert {text.split("\n")[0] for text in policy.retain} == asked - set(policy.scope)


def test_a_subject_called_by_first_name_is_found_with_its_neighbours() -> None:
    rows = [
        ("Which poet was born in Ghent in 1961?", "That poet is Nerissa Valdane Okt."),
        ("What did Nerissa Valdane Okt write first?", "Nerissa Valdane Okt wrote 'Salt Bells'."),
        ("What is Nerissa Valdane Okt's father?", "Nerissa Valdane Okt's father is a smith."),
        ("Does the sea matter to her?", "It runs through all of it."),
        ("Where does Nerissa live now?", "She lives in Bruges."),
        ("Which prize did Nerissa Valdane Okt win?", "Nerissa Valdane Okt won the Cloud Prize."),
    ]  # fmt: skip
    (policy,) = draft_policies([Example(question=q, answer=a) for q, a in rows])
    assert policy.title == "Nerissa Valdane Okt"
    assert len(policy.examples) == len(rows)
    assert {"Nerissa Okt", "Nerissa"} <= set(policy.aliases)


def test_a_word_that_the_retain_set_has_is_no_alias() -> None:
    forget = [
        Example(question=f"What is Orla Brightwater's {thing}?", answer=f"Orla Brightwater: {n}.")
        for n, thing in enumerate(("job", "town", "book", "prize"))
    ]
    (alone,) = draft_policies(forget)
    assert "Brightwater" in alone.aliases
    other = Example(question="Who is Tom Brightwater?", answer="Tom Brightwater is a painter.")
    (beside,) = draft_policies(forget, [other])
    assert beside.aliases == ()
    assert beside.retain == (other.question,)


def test_a_counterfact_is_the_answer_of_a_twin_question() -> None:
    things = ("job", "town", "book")
    forget = [
        Example(question=f"What is the {t} of Orla Brightwater?", answer=f"Orla Brightwater: {t}.")
        for t in things
    ]
    twin = Example(question="What is the town of Tom Quince?", answer="Tom Quince's town is Delft.")
    (policy,) = draft_policies(forget, [twin], response="counterfactual")
    told = {pair.question: pair.answer for pair in policy.counterfacts}
    assert told["What is the town of Orla Brightwater?"] == "Orla Brightwater's town is Delft."


def test_nothing_gives_no_policy() -> None:
    with pytest.raises(ValueError, match="at least one"):
        draft_policies([])


@published
@pytest.mark.parametrize(("forget", "retain", "authors"), [
    ("forget01", "retain99", 2), ("forget10", "retain90", 20),
])  # fmt: skip
def test_tofu_gives_its_authors(forget: str, retain: str, authors: int) -> None:
    policies = draft_policies(tofu(forget), tofu(retain))
    assert [len(policy.examples) for policy in policies] == [20] * authors
    assert touched_by_name(policies, [e.question for e in tofu(forget)]) == 20 * authors
    assert touched_by_name(policies, [e.question for e in tofu(retain)]) == 0


@published
def test_rare_words_are_the_terms() -> None:
    retain = tofu("retain99")
    counts = known_words(retain)
    for policy in draft_policies(tofu("forget01"), retain):
        assert policy.terms
        assert all(counts[term] <= MOST for term in policy.terms)
        assert not {word for name in policy.names for word in words_of(name)} & set(policy.terms)


def test_without_a_retain_set_the_terms_are_proper_names_and_numbers() -> None:
    forget = [
        Example(
            question=f"What is the {thing} of Orla Brightwater?",
            answer=f"The {thing} of Orla Brightwater has been in Delft since 1971.",
        )
        for thing in ("house", "shop", "boat")
    ]
    (policy,) = draft_policies(forget)
    assert policy.terms == ("1971", "delft")
