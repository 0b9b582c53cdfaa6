"""The curve of recall against false alarms, and the threshold that a share of alarms allows.

recall_at([0.9, 0.4], [0.5, 0.1], 0.5).threshold    ->  just above 0.1
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evals.metrics.rates import Rate, rate

__all__ = ["Point", "curve", "recall_at"]


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold: what is caught of the topic at or above it, and what of everything else."""

    threshold: float
    recall: Rate
    false_alarms: Rate


def recall_at(topic: Sequence[float], others: Sequence[float], share: float) -> Point:
    """The lowest threshold at which at most ``share`` of ``others`` are touched."""
    ranked = sorted(others, reverse=True)
    allowed = int(share * len(ranked))
    # Above the first value that may not pass, so that equal values fall together.
    threshold = math.nextafter(ranked[allowed], math.inf) if allowed < len(ranked) else -math.inf
    return _point(topic, others, threshold)


def curve(
    topic: Sequence[float], others: Sequence[float], shares: Sequence[float]
) -> tuple[Point, ...]:
    """One point for each false-alarm rate of ``shares``."""
    return tuple(recall_at(topic, others, share) for share in shares)


def _point(topic: Sequence[float], others: Sequence[float], threshold: float) -> Point:
    caught = sum(value >= threshold for value in topic)
    touched = sum(value >= threshold for value in others)
    return Point(threshold, rate(caught, len(topic)), rate(touched, len(others)))
