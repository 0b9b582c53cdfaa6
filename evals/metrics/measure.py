"""From the records of a run to its figures: every metric there is, in one explicit list.

    measure(items, {"original": ..., "retrain": ..., "box": ...})["box"][0].metric

A metric is one file with pure functions and one ``figures(case)``, and one line in METRICS. A
figure is named ``part/metric``, or by the metric alone where it concerns the whole suite.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from evals.metrics import (
    choices,
    collapse,
    cost,
    exact_strings,
    forget_quality,
    leaks,
    membership,
    memorisation,
    muse,
    refusals,
    rouge,
    streisand,
    truth_ratio,
    utility,
)
from evals.metrics.outcomes import Case, Embed, outcomes_of
from evals.metrics.vectors import sentence_embedder
from evals.records import Figure, Item, Record

__all__ = ["METRICS", "RETRAINED", "UNBOXED", "cases_of", "measure"]

RETRAINED = "retrain"
"""The system that stands as reference: the model that never saw the forget set."""

UNBOXED = "original"
"""The product with the box bypassed."""

METRICS: tuple[Callable[[Case], list[Figure]], ...] = (
    forget_quality.figures,
    utility.figures,
    rouge.figures,
    truth_ratio.figures,
    memorisation.figures,
    leaks.figures,
    refusals.figures,
    exact_strings.figures,
    collapse.figures,
    membership.figures,
    streisand.figures,
    choices.figures,
    muse.figures,
    cost.figures,
)


def measure(
    items: Sequence[Item], records: Mapping[str, Sequence[Record]], embed: Embed | None = None
) -> dict[str, tuple[Figure, ...]]:
    """The figures of every system, in the order of METRICS.

    ``embed`` gives sentence vectors; the packaged MiniLM where a metric needs one and none is
    given. Raises ValueError for records that do not belong to the items.
    """
    return {
        system: tuple(figure for metric in METRICS for figure in metric(case))
        for system, case in cases_of(items, records, embed).items()
    }


def cases_of(
    items: Sequence[Item], records: Mapping[str, Sequence[Record]], embed: Embed | None = None
) -> dict[str, Case]:
    """Each system's outcomes beside those of the retrained and of the unboxed model."""
    outcomes = {system: outcomes_of(items, found) for system, found in records.items()}
    return {
        system: Case(found, outcomes.get(RETRAINED), outcomes.get(UNBOXED), embed or _sentences)
        for system, found in outcomes.items()
    }


_embedder = cache(sentence_embedder)


def _sentences(texts: Sequence[str]) -> Any:
    # Most suites embed nothing: the model is loaded at the first text.
    return _embedder()(texts)
