"""The harness's figures of a model with and without the box around it.

side_by_side(["arc_easy"], policies="prompts")[0]
Row(task="arc_easy", metric="acc,none", bare=0.41, boxed=0.41)
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lm_eval.evaluator import simple_evaluate
from lm_eval.tasks import TaskManager

from evals.studies.harness.lm_eval_model import BoxedLM

__all__ = ["Row", "side_by_side"]


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of one task."""

    task: str
    metric: str
    bare: float
    boxed: float


def side_by_side(
    tasks: Sequence[str],
    *,
    model: str | None = None,
    policies: str | None = None,
    include: Path | None = None,
    limit: int | None = None,
    chat: bool = False,
    semantic: bool = True,
) -> list[Row]:
    """Every numeric metric of the tasks, in the harness's order.

    Raises SetupError for a model or prompt folder that cannot be loaded, and what the harness
    raises for a task that it does not know.
    """
    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    manager = _manager_for(tasks, include)
    found: list[dict[str, Any]] = []
    for bare in (True, False):
        under_test = BoxedLM(model, policies, semantic=semantic, bare=bare)
        result: Any = simple_evaluate(
            under_test,
            tasks=list(tasks),
            task_manager=manager,
            limit=limit,
            apply_chat_template=chat,
            fewshot_as_multiturn=chat,
            bootstrap_iters=0,
        )
        found.append(result["results"])
    without, boxed = found
    return [
        Row(task, metric, float(value), float(boxed[task][metric]))
        for task, metrics in without.items()
        for metric, value in metrics.items()
        if isinstance(value, int | float) and "stderr" not in metric
    ]


def _manager_for(tasks: Sequence[str], include: Path | None) -> TaskManager:
    """Knows the tasks; the harness's own thousands are read only where some of these are not ours.

    Reading them takes longer than a small task.
    """
    if include is None:
        return TaskManager()
    ours = TaskManager(include_path=str(include), include_defaults=False)
    known = set(ours.all_tasks)
    return ours if known.issuperset(tasks) else TaskManager(include_path=str(include))
