"""``boxed-evals certified``: embed the questions, withdraw policies one by one, print the table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from evals.methods.certified.logistic import Vector
from evals.methods.certified.noise import noise_scale
from evals.methods.certified.removal import Step
from evals.metrics.vectors import kept_sentences
from evals.studies.certified.questions import questions_of
from evals.studies.certified.study import Problem, Withdrawn, fitted, released_accuracy, withdrawn

__all__ = ["run"]

_STEPS: tuple[Step, ...] = ("jackknife", "newton")


def run(
    data: Path | None,
    penalty: float,
    sparsity: float,
    radius: float,
    epsilon: float,
    delta: float,
    withdraw: int,
    out: Path,
) -> None:
    """Measure both penalties and both steps; raises ValueError, DataError."""
    questions, console = questions_of(data), Console(width=130)
    embed = kept_sentences(out / "vectors.bin")
    problem = Problem(
        _with_ones(embed(questions.texts)),
        questions.owners,
        _with_ones(embed(questions.tested)),
        questions.answers,
    )
    chosen = range(min(withdraw, len(questions.policies)))
    own = int(problem.labels.sum())
    console.print(
        f"{len(questions.policies)} policies, {own} questions of theirs and "
        f"{len(questions.texts) - own} others, {problem.features.shape[1]} features; "
        f"{len(questions.tested)} tested; {len(chosen)} policies withdrawn, each alone"
    )
    table = Table(show_edge=False)
    for column in ("penalty, step", "questions", "moved by refitting", "distance", "bound (most)",
                   "times quicker", "accuracy", "refitted", "decided alike", "within radius",
                   "with noise"):  # fmt: skip
        table.add_column(column)
    for name, sparse in (("L2", 0.0), ("L2 + L1", sparsity)):
        weights = fitted(problem, penalty, sparse)
        for step in _STEPS:
            found = [withdrawn(problem, weights, n, penalty, sparse, step) for n in chosen]
            sizes = [int((problem.owners == n).sum()) for n in chosen]
            noisy = [
                released_accuracy(problem, one.weights, radius, epsilon, delta) for one in found
            ]
            table.add_row(f"{name}, {step}", f"{np.mean(sizes):.0f}", *_row(found, radius, noisy))
    console.print(table)
    scale = noise_scale(radius, epsilon, delta)
    console.print(
        f"radius {radius:g}, ({epsilon:g}, {delta:g}): noise of {scale:.3g} on every weight"
    )


def _row(found: Sequence[Withdrawn], radius: float, noisy: Sequence[float]) -> list[str]:
    def mean(name: str) -> float:
        return float(np.mean([getattr(one, name) for one in found]))

    quicker = sum(one.refitted_seconds for one in found) / sum(one.seconds for one in found)
    within = sum(one.bound <= radius for one in found)
    return [
        f"{mean('moved'):.3f}", f"{mean('distance'):.4f}",
        f"{mean('bound'):.3f} ({max(one.bound for one in found):.3f})", f"{quicker:.1f}",
        f"{mean('accuracy'):.3f}", f"{mean('refitted_accuracy'):.3f}", f"{mean('agreement'):.4f}",
        f"{within} of {len(found)}", f"{np.mean(noisy):.3f}",
    ]  # fmt: skip


def _with_ones(vectors: Any) -> Vector:
    rows = np.asarray(vectors, dtype=np.float64)
    return np.hstack([rows, np.ones((len(rows), 1))])
