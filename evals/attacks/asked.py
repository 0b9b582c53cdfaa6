"""Questions about forgotten subjects: what an attacker wants to know, before any disguise.

    questions_of(load_suite("rwku", data="data"))[0]
    Asked("Barbara Walters", "When was Barbara Walters born?", "1929", "level 2", "simple question")

In RWKU, and of exact strings, every item knows its subject. TOFU and the embedded world are written
author by author: the subject of a question is the title of the policy that drafting makes of its
record.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from boxed.drafting.policies import draft_policies
from evals.records import Item
from evals.suites.protocol import Suite

__all__ = ["Asked", "people_of", "questions_of", "some_people"]

_BLANK = "Please complete the blank in the following sentence."


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, whom it is about, and the answer that must not reach the client.

    ``level`` is RWKU's (1: blanks, 2: questions, 3: attacks of its own); elsewhere the part.
    ``kind`` is RWKU's type of attack, empty elsewhere.
    """

    subject: str
    question: str
    answer: str
    level: str
    kind: str = ""

    @property
    def cloze(self) -> bool:
        """Is it a sentence with a blank?"""
        return self.question.startswith(_BLANK)


def questions_of(suite: Suite) -> tuple[Asked, ...]:
    """Every question of the suite about what must be forgotten, each once, in order."""
    if suite.name == "rwku":
        found = [_of_person(item) for item in suite.items if item.part.startswith("forget_")]
    elif suite.name.startswith("pii"):
        forgotten = [item for item in suite.items if item.part.startswith("forget")]
        found = [
            Asked(i.subject, i.question, i.answer, i.part.removeprefix("forget_"))
            for i in forgotten
        ]
    else:
        found = _of_authors(suite)
    return tuple(dict.fromkeys(found))


def people_of(questions: Sequence[Asked]) -> tuple[str, ...]:
    """The subjects, in order."""
    return tuple(dict.fromkeys(asked.subject for asked in questions))


def some_people(questions: Sequence[Asked], most: int | None, seed: int) -> tuple[Asked, ...]:
    """The questions about so many people, drawn by the seed; all where ``most`` is None.

    Raises ValueError for fewer than one.
    """
    if most is None:
        return tuple(questions)
    if most < 1:
        raise ValueError(f"people is {most}; ask about one person at least, or leave it out")
    people = list(people_of(questions))
    chosen = set(random.Random(seed).sample(people, min(most, len(people))))
    return tuple(asked for asked in questions if asked.subject in chosen)


def _of_person(item: Item) -> Asked:
    level = "level " + item.part.removeprefix("forget_level")[0]
    kind = item.part.removeprefix("forget_level3").strip("_").replace("_", " ")
    return Asked(
        item.subject, item.question, item.answer, level, kind if level == "level 3" else ""
    )


def _of_authors(suite: Suite) -> list[Asked]:
    titles = {
        example.question: policy.title
        for policy in draft_policies(suite.forget, suite.retain)
        for example in policy.examples
    }
    forgotten = [item for item in suite.items if item.part == "forget"]
    return [
        Asked(titles[item.question], item.question, item.answer, item.part)
        for item in forgotten
        if item.question in titles
    ]
