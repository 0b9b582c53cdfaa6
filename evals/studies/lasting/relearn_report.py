"""What relearning and quantising brought back: two tables, a drawing, and every figure as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from evals.report.markdown import table
from evals.report.numbers import value_text
from evals.report.svg import Point as Place
from evals.studies.lasting.curves import Panel, curves
from evals.studies.lasting.relearn import AS_MADE, Point
from retrieval.whole_file import write_whole

__all__ = ["as_markdown", "as_svg", "write"]

_ATTACK, _EXACT = "forget/attack_success", "forget/verbatim_leak"
_FORGET, _RETAIN = "forget/rouge", "retain/rouge"


def write(points: Sequence[Point], folder: Path, command: str) -> Path:
    """``relearn.json``, ``relearn.md`` and, if there was training, ``relearn.svg``; the second."""
    rows = [asdict(point) for point in points]
    write_whole(folder / "relearn.json", f"{json.dumps(rows, indent=1)}\n".encode())
    if any(point.steps for point in points):
        write_whole(folder / "relearn.svg", f"{as_svg(points)}\n".encode())
    write_whole(folder / "relearn.md", as_markdown(points, command).encode())
    return folder / "relearn.md"


def as_markdown(points: Sequence[Point], command: str) -> str:
    """What must stay forgotten in three figures, and ROUGE-L recall of what must stay."""
    head = ["treatment", *dict.fromkeys(point.system for point in points)]
    asked = points[0].figures
    blocks = [
        "# Relearning and quantisation",
        f"```console\n$ {command}\n```",
        "Forget set, without what was trained on: answers given word for word (attack success, "
        f"ROUGE-L recall), n = {asked[_EXACT].n}",
        table(head, _rows(points, (_EXACT, _ATTACK, _FORGET))),
        f"Retain set: ROUGE-L recall, n = {asked[_RETAIN].n}",
        table(head, _rows(points, (_RETAIN,))),
    ]
    if any(point.steps for point in points):
        blocks.append("![Forgotten answers over training steps](relearn.svg)")
    return "\n\n".join(blocks) + "\n"


def as_svg(points: Sequence[Point]) -> str:
    """Answers given word for word over the steps of each material, a line for each system."""
    trained = dict.fromkeys(point.treatment for point in points if point.steps)
    panels = [Panel(f"Trained on: {material}", _lines(points, material)) for material in trained]
    label = "Answers of the rest of the forget set given word for word, over training steps"
    return str(curves(panels, "training steps", label))


def _lines(points: Sequence[Point], material: str) -> dict[str, list[Place]]:
    """Each system's figures, beginning with the one before any training."""
    lines: dict[str, list[Place]] = {}
    for point in points:
        value = point.figures[_EXACT].value
        if point.treatment in (AS_MADE, material) and value is not None:
            lines.setdefault(point.system, []).append((point.steps, value))
    return {system: sorted(line) for system, line in lines.items()}


def _rows(points: Sequence[Point], metrics: Sequence[str]) -> list[list[str]]:
    """A row for each treatment and number of steps, a cell for each system."""
    rows: dict[str, list[str]] = {}
    for point in points:
        title = f"{point.treatment}, {point.steps}" if point.steps else point.treatment
        rows.setdefault(title, [title]).append(_cell(point, metrics))
    return list(rows.values())


def _cell(point: Point, metrics: Sequence[str]) -> str:
    first, *others = (value_text(point.figures[metric]) for metric in metrics)
    return f"{first} ({', '.join(others)})" if others else first
