"""The drafter's exam: what its additions to drafted policies do to what the rules recognise.

    exams = draft_exams(held_out, [load_rwku(data)], book, each=8)
    examine_draft("smollm2+draft", exams["rwku"])["recall"].value      ->  0.73

Every draft is improved as ``boxed policy draft`` would; then the router's exam is put to a box
whose rules route by them. Names that a model makes up show in the false alarms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from boxed.drafting.model import draft_prompt, taken_over
from boxed.settings import Settings
from boxed.store.embedding import load_embedder
from evals.records import Figure
from evals.studies.teaching.asking import replies
from evals.studies.teaching.role import HELD_OUT, Figures, Own, means_of
from evals.studies.teaching.routed import routed
from evals.studies.teaching.router_exam import Message, messages_of, messages_of_subjects
from evals.studies.teaching.subjects import Subject
from evals.suites.protocol import Suite
from prompts.book import PolicyBook
from prompts.policy import Example, Policy
from prompts.template import Template

__all__ = ["DraftExam", "draft_exams", "examine_draft"]

_MOST = 200
"""Tokens of a reply: as many as seven questions take, and a model that does not end is cut."""
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class DraftExam:
    """Messages with their drafts, the prompt, and what is retained when these are improved."""

    messages: tuple[Message, ...]
    template: Template
    retain: tuple[Example, ...] = ()


def draft_exams(
    held_out: Sequence[Subject],
    suites: Sequence[Suite],
    book: PolicyBook,
    each: int,
    own: Own | None = None,
) -> dict[str, DraftExam]:
    """``each`` messages of every subject of the suites, all of the subjects that are held out.

    The latter's drafts hold their facts and no question that somebody wrote for a scope.
    """
    template = book.templates["draft"]
    plain = tuple(replace(m, policy=_as_drafted(m.policy)) for m in messages_of_subjects(held_out))
    found = {HELD_OUT: DraftExam(plain, template)}
    return found | {
        suite.name: DraftExam(messages_of(suite, each), template, suite.retain) for suite in suites
    }


def examine_draft(model: str, exam: DraftExam) -> Figures:
    """What the model of this name adds, and what rules recognise before and after it."""
    drafts = {one.policy.id: one.policy for one in exam.messages}
    asked = [
        [{"role": "user", "content": draft_prompt(one, exam.template)}] for one in drafts.values()
    ]
    said: list[str] = []
    for first in range(0, len(asked), _AT_ONCE):
        # Prompts hold all records of a subject: together they would fill the memory.
        said += replies(model, asked[first : first + _AT_ONCE], _MOST)
    better = {
        one.id: taken_over(one, exam.retain, text)
        for one, text in zip(drafts.values(), said, strict=True)
    }
    embed = load_embedder(Settings())
    improved = tuple(replace(one, policy=better[one.policy.id]) for one in exam.messages)
    before, after = (
        asyncio.run(routed(messages, None, embed)) for messages in (exam.messages, improved)
    )
    pairs = [(drafts[id], better[id]) for id in drafts]
    return {
        **means_of({
            "usable": [old != new for old, new in pairs],
            "aliases": [len(new.aliases) - len(old.aliases) for old, new in pairs],
            "questions": [len(new.scope) - len(old.scope) for old, new in pairs],
        }),
        "recall": after["recall"],
        "recall_before": _named(before["recall"], "recall_before"),
        "false_alarms": after["false_alarms"],
        "alarms_before": _named(before["false_alarms"], "alarms_before"),
    }  # fmt: skip


def _as_drafted(policy: Policy) -> Policy:
    return policy.model_copy(update={"scope": tuple(one.question for one in policy.examples)})


def _named(figure: Figure, name: str) -> Figure:
    return replace(figure, metric=name)
