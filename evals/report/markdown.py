"""The report as Markdown: its tables and how to make it again, without the items' texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evals.metrics.cost import COSTS
from evals.metrics.making import MAKING
from evals.metrics.measure import RETRAINED, UNBOXED
from evals.records import Figure
from evals.report.facts import facts
from evals.report.findings import Findings, reasons
from evals.report.numbers import (
    full_label,
    ideal_text,
    interval_text,
    label_of,
    part_text,
    ratio_text,
    value_text,
)

__all__ = ["as_markdown", "table"]

_OWN_TEXTS = 1  # the first notice is about texts, which this form does not hold


def as_markdown(findings: Findings) -> str:
    """The whole report, ending with a newline."""
    run = findings.run
    blocks = [f"# {run.title}", *(f"> {notice}" for notice in findings.notices[_OWN_TEXTS:])]
    blocks += ["## Overview", _by_system(findings, findings.headline)]
    for section in findings.sections:
        blocks.append(f"## {section.title}")
        for part, metrics in section.parts.items():
            blocks += [f"### {part_text(part)}", _by_metric(findings, metrics)]
    blocks += ["## Cost of one request", _cost(findings)]
    if findings.trained:
        blocks += ["## What making each system cost", _making(findings)]
    why = reasons(findings)
    if why:
        blocks.append("## Undefined")
        blocks.append("\n".join(f"- {_flat(r)} ({'; '.join(where)})" for r, where in why.items()))
    blocks.append("## Reproduce")
    if run.command:
        blocks.append(f"```console\n$ {run.command}\n```")
    for name, values in (("setting", run.settings), ("environment", run.environment)):
        lines = facts(values)
        if lines:
            blocks.append(table((name, "value"), lines))
    return "\n\n".join(blocks) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; whatever would break a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_flat(cell) for cell in line)} |" for line in lines)


def _by_system(findings: Findings, metrics: Sequence[str]) -> str:
    head = ["system", *(f"{full_label(metric)} {ideal_text(metric)}" for metric in metrics)]
    rows = [
        [
            _named(findings, system),
            *(_cell(findings, system, metric, beside=True) for metric in metrics),
        ]
        for system in findings.systems
    ]
    return table(head, rows)


def _named(findings: Findings, system: str) -> str:
    return f"{system} (collapsed)" if system in findings.collapsed else system


def _by_metric(findings: Findings, metrics: Sequence[str]) -> str:
    head = ["metric", *(_named(findings, system) for system in findings.systems)]
    rows = [
        [f"{label_of(metric)} {ideal_text(metric)}",
         *(_cell(findings, system, metric, beside=False) for system in findings.systems)]
        for metric in metrics
    ]  # fmt: skip
    return table(head, rows)


def _cost(findings: Findings) -> str:
    rows: list[list[str]] = []
    base = findings.figures.get(UNBOXED, {})
    for system in findings.systems:
        row = [system]
        for metric in COSTS:
            row.append(_times(findings.of(system, metric), base.get(metric)))
        workers = ", ".join(f"{w} {n}" for w, n in findings.workers[system].items())
        rows.append([*row, workers])
    return table(["system", *(label_of(metric).lower() for metric in COSTS), "answered by"], rows)


def _making(findings: Findings) -> str:
    base = findings.figures.get(RETRAINED, {})
    rows = [
        [system, *(_times(findings.of(system, m), base.get(m)) for m in MAKING)]
        for system in findings.trained
    ]
    return table(["system", *map(label_of, MAKING)], rows)


def _times(figure: Figure | None, base: Figure | None) -> str:
    """A figure, and how many times the base's it is."""
    times = "" if figure is None or base is None else ratio_text(figure.value, base.value)
    return "" if figure is None else f"{value_text(figure)} {times}".strip()


def _cell(findings: Findings, system: str, metric: str, beside: bool) -> str:
    figure = findings.of(system, metric)
    if figure is None:
        return ""
    unboxed = findings.beside(system, metric) if beside else None
    return _with_unboxed(_figure(figure), unboxed)


def _figure(figure: Figure) -> str:
    interval = interval_text(figure)
    count = f", n = {figure.n}" if figure.n else ""
    if figure.value is None:
        return value_text(figure)
    return (
        f"{value_text(figure)} ({interval}{count})" if interval else f"{value_text(figure)}{count}"
    )


def _with_unboxed(text: str, unboxed: Figure | None) -> str:
    return text if unboxed is None else f"{text}; unboxed {value_text(unboxed)}"


def _flat(text: str) -> str:
    """One line without a column's end."""
    return " ".join(text.split()).replace("|", "\\|")
