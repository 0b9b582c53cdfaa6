"""How the numbers of a report are written: few digits, aligned, and a dash where there is none.

A number is as long as its kind needs, and the same everywhere:

    value_text(Figure("forget/rouge", .41234, n=400))     ->  "0.412"
    value_text(Figure("forget_quality", 1.9e-23, n=40))   ->  "1.9e-23"
"""

from __future__ import annotations

from evals.metrics.names import name_of, part_of, wants
from evals.records import Figure

__all__ = ["DASH", "full_label", "ideal_text", "interval_text", "label_of", "part_text",
           "ratio_text", "value_text"]  # fmt: skip

DASH = "–"  # noqa: RUF001  (an en dash, as tables print it)
_IDEALS = {"high": "↑", "low": "↓", "half": "→ 0.5", "zero": "→ 0", "retrained": "≈ retrain"}
_PARTS = {"mmlu": "MMLU", "wmdp": "WMDP, all parts", "": "The whole suite"}


def _number(value: float, form: str) -> str:
    if form == "p":
        return "1" if value == 1 else f"{value:.3f}" if value >= 0.001 else f"{value:.1e}"
    if form == "percent":
        return f"{value:.1f}"
    if form == "whole":
        return f"{value:,.0f}"
    if form == "count":
        return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    return f"{value:.3f}"


def value_text(figure: Figure) -> str:
    """A figure's value."""
    return DASH if figure.value is None else _number(figure.value, name_of(figure.metric).form)


def interval_text(figure: Figure) -> str:
    """A figure's interval, empty where it has none."""
    if figure.low is None or figure.high is None:
        return ""
    form = name_of(figure.metric).form
    separator = " to " if figure.low < 0 else DASH
    return f"{_number(figure.low, form)}{separator}{_number(figure.high, form)}"


def ratio_text(value: float | None, base: float | None) -> str:
    """How many times the base a value is, empty where that says nothing."""
    return "" if value is None or not base else f"×{value / base:.2f}"  # noqa: RUF001


def label_of(metric: str) -> str:
    """A figure's label without its part."""
    return name_of(metric).label


def part_text(part: str) -> str:
    """A part's name as people write it."""
    return _PARTS.get(part, part.replace("_", " ").capitalize())


def ideal_text(metric: str) -> str:
    """Where a figure's ideal lies, in a sign."""
    return _IDEALS[wants(metric)]


def full_label(metric: str) -> str:
    """A figure's label with its part: ROUGE-L recall, forget."""
    part = part_of(metric)
    return label_of(metric) if not part else f"{label_of(metric)}, {part_text(part).lower()}"
