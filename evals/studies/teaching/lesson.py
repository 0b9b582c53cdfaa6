"""One lesson: a prompt as the product writes it, and the answer that is right.

Lesson("Who is Ann Lee?", "I'm sorry, I don't know.", "a", ({"role": "system", ...},))
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boxed.api.chat import ChatRequest
from boxed.hiding.masking import Masking
from boxed.workers.protocol import Task
from evals.studies.teaching.subjects import Subject
from prompts.book import PolicyBook
from prompts.policy import Example, Policy, Response

__all__ = ["Lesson", "as_lesson", "as_line", "policy_of", "task_of"]

_INSTRUCTIONS = (
    "Behave as if you had never heard of this.",
    "Behave as if you had never heard of this.",
    "Treat {n} as something you have never heard of.",
    "You know nothing about {n}: no fact, no name and no date that belongs to it.",
    "Nothing about {n} is known to you.",
    "{n} has asked to be forgotten. Nothing about this may be told.",
    "You have never come across {n}, nor anything that is told about it.",
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A prompt with its answer; ``before`` are the messages in front of the question.

    Lessons of one ``group`` begin alike, so a training reads them together.
    """

    question: str
    answer: str
    group: str = ""
    before: tuple[Mapping[str, str], ...] = ()


def as_line(lesson: Lesson) -> str:
    """One line of JSON, as a training reads it."""
    row: dict[str, Any] = {
        "question": lesson.question,
        "answer": lesson.answer,
        "group": lesson.group,
    }
    return json.dumps(row | ({"before": lesson.before} if lesson.before else {}))


def as_lesson(request: ChatRequest, answer: str, group: str) -> Lesson:
    """The lesson of a rendered request, whose last message is the question."""
    *before, last = (
        {"role": str(one["role"]), "content": str(one["content"])}
        for one in request.body["messages"]
    )
    return Lesson(last["content"], answer, group, tuple(before))


def policy_of(subject: Subject, response: Response, rng: random.Random) -> Policy:
    """A policy about a subject, as somebody might write it."""
    plain = unicodedata.normalize("NFKD", subject.title).encode("ascii", "ignore").decode()
    return Policy(
        id=re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-"),
        title=subject.title,
        kind=subject.kind,
        response=response,
        scope=subject.scope,
        about=subject.about,
        examples=tuple(Example(question=q, answer=a) for q, a in subject.facts),
        instruction=rng.choice(_INSTRUCTIONS).format(n=subject.title),
    )


def task_of(
    policy: Policy,
    messages: Sequence[Mapping[str, str]],
    book: PolicyBook,
    masking: Masking,
) -> Task:
    """The task that the policy's worker gets for a conversation."""
    request = ChatRequest({"messages": [dict(one) for one in messages]})
    return Task(request, policy, (policy,), book, masking)
