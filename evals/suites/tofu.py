"""TOFU: authors who never lived; some of them are to be forgotten.

    load_tofu(Path("runs/data"), "10").items[0]
    Item("forget/0000", "forget", "qa", ({"role": "user", "content": "What is the full ..."},), ...)

Parts: forget, retain, real_authors and world_facts as published, and holdout (records of the same
form that no model was trained on) for membership. Source: Maini et al. 2024 (arXiv 2401.06121).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evals.data.tofu import QA, RETAINED, load_split
from evals.records import Item
from evals.suites.protocol import Suite
from prompts.policy import Example

__all__ = ["SHARES", "load_tofu"]

SHARES = tuple(RETAINED)
MOST = 200
"""New tokens of a reply, as published."""


def load_tofu(folder: Path, share: str, name: str = "tofu") -> Suite:
    """The suite of one forget split, from a folder in TOFU's form.

    Raises ValueError for a share that is none of SHARES, DataError for a file that does not fit.
    """
    if share not in RETAINED:
        raise ValueError(f"forget '{share}' is not one of {', '.join(SHARES)}")
    parts = {
        "forget": load_split(folder, f"forget{share}_perturbed"),
        "retain": load_split(folder, "retain_perturbed"),
        "real_authors": load_split(folder, "real_authors_perturbed"),
        "world_facts": load_split(folder, "world_facts_perturbed"),
        "holdout": load_split(folder, f"holdout{share}"),
    }
    asked = {record.question for record in parts["retain"]}
    retained = load_split(folder, RETAINED[share])
    forget = _examples(load_split(folder, f"forget{share}"))
    return Suite(
        name=f"{name}-forget{share}",
        items=tuple(item for part, records in parts.items() for item in _items(part, records)),
        forget=forget,
        retain=_examples([record for record in retained if record.question not in asked]),
        reference=RETAINED[share],
        taught=(*_examples(retained), *forget),
    )


def _items(part: str, records: Sequence[QA]) -> list[Item]:
    return [
        Item(
            id=f"{part}/{number:04}",
            part=part,
            task="qa",
            messages=({"role": "user", "content": record.question},),
            answer=record.answer,
            paraphrased=record.paraphrased_answer,
            wrong=record.wrong,
            most=MOST,
        )
        for number, record in enumerate(records)
    ]


def _examples(records: Sequence[QA]) -> tuple[Example, ...]:
    return tuple(Example(question=r.question, answer=r.answer) for r in records)
