"""The judge's exam: records of what is to be forgotten, and of what is like it.

    asked = judge_exams(held_out, [load_rwku(data)], book, each=4)["rwku"]
    examine_router("smollm2+judge", asked)["right"].value      ->  0.9

The answer is read as the router's is: yes against no, on the first token.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from boxed.drafting.policies import draft_policies
from boxed.forgetting.judge import judge_prompt
from evals.records import Item
from evals.studies.teaching.items import others_of, own_of, some
from evals.studies.teaching.judge_lessons import passage_of
from evals.studies.teaching.role import HELD_OUT, Own
from evals.studies.teaching.router_exam import Asked
from evals.studies.teaching.subjects import Subject
from evals.suites.protocol import Suite
from prompts.book import PolicyBook

__all__ = ["judge_exams"]

_MARK = "3f81c06d92ab"


def judge_exams(
    held_out: Sequence[Subject],
    suites: Sequence[Suite],
    book: PolicyBook,
    each: int,
    own: Own | None = None,
    seed: int = 5,
) -> dict[str, tuple[Asked, ...]]:
    """``each`` records of every subject and as many others; nothing is asked by its ``own``."""
    rng = random.Random(seed)
    found = {HELD_OUT: tuple(_of_subjects(held_out, book, each, rng))}
    return found | {one.name: tuple(_of_suite(one, book, each, rng)) for one in suites}


def _of_subjects(
    subjects: Sequence[Subject], book: PolicyBook, each: int, rng: random.Random
) -> Iterator[Asked]:
    for one in subjects:
        rest = [fact for other in subjects if other is not one for fact in other.facts]
        passages = [(passage_of(*fact, rng), True) for fact in some(one.facts, each, rng)]
        passages += [(text, False) for text in some(one.near, each // 2, rng)]
        passages += [(passage_of(*fact, rng), False) for fact in some(rest, each - each // 2, rng)]
        for text, belongs in passages:
            # A name or a description, as people ask.
            yield _question(book, rng.choice((one.title, one.about)), text, belongs)


def _of_suite(suite: Suite, book: PolicyBook, each: int, rng: random.Random) -> Iterator[Asked]:
    policies = draft_policies(suite.forget)
    every = {policy.id: _plain(own_of(suite, policy)) for policy in policies}
    for policy in policies:
        rest = [item for id, items in every.items() if id != policy.id for item in items]
        near = [i for i in _plain(others_of(suite, policy)) if policy.title not in i.question]
        passages = [(i, True) for i in some(every[policy.id], each, rng)]
        passages += [(i, False) for i in some(near, each // 2, rng)]
        passages += [(i, False) for i in some(rest, each - each // 2, rng)]
        for item, belongs in passages:
            text = passage_of(item.question, item.answer, rng)
            yield _question(book, rng.choice((policy.title, policy.about)), text, belongs)


def _plain(items: Sequence[Item]) -> list[Item]:
    """Questions alone: a blank is no record."""
    return [item for item in items if item.task == "qa"]


def _question(book: PolicyBook, asked: str, text: str, belongs: bool) -> Asked:
    return Asked(judge_prompt(book.templates["judge"], asked, text, _MARK), belongs, "record")
