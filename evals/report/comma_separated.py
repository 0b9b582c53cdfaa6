"""The report as CSV: one line for each figure of each system, at full precision.

suite,forget,limited,system,part,metric,value,low,high,n,unboxed,undefined
tofu-forget10,10,,box-pretend,forget,rouge,0.0431,0.0377,0.0488,400,0.9912,
"""

from __future__ import annotations

import csv
import io

from evals.metrics.names import metric_of, part_of
from evals.report.findings import Findings

__all__ = ["COLUMNS", "as_csv"]

COLUMNS = ("suite", "forget", "limited", "system", "part", "metric", "value", "low", "high", "n",
           "unboxed", "undefined")  # fmt: skip


def as_csv(findings: Findings) -> str:
    """The table with its head; numbers as Python writes them, nothing where there is none."""
    out, run = io.StringIO(), findings.run
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(COLUMNS)
    for system in findings.systems:
        for figure in findings.figures[system].values():
            unboxed = findings.beside(system, figure.metric)
            lines.writerow(
                [run.suite, run.forget, run.limited, system, part_of(figure.metric),
                 metric_of(figure.metric), figure.value, figure.low, figure.high, figure.n,
                 None if unboxed is None else unboxed.value, figure.undefined]
            )  # fmt: skip
    return out.getvalue()
