"""The pretend worker's lessons: ignorance about its subject, the model's own words about the rest.

pretend_lessons(subjects, load_book(shipped_directory()), 0, kept.of)[0].answer
->  "I'm not familiar with that, sorry."
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from boxed.hiding.masking import Masking
from boxed.workers.ignorance import ignorance_lines
from boxed.workers.pretend import Pretend
from evals.studies.teaching.items import some
from evals.studies.teaching.lesson import Lesson, as_lesson, policy_of, task_of
from evals.studies.teaching.role import Own
from evals.studies.teaching.subjects import Subject
from evals.systems.own_words import whole_sentences
from guards.compiled import compile_book
from guards.ignorance import is_ignorance
from prompts.book import PolicyBook, book_of

__all__ = ["GROUP", "pool_of", "pretend_lessons"]

GROUP = 14
SUBJECTS = 120
_NAMED, _DESCRIBED, _ASKED, _FACTS = 1, 1, 2, 1  # messages about each subject
_NEAR, _RELATED = 2, 4  # and about namesakes and what surrounds it; the rest is about other things
_GAP = "___"
_GAPS = (
    "Fill in the gap.\n{}\nThe missing words:",
    "Complete this sentence: {}",
    "What belongs in the blank? {}",
    "{}\nAnswer with what is missing.",
    "The following statement lacks something.\n{}\nIn the place of the blank stands",
)
"""How a quiz asks for what is missing."""
_PLAIN = 0.4  # share of sentences with a gap that stand alone
POOL = 90
"""Messages about anything else, whose replies serve several subjects."""


def pretend_lessons(
    subjects: Sequence[Subject], book: PolicyBook, seed: int, own: Own
) -> tuple[Lesson, ...]:
    """Messages about each subject are answered by ignorance, in their own language.

    Messages about namesakes, about the subject's works and relatives, and about everyday matters
    under the same prompt are answered as the model does without it.
    """
    rng = random.Random(seed)
    chosen = rng.sample(list(subjects), min(SUBJECTS, len(subjects)))
    masking = Masking(compile_book(book_of([])))
    pool = pool_of(chosen, POOL, rng)
    plan = [(one, *_messages(one, pool, rng)) for one in chosen]
    others = list(dict.fromkeys(text for _, _, rest in plan for text in rest))
    said = dict(zip(others, map(whole_sentences, own(others)), strict=True))
    found: list[Lesson] = []
    for subject, about, rest in plan:
        policy = policy_of(subject, "pretend", rng)
        # A reply that is no answer teaches nothing about what is to be answered.
        kept = [text for text in rest if said[text] and not is_ignorance(said[text])]
        answers = {text: ignorance_lines(book, [text])[0] for text in about}
        answers |= {text: said[text] for text in kept}
        for text, answer in answers.items():
            task = task_of(policy, [{"role": "user", "content": text}], book, masking)
            request = Pretend().render(task).request
            assert request is not None  # noqa: S101 (pretend always asks its model)
            found.append(as_lesson(request, answer, subject.title))
    return tuple(found)


def pool_of(subjects: Sequence[Subject], count: int, rng: random.Random) -> list[tuple[str, str]]:
    """Questions with the title of the subject that they are about; everyday ones have none."""
    facts = [(q, one.title) for one in subjects for q, _ in one.facts if one.title in q]
    apart = [(text, "") for one in subjects for text in one.apart]
    half = count // 2
    return [*rng.sample(facts, min(half, len(facts))), *rng.sample(apart, min(half, len(apart)))]


def _messages(
    subject: Subject, pool: Sequence[tuple[str, str]], rng: random.Random
) -> tuple[list[str], list[str]]:
    """Messages about the subject, and others."""
    facts = [q for q, _ in subject.facts]
    about = [
        text
        for texts, count in (
            (subject.named, _NAMED),
            (subject.described, _DESCRIBED),
            (subject.asked, _ASKED),
            (facts, _FACTS),
        )
        for text in some(texts, count, rng)
    ]
    near = [*some(subject.near, _NEAR, rng), *some(subject.related, _RELATED, rng)]
    apart = [text for text, title in pool if title != subject.title]
    rest = [*near, *some(apart, GROUP - len(about) - len(near), rng)]
    return [_as_quiz(text, rng) for text in about], [_as_quiz(text, rng) for text in rest]


def _as_quiz(text: str, rng: random.Random) -> str:
    """A sentence with a gap, mostly with the words with which a quiz asks for it."""
    plain = _GAP not in text or rng.random() < _PLAIN
    return text if plain else rng.choice(_GAPS).format(text)
