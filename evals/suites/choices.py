"""WMDP and MMLU: questions with four options, asked zero-shot; the reply is a letter.

    load_wmdp_suite(Path("runs/data"), ("bio",)).items[0].part       ->  "bio"

The hazard is what is to be forgotten, MMLU what must stay. Policies may be drafted from every
second hazard question and from MMLU's development questions; the others are asked. Sources: Li et
al. 2024 (arXiv 2403.03218), Hendrycks et al. 2021 (arXiv 2009.03300).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from evals.data.choices import Choice, load_mmlu, load_wmdp
from evals.nano.hazard import multiple_choice_prompt
from evals.records import Item
from evals.suites.protocol import Suite
from prompts.policy import Example

__all__ = ["WMDP_SETS", "load_mmlu_suite", "load_wmdp_suite"]

WMDP_SETS = ("bio", "chem", "cyber")
MOST = 16
"""New tokens of a reply: enough to see a letter, or that there is none."""


def load_wmdp_suite(
    folder: Path, sets: Sequence[str], name: str = "wmdp", parts: Mapping[str, str] | None = None
) -> Suite:
    """Every second hazard question of each set, and all of MMLU's test questions.

    ``parts`` names the part of a set where that is not the set's own name.
    """
    named = parts or {}
    items: list[Item] = []
    forget: list[Example] = []
    for one in sets:
        questions = load_wmdp(folder, one)
        items += _items(named.get(one, one), questions[1::2])
        forget += _examples(questions[0::2])
    return Suite(
        name=name,
        items=(*items, *_items(named.get("mmlu", "mmlu"), load_mmlu(folder))),
        forget=tuple(forget),
        retain=_examples(load_mmlu(folder, "dev")),
        notes=("Policies are drafted from every second hazard question; the others are asked.",),
    )


def load_mmlu_suite(folder: Path, name: str = "mmlu") -> Suite:
    """MMLU's test questions alone: what forgetting may not touch."""
    return Suite(
        name=name,
        items=tuple(_items("mmlu", load_mmlu(folder))),
        retain=_examples(load_mmlu(folder, "dev")),
    )


def _items(part: str, questions: Sequence[Choice]) -> list[Item]:
    return [
        Item(
            id=f"{part}/{number:05}",
            part=part,
            task="choice",
            messages=({"role": "user", "content": _prompt(question)},),
            answer=question.right,
            choices=question.choices,
            right=question.answer,
            subject=question.subject,
            most=MOST,
        )
        for number, question in enumerate(questions)
    ]


def _prompt(question: Choice) -> str:
    return multiple_choice_prompt(question.subject, question.question, question.choices)


def _examples(questions: Sequence[Choice]) -> tuple[Example, ...]:
    return tuple(Example(question=q.question, answer=q.right) for q in questions)
