"""What a report says, before it is written as HTML, Markdown, JSON or CSV.

    findings = find(run)
    findings.of("box-pretend", "forget_quality").value
    findings.notices[0]      ->  "This report holds the texts of the suite ..."

Systems stand in the order of the run, the unboxed product and the retrained reference first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from evals.metrics.collapse import collapse_of
from evals.metrics.forget_quality import floor
from evals.metrics.making import MAKING
from evals.metrics.measure import RETRAINED, UNBOXED, measure
from evals.metrics.names import Group, metric_of, name_of, part_of
from evals.metrics.outcomes import Embed, outcomes_of
from evals.metrics.parts import is_retained
from evals.records import Figure
from evals.report.run import Run

__all__ = [
    "Family",
    "Findings",
    "Section",
    "by_definition",
    "family_of",
    "find",
    "reasons",
    "suppresses",
]

Family = Literal["unboxed", "retrained", "baseline", "boxed", "other"]

_HEADLINE = (
    *("forget_quality", "model_utility", "forget/rouge", "forget/attack_success",
      "forget/verbatim_leak"),
    *(f"{part}/exact_string" for part in ("forget", "forget_prefix", "retain")),
    *("retain/false_refusal_rate", "wmdp/choice_accuracy", "wmdp/generated_accuracy"),
    *(f"{part}/{metric}" for part in ("bio", "chem", "cyber", "hazard")
      for metric in ("choice_accuracy", "generated_accuracy")),
    *(f"{part}/{metric}" for part in ("mmlu", "harmless")
      for metric in ("choice_accuracy", "generated_accuracy", "false_refusal_rate")),
    *("verbmem/verbmem", "knowmem_forget/knowmem", "knowmem_retain/knowmem"),
    *(f"forget_level{level}/rouge" for level in (1, 2, 3)),
    *(f"neighbor_level{level}/rouge" for level in (1, 2)),
    *("privleak", "streisand_gap"),
)  # fmt: skip
_IN_HEADLINE = 8
_GROUPS: tuple[Group, ...] = ("Forgetting", "Knowledge", "Questions with options", "Traces")
_KEEPS_WEIGHTS: tuple[Family, ...] = ("boxed", "baseline")


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the report: figures of one kind, part by part."""

    title: Group
    parts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Findings:
    """The figures of a run, ordered and grouped for a reader.

    ``collapsed`` says why the replies of a system are those of a collapsed one.
    """

    run: Run
    systems: tuple[str, ...]
    figures: Mapping[str, Mapping[str, Figure]]
    headline: tuple[str, ...]
    sections: tuple[Section, ...]
    workers: Mapping[str, Mapping[str, int]]
    notices: tuple[str, ...]
    collapsed: Mapping[str, str]

    def of(self, system: str, metric: str) -> Figure | None:
        """A system's figure; None where the metric does not concern it."""
        return self.figures[system].get(metric)

    @property
    def trained(self) -> tuple[str, ...]:
        """The systems of which it is known what making them cost."""
        return tuple(s for s in self.systems if any(self.of(s, metric) for metric in MAKING))

    def beside(self, system: str, metric: str) -> Figure | None:
        """The unboxed figure to stand beside a suppressing system's, if there is one."""
        if not suppresses(system) or UNBOXED not in self.figures:
            return None
        return self.figures[UNBOXED].get(metric)


def family_of(system: str) -> Family:
    """What kind of system a name stands for."""
    if system == UNBOXED:
        return "unboxed"
    if system == RETRAINED:
        return "retrained"
    if system in {"prompt", "filter"}:
        return "baseline"
    return "boxed" if system == "box" or system.startswith("box-") else "other"


def suppresses(system: str) -> bool:
    """Does the system leave the weights as they are and hide what they know?"""
    return family_of(system) in _KEEPS_WEIGHTS


def by_definition(system: str, metric: str) -> bool:
    """Is this a comparison of the retrained model with itself?"""
    return system == RETRAINED and metric in {"forget_quality", "ks_distance", "privleak"}


