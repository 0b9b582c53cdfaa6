"""What changed between two reports: figures, replies, systems, settings and environment.

    as_text(difference(load(Path("runs/a")), load(Path("runs/b"))))

Figures are compared at full precision. A change is marked where both intervals lie apart: that is
stricter than a test at 5 %, and no p-value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evals.metrics.names import NAMES, metric_of
from evals.records import Figure
from evals.report.facts import facts
from evals.report.kept import Kept
from evals.report.markdown import table
from evals.report.numbers import full_label, interval_text, value_text

__all__ = ["Change", "Difference", "as_text", "difference"]

_NAMED = 8  # items that are named before the rest is counted


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of one system in both reports; None where a report has no such figure."""

    system: str
    metric: str
    before: Figure | None
    after: Figure | None

    @property
    def apart(self) -> bool:
        """Do both have intervals, and do these not overlap?"""
        a, b = self.before, self.after
        if a is None or b is None or a.low is None or b.low is None:
            return False
        return a.high is not None and b.high is not None and (a.high < b.low or b.high < a.low)


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs. ``replies`` holds, by system, the items answered otherwise.

    ``asked`` counts the items that both reports hold a system's record of.
    """

    facts: tuple[tuple[str, str, str], ...]
    systems: tuple[tuple[str, ...], tuple[str, ...]]
    items: tuple[int, int]
    figures: tuple[Change, ...]
    compared: int
    replies: Mapping[str, tuple[str, ...]]
    asked: Mapping[str, int]

    @property
    def none(self) -> bool:
        """Are the two reports the same?"""
        changed = self.facts or self.figures or any(self.systems) or any(self.items)
        return not changed and not any(self.replies.values())


def difference(before: Kept, after: Kept) -> Difference:
    """Compare two reports, of the same suite or not."""
    both = [system for system in before.systems if system in after.figures]
    changes = [change for system in both for change in _figures(before, after, system)]
    replies = {system: _replies(before, after, system) for system in both}
    return Difference(
        facts=tuple(_facts(before, after)),
        systems=(
            tuple(system for system in before.systems if system not in both),
            tuple(system for system in after.systems if system not in both),
        ),
        items=(
            len(set(before.items) - set(after.items)),
            len(set(after.items) - set(before.items)),
        ),
        figures=tuple(change for change in changes if change.before != change.after),
        compared=len(changes),
        replies={system: changed for system, (changed, _) in replies.items()},
        asked={system: asked for system, (_, asked) in replies.items()},
    )


def as_text(found: Difference) -> str:
    """The difference as Markdown, readable as it is."""
    if found.none:
        return (
            f"No difference: {found.compared} figures, all replies, settings and environment are "
            "the same.\n"
        )
    blocks: list[str] = []
    for word, systems in zip(("Only before", "Only after"), found.systems, strict=True):
        if systems:
            blocks.append(f"{word}: {', '.join(systems)}.")
    if any(found.items):
        blocks.append(f"Items only before: {found.items[0]}, only after: {found.items[1]}.")
    if found.facts:
        blocks += ["## Settings and environment", table(("what", "before", "after"), found.facts)]
    blocks.append(f"## Figures: {len(found.figures)} of {found.compared} changed")
    if found.figures:
        head = ("system", "metric", "before", "after", "change", "intervals apart")
        blocks.append(table(head, [_row(change) for change in found.figures]))
    blocks.append("## Replies")
    blocks.append("\n".join(_reply_line(found, system) for system in found.replies))
    return "\n\n".join(blocks) + "\n"


def _facts(before: Kept, after: Kept) -> list[tuple[str, str, str]]:
    def of(kept: Kept) -> dict[str, str]:
        own = {"suite": kept.suite, "forget": kept.forget, "limited": kept.limited,
               "command": kept.command, "notes": kept.notes}  # fmt: skip
        return dict(facts({**own, "settings": kept.settings, "environment": kept.environment}))

    old, new = of(before), of(after)
    return [
        (name, old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def _figures(before: Kept, after: Kept, system: str) -> list[Change]:
    old, new = before.figures[system], after.figures[system]
    return [
        Change(system, metric, old.get(metric), new.get(metric))
        for metric in dict.fromkeys((*old, *new))
    ]


def _replies(before: Kept, after: Kept, system: str) -> tuple[tuple[str, ...], int]:
    old = dict(zip(before.items, before.replies.get(system, ()), strict=False))
    new = dict(zip(after.items, after.replies.get(system, ()), strict=False))
    shared = [item for item, reply in old.items() if reply and new.get(item)]
    return tuple(item for item in shared if old[item] != new[item]), len(shared)


def _row(change: Change) -> tuple[str, ...]:
    before, after = change.before, change.after
    moved = ""
    if before and after and before.value is not None and after.value is not None:
        moved = f"{after.value - before.value:+.3g}"
    known = metric_of(change.metric) in NAMES
    return (
        change.system,
        full_label(change.metric) if known else change.metric,
        _figure(before, known),
        _figure(after, known),
        moved,
        "yes" if change.apart else "",
    )


def _figure(figure: Figure | None, known: bool) -> str:
    if figure is None:
        return "not measured"
    if figure.value is None:
        return f"undefined: {figure.undefined}"
    if not known:
        return f"{figure.value:.4g} (n = {figure.n})"
    interval = interval_text(figure)
    return f"{value_text(figure)} ({f'{interval}, ' if interval else ''}n = {figure.n})"


def _reply_line(found: Difference, system: str) -> str:
    changed = found.replies[system]
    line = f"- {system}: {len(changed)} of {found.asked[system]} differ"
    if not changed:
        return line
    more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
    return f"{line}: {', '.join(changed[:_NAMED])}{more}"
