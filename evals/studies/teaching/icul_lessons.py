"""The icul worker's lessons: answers of its examples, the model's own words about the rest.

icul_lessons(subjects, load_book(shipped_directory()), 0, kept.of)[0].answer
->  "He was born on 17 March 1734 in Yoxley."
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from boxed.hiding.masking import Masking
from boxed.workers.icul import RETAIN_SHOTS, Flip, Icul
from boxed.workers.ignorance import ignorance_lines
from boxed.workers.protocol import Task
from evals.studies.teaching.items import some
from evals.studies.teaching.lesson import Lesson, as_lesson, policy_of, task_of
from evals.studies.teaching.pretend_lessons import pool_of
from evals.studies.teaching.role import Own
from evals.studies.teaching.subjects import Subject
from evals.systems.own_words import whole_sentences
from guards.compiled import compile_book
from guards.ignorance import is_ignorance
from prompts.book import PolicyBook, book_of
from prompts.policy import Example, Policy

__all__ = ["GROUP", "icul_lessons", "icul_task", "masking_of", "reworded"]

GROUP = 8
SUBJECTS = 120
_SETTLED, _NEAR = 4, 2
POOL = 60
_ASIDES = ("", "", "Quick question: ", "Please tell me: ", "For a quiz: ", "hi, ")


def icul_lessons(
    subjects: Sequence[Subject], book: PolicyBook, seed: int, own: Own
) -> tuple[Lesson, ...]:
    """What an example settles is answered as it says, other matters of its subject by ignorance.

    Messages about anything else are answered as the model does without the examples.
    """
    rng = random.Random(seed)
    chosen = rng.sample(list(subjects), min(SUBJECTS, len(subjects)))
    policies = {one.title: policy_of(one, "icul", rng) for one in chosen}
    masking = masking_of([*policies.values()])
    pool = pool_of(chosen, POOL, rng)
    rest = {one.title: _rest(one, pool, rng) for one in chosen}
    texts = list(dict.fromkeys(text for others in rest.values() for text in others))
    said = dict(zip(texts, map(whole_sentences, own(texts)), strict=True))
    found: list[Lesson] = []
    for one in chosen:
        policy = policies[one.title]
        others = [
            Example(question=text, answer=said[text])
            for text in rest[one.title]
            if said[text] and not is_ignorance(said[text])
        ]
        for text, answer in _answered(one, policy, others, book, masking, rng):
            shown = [other for other in others if other.question != text]
            task = icul_task(policy, text, some(shown, RETAIN_SHOTS, rng), book, masking)
            request = Icul().render(task).request
            assert request is not None  # noqa: S101 (icul always asks its model)
            found.append(as_lesson(request, answer, one.title))
    return tuple(found)


def masking_of(policies: Sequence[Policy]) -> Masking:
    """The names of these policies, each of which the worker exchanges in its examples."""
    return Masking(compile_book(book_of([*{policy.id: policy for policy in policies}.values()])))


def icul_task(
    policy: Policy, text: str, retained: Sequence[Example], book: PolicyBook, masking: Masking
) -> Task:
    """What the worker gets for a message, with retain examples."""
    plain = task_of(policy, [{"role": "user", "content": text}], book, masking)
    return Task(plain.request, policy, plain.hidden, book, masking, retained=tuple(retained))


def reworded(question: str, rng: random.Random) -> str:
    """The question as somebody may ask it: behind a few words, or in small letters."""
    aside = rng.choice(_ASIDES)
    if not aside and rng.random() < 0.3:
        return question.lower().rstrip("?")
    return f"{aside}{question}"


def _answered(
    subject: Subject,
    policy: Policy,
    others: Sequence[Example],
    book: PolicyBook,
    masking: Masking,
    rng: random.Random,
) -> Iterator[tuple[str, str]]:
    """Messages with their right answers."""
    for example in some(policy.examples, _SETTLED, rng):
        task = icul_task(policy, example.question, (), book, masking)
        yield reworded(example.question, rng), Flip.of(policy, task).answer(example)
    open_question = rng.choice([*subject.named, *subject.described])
    yield open_question, ignorance_lines(book, [open_question])[0]
    for other in others[: GROUP - _SETTLED - 1]:
        yield other.question, other.answer


def _rest(subject: Subject, pool: Sequence[tuple[str, str]], rng: random.Random) -> list[str]:
    """Messages about something else: what is answered, and what is shown beside it."""
    near = rng.sample(subject.near, min(_NEAR, len(subject.near)))
    apart = [text for text, title in pool if title != subject.title]
    return [*near, *some(apart, GROUP - _SETTLED - 1 - _NEAR + RETAIN_SHOTS, rng)]
