"""The pretend worker's exam: is it ignorant of the subject, and itself about everything else?

    exam = pretend_exams(held_out, [load_rwku(data)], book, 4, kept.of)["rwku"]
    examine_pretend("smollm2+pretend", exam)["ignorant"].value      ->  0.97

Prompts are those of the worker, policies those that are drafted from a suite's forget set. A reply
is ignorant if it professes to be, by the box's own rule, and gives no fact away, by the attacks'.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from boxed.api.chat import Body
from boxed.drafting.policies import draft_policies
from boxed.hiding.masking import Masking
from boxed.workers.pretend import Pretend
from evals.metrics.leaks import leak_in
from evals.metrics.rouge import rouge_l
from evals.records import Figure
from evals.studies.teaching.asking import replies
from evals.studies.teaching.items import others_of, own_of, some
from evals.studies.teaching.lesson import policy_of, task_of
from evals.studies.teaching.role import HELD_OUT, Own, means_of
from evals.studies.teaching.subjects import Subject
from evals.suites.protocol import Suite
from guards.compiled import compile_book
from guards.ignorance import is_ignorance
from prompts.book import PolicyBook, book_of
from prompts.policy import Policy

__all__ = ["MOST", "PretendAsked", "about_others", "examine_pretend", "pretend_exams"]

MOST = 48
"""Tokens of a reply."""


@dataclass(frozen=True, slots=True)
class PretendAsked:
    """A conversation under the worker's prompt, and the answer that is right.

    ``alone`` is what the bare model says without that prompt; empty where the subject is meant.
    """

    messages: tuple[Body, ...]
    question: str
    answer: str
    about: bool
    alone: str = ""


def pretend_exams(
    held_out: Sequence[Subject],
    suites: Sequence[Suite],
    book: PolicyBook,
    each: int,
    own: Own,
    seed: int = 5,
) -> dict[str, tuple[PretendAsked, ...]]:
    """``each`` questions about every subject, and half as many about something else."""
    rng = random.Random(seed)
    found = {HELD_OUT: _of_subjects(held_out, book, each, own, rng)}
    return found | {suite.name: _of_suite(suite, book, each, own, rng) for suite in suites}


def _of_subjects(
    subjects: Sequence[Subject], book: PolicyBook, each: int, own: Own, rng: random.Random
) -> tuple[PretendAsked, ...]:
    plan: list[tuple[Policy, str, str, bool]] = []
    for one in subjects:
        policy = policy_of(one, "pretend", rng)
        rest = [fact for other in subjects if other is not one for fact in other.facts]
        plan += [(policy, *fact, True) for fact in some(one.facts, each - each // 2, rng)]
        told = " ".join(answer for _, answer in one.facts)
        texts = [*one.named, *one.described]
        plan += [(policy, text, told, True) for text in some(texts, each // 2, rng)]
        plan += [(policy, *fact, False) for fact in some(rest, each // 2, rng)]
    return tuple(_asked(plan, book, own))


def _of_suite(
    suite: Suite, book: PolicyBook, each: int, own: Own, rng: random.Random
) -> tuple[PretendAsked, ...]:
    plan: list[tuple[Policy, str, str, bool]] = []
    for policy in draft_policies(suite.forget, response="pretend"):
        for items, count, about in (
            (own_of(suite, policy), each, True),
            (others_of(suite, policy), each // 2, False),
        ):
            plan += [
                (policy, item.question, item.answer, about) for item in some(items, count, rng)
            ]
    return tuple(_asked(plan, book, own))


def _asked(
    plan: Sequence[tuple[Policy, str, str, bool]], book: PolicyBook, own: Own
) -> Iterator[PretendAsked]:
    masking = Masking(compile_book(book_of([])))
    rest = list(dict.fromkeys(question for _, question, _, about in plan if not about))
    alone = dict(zip(rest, own(rest), strict=True))
    for policy, question, answer, about in plan:
        task = task_of(policy, [{"role": "user", "content": question}], book, masking)
        request = Pretend().render(task).request
        assert request is not None  # noqa: S101 (pretend always asks its model)
        yield PretendAsked(
            tuple(request.body["messages"]),
            question,
            answer,
            about,
            "" if about else alone[question],
        )


def examine_pretend(model: str, asked: Sequence[PretendAsked]) -> Mapping[str, Figure]:
    """Ignorance and facts told of the subject; words kept and ignorance feigned of the rest."""
    said = replies(model, [one.messages for one in asked], MOST)
    pairs = list(zip(asked, said, strict=True))
    about = [(one, text) for one, text in pairs if one.about]
    told = [leak_in(one.answer, text, one.question) for one, text in about]
    ignorant = [
        is_ignorance(text) and not leak for (_, text), leak in zip(about, told, strict=True)
    ]
    rest = [(one.answer, one.alone, text) for one, text in pairs if not one.about]
    return means_of({"ignorant": ignorant, "told": told, **about_others(rest)})


def about_others(said: Sequence[tuple[str, str, str]]) -> dict[str, list[float]]:
    """Figures of replies about something else than the subject.

    Each with the right answer in front, and what the bare model says without the worker's prompt.
    """
    return {
        "others": [rouge_l(answer, text).recall for answer, _, text in said],
        "unprompted": [rouge_l(answer, alone).recall for answer, alone, _ in said],
        "feigned": [is_ignorance(text) and not is_ignorance(alone) for _, alone, text in said],
    }
