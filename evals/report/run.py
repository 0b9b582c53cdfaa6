"""A finished run, as it is handed over for its report.

One value holds all that a report is made of:

    Run("tofu-forget10", "10", items, {"original": records, "box": others}, settings, environment,
        "boxed-evals compare --suite tofu --forget 10 --systems original,box")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evals.records import Figure, Item, Record

__all__ = ["Run"]


@dataclass(frozen=True, slots=True)
class Run:
    """What every system made of the same items, and what it takes to do it again.

    ``settings`` and ``environment`` may nest; their values are shown as text. ``environment`` holds
    versions, the machine, digests of weights and policies, and seeds. ``limited`` is the most items
    of each part that a quick look asked for, None for a whole run. ``notes`` are sentences of the
    suite for the reader. ``making`` holds what each system that was trained cost to make,
    ``sampled`` the figures of replies that were drawn.
    """

    suite: str
    forget: str
    items: tuple[Item, ...]
    records: Mapping[str, tuple[Record, ...]]
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    environment: Mapping[str, Any] = field(default_factory=dict[str, Any])
    command: str = ""
    limited: int | None = None
    notes: tuple[str, ...] = ()
    making: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict[str, tuple[Figure, ...]])
    sampled: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict[str, tuple[Figure, ...]])

    def __post_init__(self) -> None:
        """Raise ValueError for a run without items or without systems."""
        if not self.items or not self.records:
            raise ValueError(
                f"run of '{self.suite}': {len(self.items)} items, {len(self.records)} systems; "
                "give at least one of each"
            )

    @property
    def title(self) -> str:
        """The suite's name with its forget split."""
        forget = str(self.forget or "")
        if not forget or forget in self.suite:
            return self.suite
        return f"{self.suite} forget{forget}"
