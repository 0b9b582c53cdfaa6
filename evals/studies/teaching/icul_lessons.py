"""The icul worker's lessons: the answers in the conversation hold, whatever else is known.

    icul_lessons(subjects, load_book(shipped_directory()), 0, kept.of)[0].answer
    ->  "Ann Lee was born in Dovur."

Prompts are the worker's own: a policy's examples with other answers, and two that are right. Asked
in like words, one of them is the answer; what none settles is answered by ignorance, and anything
else as the model does by itself.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from boxed.hiding.masking import Masking
from boxed.workers.icul import Icul
from boxed.workers.ignorance import ignorance_lines
from evals.studies.teaching.asking import whole_sentences
from evals.studies.teaching.items import some
from evals.studies.teaching.lesson import Lesson, as_lesson, policy_of, task_of
from evals.studies.teaching.pretend_lessons import pool_of
from evals.studies.teaching.role import Own
from evals.studies.teaching.subjects import Subject
from guards.compiled import CompiledBook, compile_book
from guards.ignorance import is_ignorance
from prompts.book import PolicyBook, book_of
from prompts.policy import Example, Policy

__all__ = ["BATCH", "SHOWN", "compiled_with", "icul_lessons", "reworded", "shots_of"]

BATCH = 5
SUBJECTS = 24
_POOL = 24
SHOWN = 4
"""Of a subject's facts, so many stand in the conversation; nothing is told of the others."""
_SETTLED, _OPEN, _OTHER, _RIGHT = 3, 1, 1, 2
_WORDINGS = ("{}", "{}", "{}", "Tell me: {}", "{} Answer in one sentence.", "I was asked this: {}",
             "Do you know the answer? {}")  # fmt: skip


def icul_lessons(
    subjects: Sequence[Subject], book: PolicyBook, seed: int, own: Own
) -> tuple[Lesson, ...]:
    """A few questions about each subject, most of them settled by the conversation."""
    rng = random.Random(seed)
    pool = [q for q, _ in pool_of(subjects, _POOL, rng)]
    said = dict(zip(pool, map(whole_sentences, own(pool)), strict=True))
    spoken = [q for q, text in said.items() if text and not is_ignorance(text)]
    chosen = rng.sample(list(subjects), min(SUBJECTS, len(subjects)))
    drawn = [(one, _policy(one, rng)) for one in chosen]
    masking = Masking(compiled_with([policy for _, policy in drawn]))
    found: list[Lesson] = []
    for subject, policy in drawn:
        others = [q for q in spoken if subject.title not in q]
        right = [Example(question=q, answer=said[q]) for q in some(others, _RIGHT, rng)]
        shown = {example.question for example in policy.examples}
        asked = [(q, q) for q in some(sorted(shown), _SETTLED, rng)]
        unknown = [q for q, _ in subject.facts if q not in shown]
        asked += [(q, "") for q in rng.sample(unknown, min(_OPEN, len(unknown)))]
        # Now and then one that the conversation answers rightly.
        elsewhere = rng.choice(right).question if rng.random() < 0.3 else rng.choice(others)
        asked += [(elsewhere, elsewhere)] * _OTHER
        for question, key in asked:
            wording = reworded(question, rng) if key in shown else question
            task = task_of(policy, [_user(wording)], masking.compiled.book, masking, right)
            request = Icul().render(task).request
            assert request is not None  # noqa: S101 (icul always asks its model)
            answer = shots_of(request.body["messages"]).get(key) or said.get(key)
            lines = ignorance_lines(book, [question])
            found.append(as_lesson(request, answer or lines[0], subject.title))
    return tuple(found)


def compiled_with(policies: Sequence[Policy]) -> CompiledBook:
    """The shipped prompts with these policies, each once, compiled."""
    by_id = {policy.id: policy for policy in policies}
    return compile_book(book_of([*by_id.values()]))


def reworded(question: str, rng: random.Random) -> str:
    """A question as it stands, or with words around it, or carelessly written."""
    if rng.random() < 0.2:
        return question.rstrip("?").lower()
    return rng.choice(_WORDINGS).format(question)


def _policy(subject: Subject, rng: random.Random) -> Policy:
    policy = policy_of(subject, "icul", rng)
    shown = rng.sample(policy.examples, min(SHOWN, len(policy.examples)))
    return policy.model_copy(update={"examples": tuple(shown)})


def _user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def shots_of(messages: Sequence[dict[str, str]]) -> dict[str, str]:
    """What the conversation answers to what, before its last question."""
    turns = [one for one in messages if one["role"] != "system"]
    return {q["content"]: a["content"] for q, a in zip(turns[:-1:2], turns[1:-1:2], strict=True)}
