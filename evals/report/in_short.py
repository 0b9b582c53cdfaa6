"""The overview in a few sentences, made of the figures alone: who passes, who leaks, who refuses.

in_short(findings)[0]
->  "Cannot be told from the retrained model at the level of 0.05: box (p = 0.135)."
"""

from __future__ import annotations

from collections.abc import Sequence

from evals.metrics.measure import UNBOXED
from evals.report.findings import Findings, family_of, suppresses
from evals.report.numbers import value_text

__all__ = ["in_short"]

_LEVEL = 0.05


def in_short(findings: Findings) -> list[str]:
    """At most five sentences; none about what the run does not measure."""
    return [
        sentence
        for sentence in (
            _told_apart(findings),
            _with_rate(findings, "forget/verbatim_leak", "Gave forgotten answers word for word"),
            _with_rate(findings, "retain/false_refusal_rate", "Answered retained questions worse"),
            _utility(findings),
            _collapsed(findings),
        )
        if sentence
    ]


def _told_apart(findings: Findings) -> str:
    measured = _values(findings, "forget_quality", _tested(findings))
    if not measured:
        return ""
    unboxed = findings.figures.get(UNBOXED, {}).get("forget_quality")
    if unboxed is not None and unboxed.value is not None and unboxed.value > _LEVEL:
        return (
            f"Forget quality tells nothing here: over {unboxed.n} items the unboxed product itself "
            f"cannot be told from the retrained model (p\u00a0=\u00a0{value_text(unboxed)})."
        )
    passing = [(s, value) for s, value in measured if value > _LEVEL]
    if not passing:
        return "Every system under test can be told from the retrained model (p at most 0.05)."
    named = _each(findings, "forget_quality", passing, "p\u00a0=\u00a0")
    return f"Cannot be told from the retrained model at the level of 0.05: {named}."


def _with_rate(findings: Findings, metric: str, words: str) -> str:
    measured = _values(findings, metric, _tested(findings))
    if not measured:
        return ""
    some = [(system, value) for system, value in measured if value > 0]
    if not some:
        return f"{words}: none of {len(measured)} systems."
    none = [system for system, value in measured if value == 0]
    rest = f"; never: {', '.join(none)}" if none else ""
    return f"{words}: {_each(findings, metric, some)}{rest}."


def _utility(findings: Findings) -> str:
    base = findings.figures.get(UNBOXED, {}).get("model_utility")
    hiding = [s for s in _tested(findings) if suppresses(s)]
    measured = _values(findings, "model_utility", hiding)
    if base is None or base.value is None or not measured:
        return ""
    system, value = min(measured, key=lambda pair: pair[1])
    return (
        f"Model utility is {base.value:.3f} unboxed; the lowest of those that suppress is "
        f"{value:.3f} ({system})."
    )


def _collapsed(findings: Findings) -> str:
    if not findings.collapsed:
        return ""
    return f"Collapsed, so not ranked: {', '.join(findings.collapsed)}."


def _tested(findings: Findings) -> list[str]:
    """Those under test that still answer: one that collapsed is ranked with no other."""
    tested = [s for s in findings.systems if family_of(s) not in {"unboxed", "retrained"}]
    return [s for s in tested if s not in findings.collapsed]


def _values(findings: Findings, metric: str, systems: Sequence[str]) -> list[tuple[str, float]]:
    pairs = [(system, findings.of(system, metric)) for system in systems]
    return [(s, figure.value) for s, figure in pairs if figure and figure.value is not None]


def _each(
    findings: Findings, metric: str, pairs: Sequence[tuple[str, float]], before: str = ""
) -> str:
    figures = [(system, findings.of(system, metric)) for system, _ in pairs]
    return ", ".join(f"{s} ({before}{value_text(figure)})" for s, figure in figures if figure)
