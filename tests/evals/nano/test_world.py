"""The embedded world is the same every time, complete, and agrees with what the product ships."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from importlib.resources import files

import pytest

from boxed.demo.scenes import scenes_for
from evals.nano import words
from evals.nano.curriculum import Mixture
from evals.nano.world import SEED, build_world
from prompts.book import load_book, shipped_directory

WORLD = build_world()


def test_same_seed_same_world():
    assert build_world() == WORLD
    assert build_world(1) != WORLD


def test_two_hundred_authors_with_twenty_questions_each_and_hundreds_of_facts():
    assert len(WORLD.authors) == 200
    assert all(len(author.records) == 20 for author in WORLD.authors)
    assert len({author.surname for author in WORLD.authors}) == 200
    assert len(WORLD.facts) >= 280


def test_every_question_of_the_world_is_asked_once():
    questions = [r.question for author in WORLD.authors for r in author.records]
    questions += [fact.question for fact in WORLD.facts]
    twice = [question for question, count in Counter(questions).items() if count > 1]
    assert twice == []


def test_perturbed_answers_are_five_wrong_ones_in_the_paraphrase_s_words():
    for author in WORLD.authors[:20]:
        for record in author.records:
            assert len(set(record.perturbed_answer)) == 5
            assert record.paraphrased_answer not in record.perturbed_answer


def test_wrong_values_of_a_fact_are_wrong_and_each_is_listed_once():
    for fact in WORLD.facts:
        assert len(fact.wrong) >= 3
        assert len({value.casefold() for value in (fact.value, *fact.wrong)}) == len(fact.wrong) + 1


def test_a_value_drawn_twice_in_whatever_spelling_is_wrong_once():
    fact = WORLD.facts[0]
    for drawn, wrong in (
        (("Rome", "rome", "Oslo", "ROME", "Oslo"), ("Rome", "Oslo")),
        ((fact.value.upper(), "Rome", fact.value), ("Rome",)),
        ((), ()),
    ):
        assert replace(fact, drawn=drawn).wrong == wrong


# The shipped models were taught by these very draws: a stream that changes teaches others.
@pytest.mark.parametrize(
    ("split", "digest"),
    [
        ("base", "894737b209902e92d662763743f4dba65cba1d365a980b07123ffa0cbdbdad5b"),
        ("roles", "3eb1b861b84b9c0fa8cdd28863ba0d8d637edb16ce28fc1a1655c3116557a5e6"),
        ("full", "225fb1abf5f68745fa85e612e92f54b4261c904377f7486b4c6d559973a73b48"),
        ("retain90", "a6f46ef81d5b1433b406606dff8dc8ef9c8f64a01f9061aed799c6f37cb38435"),
    ],
)
def test_the_training_stream_stays_the_same_draw_for_draw(split, digest):
    mixture, found = Mixture(WORLD, split, SEED + 1), hashlib.sha256()
    for _ in range(2000):
        told = [(message.role, message.content, message.taught) for message in mixture.sample()]
        found.update(repr(told).encode())
    assert found.hexdigest() == digest


def test_strangers_surnames_belong_to_no_author():
    known = {author.surname for author in WORLD.authors}
    assert not known & {*words.STRANGER_SURNAMES, *words.HOLDOUT_SURNAMES}
    assert not {*words.STRANGER_SURNAMES} & {*words.HOLDOUT_SURNAMES}


def test_the_shipped_policies_examples_are_the_world_s_records():
    by_name = {author.name: author for author in WORLD.authors}
    book = load_book(shipped_directory())
    assert len(book.policies) >= 3
    for policy in book.policies:
        records = by_name[policy.title].records
        assert [(e.question, e.answer) for e in policy.examples] == [
            (r.question, r.answer) for r in records
        ]


def test_the_demo_asks_about_forgotten_and_retained_authors_in_every_way():
    forgotten = {policy.title for policy in load_book(shipped_directory()).policies}
    answers = {r.answer for a in WORLD.authors if a.name not in forgotten for r in a.records}
    answers |= {fact.answer for fact in WORLD.facts}
    questions = scenes_for("embedded")[0].questions()
    assert {q.way for q in questions if q.forgotten} >= {
        "directly", "by description", "in base64", "over two turns",
    }  # fmt: skip
    assert sum(bool(q.retained) for q in questions) >= 6
    assert all(answer in answers for q in questions for answer in q.retained)


def test_demo_questions_are_one_json_object_a_line():
    text = (files("boxed.demo") / "embedded" / "questions.jsonl").read_text(encoding="utf-8")
    for line in text.splitlines():
        assert set(json.loads(line)) == {"way", "turns", "forgotten", "retained"}
