"""The truth ratios behind forget quality: each system's distribution over the retrained model's.

Forget quality is a test of how far apart these two curves are; where they part says why.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from evals.metrics.forget_quality import FORGET
from evals.metrics.measure import RETRAINED, cases_of
from evals.metrics.outcomes import measured
from evals.metrics.truth_ratio import ratio_of
from evals.report.findings import Findings, family_of
from evals.report.svg import path, picture, text

__all__ = ["truth_ratio_panels"]

_PANEL = (230.0, 150.0)
_MOST_DECADES = 3  # what lies beyond 1/1000 and 1000 is drawn at the edge


def truth_ratio_panels(findings: Findings) -> list[tuple[str, Markup]]:
    """For each system, the distribution of R on the forget set over the retrained model's."""
    run = findings.run
    cases = cases_of(run.items, {system: run.records[system] for system in findings.systems})
    ratios: dict[str, list[float]] = {}
    for system, case in cases.items():
        found = measured(case.outcomes.get(FORGET, ()), ratio_of)
        if found is not None and not found.undefined:
            ratios[system] = sorted(found.numbers)
    reference = ratios.get(RETRAINED)
    shown = [s for s in findings.systems if s in ratios and s != RETRAINED]
    decades = _decades(ratios.values())
    return [(system, _panel(system, ratios[system], reference, decades)) for system in shown]


def _decades(samples: Iterable[Sequence[float]]) -> int:
    """How many powers of ten to each side of 1 hold all but the outermost hundredth."""
    every = sorted(_depth(value) for sample in samples for value in sample)
    if not every:
        return 1
    edge = len(every) // 100
    reach = max(-every[edge], every[-1 - edge])
    return min(_MOST_DECADES, max(1, math.ceil(reach)))


def _depth(ratio: float) -> float:
    return math.log10(max(ratio, 10.0**-_MOST_DECADES))


def _panel(
    system: str, ratios: Sequence[float], reference: Sequence[float] | None, decades: int
) -> Markup:
    """One system's curve over the reference's, from ``10**-decades`` to ``10**decades``."""
    width, height = _PANEL
    left, right, top, bottom = 30.0, width - 8, 8.0, height - 22

    def steps(values: Sequence[float]) -> list[tuple[float, float]]:
        """The empirical distribution function as a staircase."""
        points = [(left, bottom)]
        for number, value in enumerate(values, 1):
            share = (max(-decades, min(_depth(value), decades)) + decades) / (2 * decades)
            x = left + share * (right - left)
            points.append((x, points[-1][1]))
            points.append((x, bottom - number / len(values) * (bottom - top)))
        return [*points, (right, top)]

    parts = [path([(left, bottom), (right, bottom)], "axis")]
    for decade, anchor in ((-decades, "start"), (0, "middle"), (decades, "end")):
        x = left + (decade + decades) / (2 * decades) * (right - left)
        parts.append(path([(x, top), (x, bottom)], "grid"))
        name = f"{10.0**decade:g}" if decade else "R = 1"
        parts.append(text(name, x, bottom + 16, "tick", anchor))
    for share, name in ((0.0, "0"), (1.0, "1")):
        parts.append(text(name, left - 6, bottom - share * (bottom - top) + 4, "tick", "end"))
    if reference:
        parts.append(path(steps(reference), "curve retrained"))
    parts.append(path(steps(ratios), f"curve {family_of(system)}"))
    label = f"Distribution of truth ratios on the forget set: {system}"
    return picture(width, height, label, parts, "panel")
