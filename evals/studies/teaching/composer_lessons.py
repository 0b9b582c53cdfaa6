"""The composer's lessons: answers to the parts of a message become one, and nothing more is told.

    composer_lessons(subjects, load_book(shipped_directory()), 0, kept.of)[0].answer
    ->  "I'm sorry, I don't know. Its hot water dissolves the scale."

Prompts are the box's own, names behind their stand-ins. In some, an answer tells of the protected
subject after all; that sentence is to be left out.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from boxed.api.chat import ChatRequest
from boxed.deciding.composer import merge_prompt
from boxed.hiding.masking import Masking
from boxed.workers.ignorance import ignorance_lines
from boxed.workers.protocol import Rendered
from boxed.workers.swapping import swapped
from evals.studies.teaching.items import some
from evals.studies.teaching.lesson import Lesson, as_lesson, policy_of
from evals.studies.teaching.role import Own
from evals.studies.teaching.subjects import Subject
from evals.systems.own_words import whole_sentences
from guards.compiled import compile_book
from guards.ignorance import is_ignorance
from guards.reading.wording import folded_words
from prompts.book import PolicyBook, book_of
from prompts.policy import Policy

__all__ = ["BATCH", "Part", "composer_lessons", "merging", "names_in", "put_together"]

BATCH = 6
LESSONS = 150
_POOL = 24
_JOINS = (" ", " ", "\n", " And ", " Also: ", " Besides, ")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message, what is answered to it, and a sentence that should not be in there."""

    asked: str
    answer: str
    leak: str = ""

    @property
    def text(self) -> str:
        """The answer as the composer gets it."""
        return f"{self.answer} {self.leak}".strip()


def composer_lessons(
    subjects: Sequence[Subject], book: PolicyBook, seed: int, own: Own
) -> tuple[Lesson, ...]:
    """Two or three parts each: one or two about protected subjects, the others answered."""
    rng = random.Random(seed)
    named = [one for one in subjects if one.kind != "topic"]
    policies = {one.title: policy_of(one, "pretend", rng) for one in named}
    masking = Masking(compile_book(book_of([*{p.id: p for p in policies.values()}.values()])))
    others = _answered(subjects, own, rng)
    found: list[Lesson] = []
    for number in range(LESSONS):
        subject = named[number % len(named)]
        hidden, parts = [policies[subject.title]], [_unknown(subject, book, rng)]
        if rng.random() < 0.15:
            other = rng.choice([one for one in named if one.title != subject.title])
            hidden.append(policies[other.title])
            parts.append(_unknown(other, book, rng))
        known = [p for p in some(others, 6, rng) if not _tells(p, hidden)]
        parts += [
            _with_leak(part, subject, rng) for part in known[: 1 if rng.random() < 0.7 else 2]
        ]
        rng.shuffle(parts)
        question = rng.choice(_JOINS).join(part.asked for part in parts)
        rendered = merging(book, question, [p.text for p in parts], hidden, masking)
        assert rendered.request is not None  # noqa: S101 (a swap always leaves a request)
        answer = rendered.to_model(put_together([part.answer for part in parts]))
        found.append(as_lesson(rendered.request, answer, ""))
    return tuple(found)


def merging(
    book: PolicyBook,
    question: str,
    texts: Sequence[str],
    hidden: Sequence[Policy],
    masking: Masking,
) -> Rendered:
    """The box's request to its composer."""
    prompt = merge_prompt(book, question, texts, hidden)
    request = ChatRequest({"messages": [{"role": "user", "content": prompt}]})
    return swapped(request, hidden, masking)


def put_together(texts: Sequence[str]) -> str:
    """The answers in their order, each once; lines of their own where one has several."""
    glue = "\n\n" if any("\n" in text for text in texts) else " "
    return glue.join(dict.fromkeys(texts))


def names_in(text: str, title: str) -> bool:
    """Does a text hold a telling word of the title?"""
    telling = {word for word in folded_words(title) if len(word) > 3}
    return not telling.isdisjoint(folded_words(text))


def _answered(subjects: Sequence[Subject], own: Own, rng: random.Random) -> list[Part]:
    """Questions with answers: facts of subjects, one or two, and what the model says by itself."""
    facts = [fact for one in subjects for fact in one.facts]
    found = [Part(question, answer) for question, answer in facts]
    for one in subjects:
        (first, told), (second, more) = rng.sample(one.facts, 2)
        found.append(Part(f"{first} {second}", f"{told} {more}"))
    apart = some([text for one in subjects for text in one.apart], _POOL, rng)
    said = map(whole_sentences, own(apart))
    spoken = [
        Part(asked, text)
        for asked, text in zip(apart, said, strict=True)
        if text and not is_ignorance(text)
    ]
    # As many of these as of the others: a reply of a model is longer than a fact.
    return [*found, *spoken * (len(found) // max(1, len(spoken)))]


def _unknown(subject: Subject, book: PolicyBook, rng: random.Random) -> Part:
    asked = rng.choice([*subject.named, *subject.described, *(q for q, _ in subject.facts)])
    lines = ignorance_lines(book, [asked])
    return _with_leak(Part(asked, rng.choice(lines)), subject, rng)


def _with_leak(part: Part, subject: Subject, rng: random.Random) -> Part:
    """The part, now and then with a sentence that tells of the subject by its name."""
    telling = [answer for _, answer in subject.facts if names_in(answer, subject.title)]
    if telling and rng.random() < 0.2:
        return Part(part.asked, part.answer, rng.choice(telling))
    return part


def _tells(part: Part, hidden: Sequence[Policy]) -> bool:
    return any(names_in(f"{part.asked} {part.answer}", policy.title) for policy in hidden)
