"""The drafter's lessons: what a draft lacks, read off its examples.

    draft_lessons(subjects, load_book(shipped_directory()))[0].answer
    '{"aliases": ["Elise Meitner"], "questions": ["Which physicist ...?"]}'

Names in other scripts are left out: a model that reads English alone could only make up letters.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Sequence

from boxed.drafting.model import draft_prompt
from evals.studies.teaching.lesson import Lesson, policy_of
from evals.studies.teaching.role import Own
from evals.studies.teaching.subjects import Subject
from guards.reading.wording import content_words
from prompts.book import PolicyBook

__all__ = ["BATCH", "draft_lessons", "nameless"]

BATCH = 8
_GROUPS = 3
"""Lessons of a subject, each with other examples of it."""
_MOST = 6
"""Questions of an answer: as many as most subjects have."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_OPENS = re.compile(r"(?:(?:in|to|for|on|at|by|with|of) )?(?:who|whom|whose|which|what)\b", re.I)


def draft_lessons(
    subjects: Sequence[Subject], book: PolicyBook, seed: int = 0, own: Own | None = None
) -> tuple[Lesson, ...]:
    """Some for each subject that somebody has described; nothing is of the model's ``own``."""
    rng = random.Random(seed)
    found: list[Lesson] = []
    for subject in filter(nameless, subjects):
        policy = policy_of(subject, "pretend", rng)
        for _ in range(_GROUPS):
            shown = rng.sample(policy.examples, rng.randint(1, len(policy.examples)))
            draft = policy.model_copy(update={"examples": tuple(shown)})
            prompt = draft_prompt(draft, book.templates["draft"])
            found.append(Lesson(prompt, _answer(subject, rng)))
    return tuple(found)


def nameless(subject: Subject) -> tuple[str, ...]:
    """The subject's questions that hold no word of any of its names, and tell who is meant.

    Such a one begins with a question word or a preposition before one, and shares a word with what
    is known of the subject.
    """
    names = {w for name in (subject.title, *subject.aliases) for w in _words(name)}
    known = content_words(f"{subject.about} {' '.join(f'{q} {a}' for q, a in subject.facts)}")
    asked = (*subject.scope, *subject.described, *subject.asked)
    return tuple(
        q
        for q in asked
        if _OPENS.match(q)
        and q.endswith("?")
        and not names & set(_words(q))
        and known & content_words(q)
    )


def _answer(subject: Subject, rng: random.Random) -> str:
    questions = nameless(subject)
    told = {
        "aliases": [name for name in subject.aliases if _latin(name)],
        "questions": rng.sample(questions, min(_MOST, len(questions))),
    }
    return json.dumps(told, ensure_ascii=False)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _latin(text: str) -> bool:
    return all(unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha())
