"""The report as one HTML file that works anywhere: no network, nothing beside it.

Texts come from data sets and models, so every one is escaped (jinja2's autoescape, and text nodes
in the browser); the page's policy forbids any script but its own and any connection at all.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from evals.metrics.cost import COSTS
from evals.metrics.intervals import RESAMPLES, SEED
from evals.metrics.making import MAKING
from evals.metrics.measure import RETRAINED, UNBOXED
from evals.metrics.names import Group, part_of
from evals.report.distributions import truth_ratio_panels
from evals.report.facts import facts
from evals.report.findings import Family, Findings, by_definition, family_of, reasons, suppresses
from evals.report.in_short import in_short
from evals.report.numbers import (
    DASH,
    ideal_text,
    interval_text,
    label_of,
    part_text,
    ratio_text,
    value_text,
)
from evals.report.per_item import packed
from evals.report.trade_off import quality_against_utility

__all__ = ["as_html"]

_FAMILIES: dict[Family, str] = {
    "unboxed": "the unboxed product",
    "retrained": "retrained without the forget set",
    "baseline": "a baseline around the model: weights unchanged",
    "boxed": "the box: weights unchanged",
    "other": "another system",
}
_NOTES: dict[Group, str] = {
    "Forgetting": "On what is to be forgotten. ≈ retrain: the nearer to the retrained model's "
    "figure the better; a lower one than that model's is a trace, too.",
    "Knowledge": "On what must stay.",
    "Questions with options": "One in four is chance. The likeliest letter is read from "
    "log-probabilities, the written one from the reply.",
    "Traces": "What an attacker with log-probabilities, or an eye for odd replies, can still see.",
}
_WIDE, _NARROW = (980.0, 470.0), (360.0, 430.0)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A figure as the page writes it; ``why`` is the number of the reason where it has none."""

    value: str
    interval: str
    count: str
    unboxed: str
    why: int = 0
    reason: str = ""
    ratio: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A metric over all systems: a column of the overview, a row of the details."""

    label: str
    part: str
    ideal: str
    count: str
    cells: Mapping[str, _Cell | None]


def as_html(findings: Findings) -> str:
    """The whole page."""
    page = Environment(
        loader=PackageLoader("evals.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    ).get_template("report.html")
    folder = files("evals.report") / "page"
    script = (folder / "report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return page.render(
        **_parts_of_page(findings),
        style=(folder / "report.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=f"sha256-{digest}",
        data=packed(findings.run, findings.systems),
    ).lstrip()


def _parts_of_page(findings: Findings) -> dict[str, Any]:
    run, systems = findings.run, findings.systems
    why = reasons(findings)
    number = {reason: place for place, reason in enumerate(why, 1)}
    unboxed = " Grey lines in a cell: the same figure with the box bypassed."
    bypassed = UNBOXED in systems and any(suppresses(system) for system in systems)
    wide = quality_against_utility(findings, *_WIDE)
    return {
        "run": run,
        "systems": systems,
        "parts": [(part_text(p).lower(), n) for p, n in Counter(i.part for i in run.items).items()],
        "notices": findings.notices,
        "summary": in_short(findings),
        "legend": "↑ and ↓: higher or lower is better."
        + (unboxed if bypassed else ""),
        "headline": [_line(findings, metric, number, beside=True) for metric in findings.headline],
        "sections": [
            {
                "id": section.title.lower().replace(" ", "-"),
                "title": section.title,
                "note": _NOTES[section.title],
                "parts": [
                    {"title": part_text(part), "rows": [_line(findings, m, number) for m in rows]}
                    for part, rows in section.parts.items()
                ],
            }
            for section in findings.sections
        ],
        "cost": [_cost(findings, m, UNBOXED, number) for m in COSTS if _has(findings, m)],
        "trained": findings.trained,
        "making": [_cost(findings, m, RETRAINED, number) for m in MAKING if _has(findings, m)],
        "workers": {system: list(findings.workers[system].items()) for system in systems},
        "trade_off": wide and {"wide": wide, "narrow": quality_against_utility(findings, *_NARROW)},
        "panels": [(s, drawn, _value(findings, s, "ks_distance"))
                   for s, drawn in truth_ratio_panels(findings)],
        "families": [(f, w) for f, w in _FAMILIES.items() if f in map(family_of, systems)],
        "reasons": list(why.items()),
        "settings": facts(run.settings),
        "environment": facts(run.environment),
        "family": family_of,
        "collapsed": findings.collapsed,
        "unboxed_name": UNBOXED if bypassed else "",
        "dash": DASH,
        "resamples": RESAMPLES,
        "seed": SEED,
    }  # fmt: skip


def _line(
    findings: Findings, metric: str, number: Mapping[str, int], beside: bool = False
) -> _Line:
    counts = {figure.n for s in findings.systems if (figure := findings.of(s, metric)) and figure.n}
    same = f"{counts.pop():,}" if len(counts) == 1 else ""
    cells = {
        s: _cell(findings, s, metric, number, beside, shows_count=not same)
        for s in findings.systems
    }
    part = part_of(metric)
    return _Line(
        label_of(metric), part_text(part).lower() if part else "", ideal_text(metric), same, cells
    )


def _cell(
    findings: Findings,
    system: str,
    metric: str,
    number: Mapping[str, int],
    beside: bool,
    shows_count: bool,
) -> _Cell | None:
    figure = findings.of(system, metric)
    if figure is None:
        return None
    unboxed = findings.beside(system, metric) if beside else None
    return _Cell(
        value=value_text(figure),
        interval=interval_text(figure),
        count=f"{figure.n:,}" if shows_count and figure.n else "",
        unboxed="" if unboxed is None else value_text(unboxed),
        why=number.get(figure.undefined, 0),
        reason=figure.undefined,
        remark="by definition" if by_definition(system, metric) and figure.n else "",
    )


def _cost(findings: Findings, metric: str, against: str, number: Mapping[str, int]) -> _Line:
    """A cost of each system, and how many times that of the system ``against`` it is."""
    line = _line(findings, metric, number)
    base = findings.figures.get(against, {}).get(metric)
    cells: dict[str, _Cell | None] = {}
    for system, cell in line.cells.items():
        figure = findings.of(system, metric)
        ratio = "" if figure is None or base is None else ratio_text(figure.value, base.value)
        cells[system] = cell and replace(cell, ratio=ratio)
    return _Line(line.label, line.part, line.ideal, line.count, cells)


def _has(findings: Findings, metric: str) -> bool:
    return any(findings.of(system, metric) for system in findings.systems)


def _value(findings: Findings, system: str, metric: str) -> str:
    figure = findings.of(system, metric)
    return "" if figure is None or figure.value is None else value_text(figure)
