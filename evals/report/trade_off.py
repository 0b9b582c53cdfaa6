"""Forget quality against model utility: what was forgotten, and at what price, system by system.

Inline SVG, drawn for a given width: text in a picture that is scaled shrinks with it, so a page
holds one for a wide window and one for a phone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evals.metrics.forget_quality import floor
from evals.metrics.measure import UNBOXED
from evals.report.findings import Family, Findings, family_of
from evals.report.svg import element, path, picture, text

__all__ = ["quality_against_utility"]

_SIGNIFICANT = 0.05
_CHARACTER = 6.9  # estimated width at the labels' size
_LINE = 17.0


@dataclass(frozen=True, slots=True)
class _Mark:
    system: str
    family: Family
    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the axes lie, and what they span."""

    left: float
    right: float
    top: float
    bottom: float
    least: float
    most: float
    floor: float

    def x(self, utility: float) -> float:
        share = (utility - self.least) / (self.most - self.least)
        return self.left + share * (self.right - self.left)

    def y(self, p: float) -> float:
        """Twice logarithmic: what lies about .05 and what lies about 1e-200 both have room."""
        depth = math.log1p(-math.log10(max(p, self.floor)))
        return self.top + depth / math.log1p(-math.log10(self.floor)) * (self.bottom - self.top)


def quality_against_utility(findings: Findings, width: float, height: float) -> Markup | None:
    """Systems as points; None where no system has both figures."""
    shown = [s for s in findings.systems if _both(findings, s)]
    if not shown:
        return None
    frame = _frame(findings, shown, width, height)
    marks = [_mark(findings, system, frame) for system in shown]
    parts = [*_ground(frame, width), *_reference_line(findings, frame)]
    for mark in marks:
        if mark.high > mark.low:
            parts.append(path([(mark.low, mark.y), (mark.high, mark.y)], f"whisker {mark.family}"))
    parts += [_symbol(mark) for mark in marks]
    parts += _labels(marks, frame)
    label = "Forget quality (p, twice logarithmic) against model utility, one point for each system"
    return picture(width, height, label, parts, "scatter")


def _both(findings: Findings, system: str) -> bool:
    pair = [findings.of(system, metric) for metric in ("forget_quality", "model_utility")]
    return all(figure is not None and figure.value is not None for figure in pair)


def _value(findings: Findings, system: str, metric: str) -> float:
    figure = findings.of(system, metric)
    if figure is None or figure.value is None:
        raise ValueError(f"{system} has no {metric}; only systems with both are drawn")
    return figure.value


def _frame(findings: Findings, shown: Sequence[str], width: float, height: float) -> _Frame:
    found = [figure for s in shown if (figure := findings.of(s, "model_utility")) is not None]
    ends = [end for f in found for end in (f.low, f.value, f.high) if end is not None]
    least, most = min(ends), max(ends)
    step = 0.1 if most - least > 0.15 else 0.05
    least = max(0.0, math.floor((least - step / 4) / step) * step)
    most = min(1.0, math.ceil((most + step / 4) / step) * step)
    counts = [figure.n for s in shown if (figure := findings.of(s, "forget_quality")) is not None]
    lowest = min(
        floor(max(counts), max(counts)),
        *(_value(findings, system, "forget_quality") or 1.0 for system in shown),
    )
    return _Frame(62, width - 24, 22, height - 52, least, most, min(0.01, lowest))


def _mark(findings: Findings, system: str, frame: _Frame) -> _Mark:
    utility = findings.of(system, "model_utility")
    value = _value(findings, system, "model_utility")
    low = value if utility is None or utility.low is None else utility.low
    high = value if utility is None or utility.high is None else utility.high
    return _Mark(
        system,
        family_of(system),
        frame.x(value),
        frame.y(_value(findings, system, "forget_quality")),
        max(frame.left, frame.x(low)),
        min(frame.right, frame.x(high)),
    )


