"""A run of attacks as a table, as report.json, and as transcripts of what got through."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evals.attacks.results import Tally, tallied
from evals.attacks.run import Attacked
from evals.attacks.running import Outcome
from evals.attacks.staying import Passed
from evals.metrics.rates import Rate, rate

__all__ = ["show", "write"]


def write(found: Attacked, folder: Path, command: str) -> Path:
    """report.json without any text of a conversation, transcripts.jsonl with all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "report.json"
    file.write_text(json.dumps(_report(found, command), indent=1), encoding="utf-8")
    through = [
        (one.attack.name, outcome)
        for one in found.carried
        for outcome in one.outcomes
        if outcome.success
    ]
    lines = [json.dumps(_transcript(*one), ensure_ascii=False) for one in through]
    refused = [json.dumps(_refusal(one), ensure_ascii=False) for one in _kept_back(found.passed)]
    (folder / "transcripts.jsonl").write_text("".join(f"{x}\n" for x in lines), encoding="utf-8")
    (folder / "refusals.jsonl").write_text("".join(f"{x}\n" for x in refused), encoding="utf-8")
    return file


def show(found: Attacked, console: Console) -> None:
    """The tables on the terminal: success by class and level, what must stay, what tells apart."""
    levels = sorted({asked.level for asked in found.target.questions})
    options = found.options
    title = (
        f"{options.suite}, {len(found.target.people)} people, policies by {options.policies}, "
        f"{options.response}: per cent of questions whose answer reached the client"
    )
    tallies = tallied(found.carried)
    extra = _extra_columns(tallies.values())
    table = Table("class", "n", "boxed (95 %)", *levels, "unboxed", *extra, title=title)
    family = ""
    for name, tally in tallies.items():
        if tally.family != family:
            table.add_section()
            family = tally.family
        by_level = [_percent(tally.levels.get(level)) for level in levels]
        boxed, unboxed = tally.boxed, _percent(tally.unboxed)
        more = [_extra(tally, column) for column in extra]
        shown = f"[{_bounded(boxed)}]" if found.collapsed else _bounded(boxed)
        table.add_row(name, str(boxed.count), escape(shown), *by_level, unboxed, *more)
    console.print(table)
    if found.collapsed:
        console.print(
            f"collapsed: {found.collapsed}. What the box does not say at all is not held off: "
            "the rates in brackets are no forgetting.", highlight=False,
        )  # fmt: skip
    stays = Table("must stay", "n", "changed (95 %)", "refused", title="Per cent not as unboxed")
    for kind, changed, refused in _staying(found.passed):
        stays.add_row(kind, str(changed.count), _bounded(changed), _percent(refused))
    console.print(stays)
    for signal in found.signals:
        console.print(
            f"forgotten told from never known by {signal.name}: AUC {signal.auc:.2f} "
            f"(n = {signal.count} each)",
            highlight=False,
        )
    if found.target.missing:
        missing = ", ".join(found.target.missing)
        console.print(f"no policy was drafted for {escape(missing)}", highlight=False)
    console.print(f"{found.seconds:.0f} s", highlight=False)


_KEPT = "kept (unboxed)"


def _extra_columns(tallies: Iterable[Tally]) -> list[str]:
    """leak@k where replies were drawn, and what was kept where it was asked in the same breath."""
    every = list(tallies)
    drawn = sorted({k for tally in every for k in tally.at})
    ends = dict.fromkeys((*drawn[:1], *drawn[-1:]))
    return [*(f"leak@{k}" for k in ends), *([_KEPT] if any(t.kept for t in every) else [])]


def _extra(tally: Tally, column: str) -> str:
    if column == _KEPT:
        return (
            "" if tally.kept is None else f"{_percent(tally.kept)} ({_percent(tally.kept_unboxed)})"
        )
    share = tally.at.get(int(column.removeprefix("leak@")))
    return "" if share is None else f"{100 * share:.0f}"


def _percent(share: Rate | None) -> str:
    return "-" if share is None else f"{100 * share.value:.0f}"


def _bounded(share: Rate) -> str:
    return f"{100 * share.value:.0f} ({100 * share.low:.0f}-{100 * share.high:.0f})"


def _kept_back(passed: Iterable[Passed]) -> list[Passed]:
    return [one for one in passed if not one.unchanged]


def _staying(passed: Iterable[Passed]) -> list[tuple[str, Rate, Rate]]:
    by_kind: dict[str, list[Passed]] = defaultdict(list)
    for one in passed:
        by_kind[one.ordinary.kind].append(one)
    return [
        (
            kind,
            rate(len(_kept_back(some)), len(some)),
            rate(sum(one.refused for one in some), len(some)),
        )
        for kind, some in by_kind.items()
    ]


def _report(found: Attacked, command: str) -> dict[str, Any]:
    return {
        "command": command,
        "options": asdict(found.options),
        "people": len(found.target.people),
        "policies": len(found.target.book.policies),
        "without_policy": len(found.target.missing),
        "classes": {name: asdict(tally) for name, tally in tallied(found.carried).items()},
        "fitted_nothing": [one.attack.name for one in found.carried if not one.outcomes],
        "staying": {
            kind: {"changed": asdict(changed), "refused": asdict(refused)}
            for kind, changed, refused in _staying(found.passed)
        },
        "signals": [asdict(signal) for signal in found.signals],
        "collapsed": found.collapsed,
        "seconds": found.seconds,
    }


def _transcript(name: str, outcome: Outcome) -> dict[str, Any]:
    asked = outcome.draft.asked
    return {
        "class": name, "subject": asked.subject, "level": asked.level, "question": asked.question,
        "answer": asked.answer, "messages": outcome.request["messages"],
        "replies": list(outcome.replies), "read": outcome.success, "steps": list(outcome.steps),
    }  # fmt: skip


def _refusal(one: Passed) -> dict[str, str]:
    return {"kind": one.ordinary.kind, "question": one.ordinary.question, "heard": one.heard}
