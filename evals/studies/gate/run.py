"""`boxed-evals gate`: load the sets, measure each topic, print the tables, write `gate.json`.

Without a folder of published data the embedded world stands in: its hazard against its harmless
questions, of which one half is retained.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evals.data.choices import Choice, load_mmlu, load_wmdp
from evals.data.tofu import RETAINED
from evals.metrics.vectors import KeptVectors, kept_sentences
from evals.nano.hazard import ChoiceQuestion, harmless_questions, hazard_questions
from evals.studies.gate.measure import Gate, halves, measure
from evals.studies.gate.subjects import Touched, measure_tofu

__all__ = ["run"]

_SHOWN = 12


def run(
    data: Path | None,
    sets: Sequence[str],
    out: Path,
    seed: int = 0,
    limit: int | None = None,
) -> None:
    """Measure each of ``sets`` against all of MMLU, ``tofu01`` to ``tofu10`` against TOFU's own.

    Raises DataError, ValueError. ``limit`` takes the first so many MMLU questions of a
    seeded order, for a quick look.
    """
    console = Console()
    embed = _embedder(out, console)
    found: list[Gate] = []
    subjects: dict[str, tuple[Touched, ...]] = {}
    for name in sets:
        split = name.removeprefix("tofu")
        if data is not None and name != split and split in RETAINED:
            subjects[name] = measure_tofu(data, split, embed)
            _print_touched(console, name, subjects[name])
    topics = [name for name in sets if name not in subjects]
    for name, topic, others, retain in _sets(data, topics, seed):
        tested = halves(others, seed + 1)[0][:limit] if limit else others
        gate = measure(name, topic, tested, retain, embed, seed)
        found.append(gate)
        _print(console, gate, limit)
    out.mkdir(parents=True, exist_ok=True)
    settings = {"seed": seed, "limit": limit, "sets": [gate.name for gate in found]}
    written = {
        "settings": settings,
        "gates": [asdict(gate) for gate in found],
        "subjects": {name: [asdict(row) for row in rows] for name, rows in subjects.items()},
    }
    (out / "gate.json").write_text(json.dumps(written, indent=1), encoding="utf-8")
    console.print(f"Written to {escape(str(out / 'gate.json'))}", highlight=False)


def _sets(
    data: Path | None, names: Sequence[str], seed: int
) -> list[tuple[str, Sequence[Choice], Sequence[Choice], Sequence[Choice]]]:
    """Name, topic, others and retain examples of each set."""
    if data is None:
        retain, others = halves(_choices(harmless_questions()), seed)
        return [("nano", _choices(hazard_questions()), others, retain)]
    if not names:
        return []
    others, retain = load_mmlu(data), load_mmlu(data, "dev")
    return [(name, load_wmdp(data, name), others, retain) for name in names]


def _choices(questions: Sequence[ChoiceQuestion]) -> list[Choice]:
    return [
        Choice(question=q.question, choices=q.choices, answer=q.answer, subject=q.subject)
        for q in questions
    ]


def _embedder(out: Path, console: Console) -> KeptVectors:
    def progress(done: int, count: int) -> None:
        if count > 1000:
            console.print(f"{done:,} of {count:,} texts embedded", highlight=False)

    return kept_sentences(out / "vectors.bin", progress)


def _print(console: Console, gate: Gate, limit: int | None) -> None:
    note = f" (a quick look: {limit} of the others)" if limit else ""
    table = Table("threshold", "recall", "false alarms", title=f"{gate.name}{note}")
    for point in (*gate.curve, gate.wanted):
        table.add_row(f"{point.threshold:+.3f}", point.recall.text, point.false_alarms.text)
    table.add_row("as shipped", gate.recall.text, gate.false_alarms.text)
    console.print(table)
    console.print(f"recall of bare questions, as shipped: {gate.bare.text}", highlight=False)
    console.print(
        f"a router would be asked about: {gate.asked.text} of the others", highlight=False
    )
    touched = ", ".join(f"{name} {hits}/{asked}" for name, hits, asked in gate.subjects[:_SHOWN])
    console.print(f"false alarms by subject: {touched or 'none'}", highlight=False)


def _print_touched(console: Console, name: str, rows: Sequence[Touched]) -> None:
    table = Table("questions", "certain", "left to a router", title=name)
    for row in rows:
        table.add_row(row.name, row.certain.text, row.asked.text)
    console.print(table)