def _ground(frame: _Frame, width: float) -> list[Markup]:
    """The zone above .05, the axes, their ticks and their names."""
    line = frame.y(_SIGNIFICANT)
    parts = [
        element("rect", x=frame.left, y=frame.top, width=frame.right - frame.left,
                height=line - frame.top, class_="zone"),
        text("not told from the retrained model", frame.left + 8, line - 8, "hint"),
    ]  # fmt: skip
    for p, name in _p_ticks(frame):
        y = frame.y(p)
        parts.append(path([(frame.left, y), (frame.right, y)], "grid"))
        parts.append(text(name, frame.left - 8, y + 4, "tick", "end"))
    steps = round((frame.most - frame.least) / 0.05)
    every = 0.05 * math.ceil(steps / 6)
    ticks = round((frame.most - frame.least) / every)
    for number in range(ticks + 1):
        value = frame.least + number * every
        if value <= frame.most + 1e-9:
            x = frame.x(value)
            parts.append(path([(x, frame.bottom), (x, frame.bottom + 5)], "axis"))
            parts.append(text(f"{value:.2f}", x, frame.bottom + 20, "tick", "middle"))
    parts.append(path([(frame.left, frame.bottom), (frame.right, frame.bottom)], "axis"))
    middle = (frame.left + frame.right) / 2
    parts.append(text("Model utility →", middle, frame.bottom + 42, "name", "middle"))
    parts.append(text("↑ Forget quality (p)", 4, 12, "name"))
    return parts


def _p_ticks(frame: _Frame) -> list[tuple[float, str]]:
    """Powers of ten with room between them, the level of .05, and the floor."""
    wanted = [(1.0, "1"), (_SIGNIFICANT, "0.05"), (frame.floor, f"{frame.floor:.0e}")]
    for exponent in (-3, -6, -12, -25, -50, -100, -200):
        wanted.append((10.0**exponent, f"1e{exponent}"))
    kept: list[tuple[float, str]] = []
    for p, name in wanted:
        apart = all(abs(frame.y(p) - frame.y(other)) >= 18 for other, _ in kept)
        if p >= frame.floor and apart:
            kept.append((p, name))
    return kept


def _reference_line(findings: Findings, frame: _Frame) -> list[Markup]:
    """Where the unboxed product's utility lies: right of it nothing is lost."""
    figure = findings.figures.get(UNBOXED, {}).get("model_utility")
    if figure is None or figure.value is None:
        return []
    x = frame.x(figure.value)
    return [path([(x, frame.top), (x, frame.bottom)], "reference")]


def _symbol(mark: _Mark) -> Markup:
    """A shape for each family, so that colour is never the only sign."""
    x, y, class_ = mark.x, mark.y, f"mark {mark.family}"
    if mark.family == "retrained":
        return path([(x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y), (x, y - 7)], class_)
    if mark.family == "baseline":
        return element("rect", x=x - 5, y=y - 5, width=10, height=10, class_=class_)
    if mark.family == "other":
        return path([(x, y - 6), (x + 6.5, y + 5), (x - 6.5, y + 5), (x, y - 6)], class_)
    return element("circle", cx=x, cy=y, r=5.5, class_=class_)


def _labels(marks: Sequence[_Mark], frame: _Frame) -> list[Markup]:
    """Names beside their points, moved apart where they would overlap, then with a line."""
    taken = [(mark.x - 8, 16.0, mark.y + 4) for mark in marks]
    parts: list[Markup] = []
    for mark in sorted(marks, key=lambda mark: (mark.y, mark.x)):
        wide = len(mark.system) * _CHARACTER
        right = mark.x + 12 + wide <= frame.right + 20
        left = mark.x + 12 if right else mark.x - 12 - wide
        y = _free(taken, left, wide, mark.y + 4, frame)
        taken.append((left, wide, y))
        if abs(y - mark.y - 4) > 5:
            end = left - 2 if right else left + wide + 2
            parts.append(path([(mark.x, mark.y), (end, y - 4)], "leader"))
        anchor = "start" if right else "end"
        parts.append(text(mark.system, left if right else left + wide, y, "label", anchor))
    return parts


def _free(
    taken: Sequence[tuple[float, float, float]], left: float, wide: float, y: float, frame: _Frame
) -> float:
    """The nearest height where a label meets no other, below or above."""

    def meets(at: float) -> bool:
        return any(
            abs(at - other) < _LINE and left < start + width + 4 and start < left + wide + 4
            for start, width, other in taken
        )

    for step in range(40):
        for at in (y + step * 4, y - step * 4):
            if frame.top + 4 <= at <= frame.bottom and not meets(at):
                return at
    return y
