"""The judge's lessons: does a passage belong to what somebody asked to be forgotten?

    judge_lessons(subjects, load_book(shipped_directory()))[0].answer      ->  "yes"

Asked for is a name, a description or a record; passages are records and messages about the subject,
and others about namesakes and about subjects of the same kind.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

from boxed.forgetting.judge import judge_prompt
from evals.studies.teaching.lesson import Lesson
from evals.studies.teaching.role import Own
from evals.studies.teaching.subjects import Subject
from prompts.book import PolicyBook

__all__ = ["BATCH", "judge_lessons", "passage_of"]

BATCH = 8
"""Lessons of a group: half of them yes. Half of either kind are records, the others messages."""
_GROUPS = 2
"""Groups of a subject, each with another way of asking."""
_FORMS = ("{question}\n{answer}", "{answer}", "{question} {answer}", "Q: {question}\nA: {answer}")


def judge_lessons(
    subjects: Sequence[Subject], book: PolicyBook, seed: int = 0, own: Own | None = None
) -> tuple[Lesson, ...]:
    """Some groups for each subject; what the model says by its ``own`` is no part of any."""
    rng = random.Random(seed)
    found: list[Lesson] = []
    for subject in subjects:
        for number in range(_GROUPS):
            asked, left = _asked(subject, rng)
            group = f"{subject.title}/{number}"
            mark = hashlib.sha256(group.encode()).hexdigest()[:12]
            passages = [(text, "yes") for text in _belonging(subject, left, rng)]
            passages += [(text, "no") for text in _apart(subject, subjects, rng)]
            found += [
                Lesson(judge_prompt(book.templates["judge"], asked, text, mark), answer, group)
                for text, answer in sorted(passages, key=lambda one: len(one[0]))
            ]
    return tuple(found)


def passage_of(question: str, answer: str, rng: random.Random) -> str:
    """A record as a store may hold it."""
    return rng.choice(_FORMS).format(question=question, answer=answer)


def _asked(subject: Subject, rng: random.Random) -> tuple[str, list[tuple[str, str]]]:
    """What is to be forgotten, in one of three ways, and the facts that it does not hold."""
    facts = list(subject.facts)
    way = rng.random()
    if way < 0.45:
        return subject.title, facts
    if way < 0.75:
        return rng.choice((subject.about, f"{subject.title}, {subject.about}")), facts
    question, answer = facts.pop(rng.randrange(len(facts)))
    return f"{question}\n{answer}", [*facts, (answer, "")]


def _belonging(subject: Subject, facts: Sequence[tuple[str, str]], rng: random.Random) -> list[str]:
    records = [
        passage_of(question, answer, rng) if answer else question for question, answer in facts
    ]
    messages = [*subject.named, *subject.described, *subject.asked]
    return [*rng.sample(records, min(2, len(records))), *rng.sample(messages, 2)]


def _apart(subject: Subject, subjects: Sequence[Subject], rng: random.Random) -> list[str]:
    kin = [one for one in subjects if one.kind == subject.kind and one.title != subject.title]
    foreign = [passage_of(*rng.choice(one.facts), rng) for one in rng.sample(kin, min(2, len(kin)))]
    return [*foreign, rng.choice(subject.near), rng.choice(subject.related)]