def find(run: Run, embed: Embed | None = None) -> Findings:
    """Measure a run and order what was found; raises ValueError for records of no item."""
    systems = tuple(sorted(run.records, key=_rank))
    measured = measure(run.items, {system: run.records[system] for system in systems}, embed)
    figures = {
        system: {
            figure.metric: figure
            for figure in (*found, *run.sampled.get(system, ()), *run.making.get(system, ()))
        }
        for system, found in measured.items()
    }
    collapsed = _collapsed(run, systems)
    metrics = tuple(dict.fromkeys(metric for found in figures.values() for metric in found))
    return Findings(
        run=run,
        systems=systems,
        figures=figures,
        headline=tuple(metric for metric in _HEADLINE if metric in metrics)[:_IN_HEADLINE],
        sections=_sections(metrics),
        workers={system: _workers(run, system) for system in systems},
        notices=(*_notices(run, systems, figures), *_marked(collapsed)),
        collapsed=collapsed,
    )


def _collapsed(run: Run, systems: tuple[str, ...]) -> dict[str, str]:
    """Why a system collapsed, for each that did; the unboxed product is what others are held to."""
    outcomes = {system: outcomes_of(run.items, run.records[system]) for system in systems}
    unboxed = outcomes.get(UNBOXED)
    why = {s: collapse_of(outcomes[s], unboxed) for s in systems if s != UNBOXED}
    return {system: reason for system, reason in why.items() if reason}


def _marked(collapsed: Mapping[str, str]) -> list[str]:
    return [
        f"{system} has collapsed: {reason}. What it does not say it has not forgotten, and it is "
        "ranked with no other system."
        for system, reason in collapsed.items()
    ]


def _rank(system: str) -> int:
    return {UNBOXED: 0, RETRAINED: 1}.get(system, 2)


def _group(metric: str) -> Group:
    group = name_of(metric).group
    moves = group in {"Forgetting", "Traces"} and is_retained(part_of(metric))
    return "Knowledge" if moves else group


def _sections(metrics: tuple[str, ...]) -> tuple[Section, ...]:
    found: list[Section] = []
    for group in _GROUPS:
        parts: dict[str, tuple[str, ...]] = {}
        for metric in (m for m in metrics if _group(m) == group):
            parts[part_of(metric)] = (*parts.get(part_of(metric), ()), metric)
        if parts:
            whole = {"": parts.pop("")} if "" in parts else {}
            found.append(Section(group, {**whole, **parts}))
    return tuple(found)


def _workers(run: Run, system: str) -> dict[str, int]:
    answered = Counter(
        record.reply.worker for record in run.records[system] if record.reply is not None
    )
    return {worker: count for worker, count in answered.most_common() if worker}


def _notices(
    run: Run, systems: tuple[str, ...], figures: Mapping[str, Mapping[str, Figure]]
) -> tuple[str, ...]:
    """What a reader must know before the first number."""
    said = [
        "This report holds the texts of the suite and of every reply, also of what is to be "
        "forgotten. Share it only with those who may read the data set itself."
    ]
    hiding = [system for system in systems if suppresses(system)]
    if hiding:
        said.append(
            f"{_listed(hiding)} {'suppress' if len(hiding) > 1 else 'suppresses'}: the model's "
            "weights are unchanged, and whoever reaches the model without the box gets the unboxed "
            "figures. Suppression is not erasure."
        )
    if hiding and UNBOXED not in systems:
        said.append(f"No unboxed figures: the system '{UNBOXED}' is not part of this run.")
    if run.limited is not None:
        said.append(
            f"A quick look: at most {run.limited} items of each part. Not for quoting or comparing."
        )
    short = [s for s in systems if len(run.records[s]) < len(run.items)]
    if short:
        counts = ", ".join(f"{s} {len(run.records[s])}" for s in short)
        said.append(f"Incomplete: of {len(run.items)} items there are records for {counts}.")
    found = figures.get(RETRAINED, {}).get("forget_quality")
    if found is not None and found.n:
        said.append(
            f"Forget quality rests on {found.n} items, so full separation gives "
            f"{floor(found.n, found.n):.1e}; above 0.05 a system cannot be told from the retrained "
            "model at the usual level."
        )
    return (*said, *run.notes)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def reasons(findings: Findings) -> dict[str, list[str]]:
    """Why figures are undefined: each reason with the systems and metrics that it concerns."""
    found: dict[str, list[str]] = {}
    for system in findings.systems:
        undefined: dict[str, list[str]] = {}
        for figure in findings.figures[system].values():
            if figure.undefined:
                undefined.setdefault(figure.undefined, []).append(metric_of(figure.metric))
        for reason, metrics in undefined.items():
            found.setdefault(reason, []).append(f"{system}: {', '.join(dict.fromkeys(metrics))}")
    return found
