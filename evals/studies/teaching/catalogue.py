"""Every role that a model can be taught, by the name that settings give it."""

from __future__ import annotations

from evals.studies.teaching.composer_exam import composer_exams, examine_composer
from evals.studies.teaching.composer_lessons import BATCH as COMPOSER_BATCH
from evals.studies.teaching.composer_lessons import composer_lessons
from evals.studies.teaching.draft_exam import draft_exams, examine_draft
from evals.studies.teaching.draft_lessons import BATCH as DRAFT_BATCH
from evals.studies.teaching.draft_lessons import draft_lessons
from evals.studies.teaching.icul_exam import examine_icul, icul_exams
from evals.studies.teaching.icul_lessons import GROUP as ICUL_GROUP
from evals.studies.teaching.icul_lessons import icul_lessons
from evals.studies.teaching.judge_exam import judge_exams
from evals.studies.teaching.judge_lessons import BATCH as JUDGE_BATCH
from evals.studies.teaching.judge_lessons import judge_lessons
from evals.studies.teaching.pretend_exam import examine_pretend, pretend_exams
from evals.studies.teaching.pretend_lessons import GROUP as PRETEND_GROUP
from evals.studies.teaching.pretend_lessons import pretend_lessons
from evals.studies.teaching.role import Role
from evals.studies.teaching.router_exam import examine_router, router_exams
from evals.studies.teaching.router_lessons import GROUP, router_lessons

__all__ = ["ROLES"]

_OTHERS = {
    "others": "ROUGE-L recall on other matters",
    "unprompted": "the same, bare and without the prompt",
    "feigned": "ignorance feigned on other matters",
}
_YES_OR_NO = {
    "right": "right",
    "recall": "recall",
    "false_alarms": "false alarms",
    "auc": "area under the curve",
}

ROLES = {
    role.name: role
    for role in (
        Role(
            "router",
            "the question that a box asks its router in doubt (`prompts/doubt.md`): is this "
            "message about this very subject?",
            GROUP,
            router_lessons,
            router_exams,
            examine_router,
            _YES_OR_NO,
        ),
        Role(
            "pretend",
            "to answer as the pretend worker (`prompts/workers/pretend.md`): ignorant of its "
            "subject, itself about everything else.",
            PRETEND_GROUP,
            pretend_lessons,
            pretend_exams,
            examine_pretend,
            {
                "ignorant": "ignorant of the subject, nothing told",
                "told": "a fact told of it",
                **_OTHERS,
            },
        ),
        Role(
            "icul",
            "to answer as the icul worker (`prompts/workers/icul.md`): what its examples say of "
            "its subject, itself about everything else.",
            ICUL_GROUP,
            icul_lessons,
            icul_exams,
            examine_icul,
            {
                "follows": "the examples' answer given",
                "told": "a fact told of the subject",
                **_OTHERS,
            },
        ),
        Role(
            "composer",
            "to merge the answers to the parts of a message (`prompts/composer.md`): all that may "
            "be told is kept, nothing else is told.",
            COMPOSER_BATCH,
            composer_lessons,
            composer_exams,
            examine_composer,
            {
                "right": "all kept and nothing told",
                "kept": "every answer kept",
                "told": "a protected fact told",
                "added": "something added",
            },
        ),
        Role(
            "judge",
            "the question that the judge of forget requests answers (`prompts/judge.md`): does a "
            "passage belong to what is to be forgotten?",
            JUDGE_BATCH,
            judge_lessons,
            judge_exams,
            examine_router,
            _YES_OR_NO,
        ),
        Role(
            "draft",
            "to improve drafted policies (`prompts/draft.md`): other names of a subject, and "
            "questions that describe it without one.",
            DRAFT_BATCH,
            draft_lessons,
            draft_exams,
            examine_draft,
            {
                "usable": "drafts with anything added",
                "aliases": "names added a draft",
                "questions": "questions added a draft",
                "recall": "recall of rules with them",
                "recall_before": "recall as drafted",
                "false_alarms": "false alarms with them",
                "alarms_before": "false alarms as drafted",
            },
        ),
    )
}
