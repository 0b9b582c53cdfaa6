"""Questions of policies and ordinary ones, for a classifier that all policies share.

    questions_of(None).owners[0]       ->  0, the first policy; -1 for an ordinary question

Without a folder: the twenty policies drafted from the embedded world's forget10, whose scope
questions are learned and whose records' paraphrases are tested, against retained records. With a
folder of WMDP and MMLU: one policy for each set that it holds, against MMLU; half is learned, half
tested.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from boxed.drafting.policies import draft_policies
from evals.data.choices import load_mmlu, load_wmdp
from evals.data.jsonl import folder_of
from evals.data.tofu import load_split
from evals.nano.build import build
from evals.suites.choices import WMDP_SETS
from prompts.policy import Example

__all__ = ["Questions", "questions_of"]

_ORDINARY = 800


@dataclass(frozen=True, slots=True)
class Questions:
    """Texts to learn from with the policy that each belongs to, and texts to test, 1 or 0."""

    policies: tuple[str, ...]
    texts: tuple[str, ...]
    owners: NDArray[np.int64]
    tested: tuple[str, ...]
    answers: NDArray[np.float64]


def questions_of(data: Path | None) -> Questions:
    """The questions of a folder with ``wmdp/`` and ``mmlu/``, or of the embedded world.

    Raises DataError for a folder that holds no such sets.
    """
    if data is not None:
        return _published(data)
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "world")
        return _world(Path(folder) / "world")


def _published(data: Path) -> Questions:
    folder = folder_of(data, "wmdp")
    names = [name for name in WMDP_SETS if (folder / f"{name}.jsonl").is_file()] or WMDP_SETS
    sets = [_shuffled([q.question for q in load_wmdp(data, name)]) for name in names]
    ordinary = _shuffled([q.question for q in load_mmlu(data)])[: 2 * _ORDINARY]
    learned, tested = [texts[0::2] for texts in sets], [t for texts in sets for t in texts[1::2]]
    return _questions(names, learned, ordinary[0::2], tested, ordinary[1::2])


def _world(folder: Path) -> Questions:
    forgotten, retained = load_split(folder, "forget10"), load_split(folder, "retain90")
    policies = draft_policies(
        [Example(question=r.question, answer=r.answer) for r in forgotten],
        [Example(question=r.question, answer=r.answer) for r in retained],
    )
    again = [r.paraphrased_question or "" for r in load_split(folder, "forget10_perturbed")]
    perturbed = load_split(folder, "retain_perturbed")
    asked = {record.question for record in perturbed}
    ordinary = _shuffled([r.question for r in retained if r.question not in asked])[:_ORDINARY]
    others = [record.paraphrased_question or "" for record in perturbed]
    titles = tuple(policy.title for policy in policies)
    return _questions(titles, [list(p.scope) for p in policies], ordinary, again, others)


def _questions(
    policies: Sequence[str],
    learned: Sequence[Sequence[str]],
    ordinary: Sequence[str],
    tested: Sequence[str],
    others: Sequence[str],
) -> Questions:
    owners = [number for number, texts in enumerate(learned) for _ in texts]
    return Questions(
        tuple(policies),
        (*(text for texts in learned for text in texts), *ordinary),
        np.array([*owners, *(-1 for _ in ordinary)]),
        (*tested, *others),
        np.array([1.0] * len(tested) + [0.0] * len(others)),
    )


def _shuffled(texts: Sequence[str]) -> list[str]:
    return random.Random(0).sample(list(texts), len(texts))
