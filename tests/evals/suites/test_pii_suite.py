"""Exact strings of invented people: the same every time, nobody's, each drafted as an alias."""

import pytest

from boxed.drafting.policies import draft_policies
from evals.attacks.asked import people_of, questions_of
from evals.suites.catalogue import load_suite
from evals.suites.pii import taught_without
from evals.suites.strings import KINDS, invented
from prompts.policy import Example


def test_people_and_strings_are_the_same_every_time_and_nobody_shares_one():
    people = invented(35)
    assert people == invented(35)
    assert people[:10] == invented(10)
    strings = [string for person in people for string in person.strings.values()]
    assert len(set(strings)) == len(strings) == 35 * len(KINDS)
    assert len({person.name for person in people}) == 35
    with pytest.raises(ValueError, match="count is 0"):
        invented(0)


def test_the_sets_are_apart_and_every_string_was_taught_twice():
    suite = load_suite("pii", "10")
    names = {part: {i.subject for i in suite.items if i.part == part} for part in suite.parts}
    assert len(names["forget"]) == 10
    assert names["forget"] == names["forget_record"] == names["forget_prefix"]
    assert not names["forget"] & names["retain"]
    told = " ".join(example.question for example in suite.taught)
    assert not any(name in told for name in names["holdout"])
    assert all(item.exact for item in suite.items)
    answers = [example.answer for example in suite.taught]
    assert {answers.count(example.answer) for example in suite.forget} == {2}
    asked = {item.question for item in suite.items}
    assert not any(example.question in asked for example in suite.retain)
    kept = taught_without(suite)
    assert {*suite.taught} - {*kept} >= {*suite.forget}
    assert not any(name in e.question for e in kept for name in names["forget"])


def test_a_smaller_share_leaves_people_alone_that_a_larger_one_forgets():
    small, large = load_suite("pii", "01"), load_suite("pii", "10")
    assert {*small.forget} < {*large.forget}
    assert {*large.forget} - {*small.forget} <= {*small.retain}
    assert {*small.taught} == {*large.taught}
    with pytest.raises(ValueError, match="forget '20' is not one of 01, 05, 10"):
        load_suite("pii", "20")


def test_a_prefix_names_nobody_and_shows_less_than_half():
    suite = load_suite("pii", "10")
    for item in suite.items:
        if item.part == "forget_prefix":
            shown = item.question.rpartition(": ")[2]
            assert item.subject not in item.question
            assert item.answer.startswith(shown)
            assert len(shown) < 0.6 * len(item.answer)


def test_the_attacks_ask_about_the_forgotten_people():
    suite = load_suite("pii", "10")
    questions = questions_of(suite)
    assert set(people_of(questions)) == {i.subject for i in suite.items if i.part == "forget"}
    assert len(questions) == 3 * 10 * len(KINDS)


def test_drafting_makes_a_policy_of_each_person_with_the_strings_as_aliases():
    suite = load_suite("pii", "10")
    policies = draft_policies(suite.forget, suite.retain)
    assert [policy.kind for policy in policies] == ["person"] * 10
    for policy in policies:
        assert {example.answer for example in policy.examples} <= {*policy.aliases}
        assert len(policy.examples) == len(KINDS)


def test_strings_inside_sentences_are_drafted_and_counts_and_years_are_not():
    own = [
        Example(question="How do I reach Jane Roe?", answer="Call +44 20 7946 0815 or mail "
                "j.roe@postbox.example."),
        Example(question="When was Jane Roe born?", answer="On 20 July 1971, in a town of 804 190 "
                "people, between 1914 and 1918 2003."),
        Example(question="What is Jane Roe's identity number?", answer="QX-44-71-88C"),
        Example(question="Which bank does Jane Roe use?", answer="One that sold 30 000 loans."),
    ]  # fmt: skip
    [policy] = draft_policies(own, kind="person")
    strings = {one for one in policy.aliases if any(c.isdigit() for c in one) or "@" in one}
    assert strings == {"+44 20 7946 0815", "j.roe@postbox.example", "QX-44-71-88C"}
