"""How systems drifted over a stream of requests: totals, every step, a drawing, and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import accumulate
from pathlib import Path

from evals.nano.checkpoints import SHIPPED
from evals.nano.identity import REPORT
from evals.report.markdown import table
from evals.report.numbers import DASH, value_text
from evals.studies.lasting.curves import Panel, curves
from evals.studies.lasting.stream import Step
from retrieval.whole_file import write_whole

__all__ = ["as_markdown", "as_svg", "retraining", "write"]

_ATTACK, _REVOKED, _RETAIN = "forget/attack_success", "revoked/rouge", "retain/rouge"
_TOTALS = ("system", "attack success, in force, last step", "ROUGE-L, withdrawn, last step",
           "ROUGE-L, retain, first step", "ROUGE-L, retain, last step", "seconds in all",
           "longest step, s", "tokens trained", "peak memory, MiB")  # fmt: skip


def write(steps: Sequence[Step], folder: Path, command: str) -> Path:
    """``stream.json``, ``stream.md`` and ``stream.svg``; the Markdown's path."""
    rows = [asdict(step) for step in steps]
    write_whole(folder / "stream.json", f"{json.dumps(rows, indent=1)}\n".encode())
    write_whole(folder / "stream.svg", f"{as_svg(steps)}\n".encode())
    write_whole(folder / "stream.md", as_markdown(steps, command).encode())
    return folder / "stream.md"


def retraining() -> tuple[float, int]:
    """Seconds and tokens of the shipped gold retrain, from its own record of training."""
    report = json.loads((SHIPPED["retain90"] / REPORT).read_text(encoding="utf-8"))
    told = report["settings"]
    return report["result"]["seconds"], told["steps"] * told["tokens_per_step"]


def as_markdown(steps: Sequence[Step], command: str) -> str:
    """The totals, with what retraining would take, and the figures of every step."""
    systems = _by_system(steps)
    seconds, tokens = retraining()
    count = max(len(found) for found in systems.values())
    computed = [
        "retrain (computed)", DASH, DASH, DASH, DASH, f"{count * seconds:,.0f}", f"{seconds:,.0f}",
        f"{count * tokens:,}", DASH,
    ]  # fmt: skip
    drift = [[_told(found[number]), *(_cell(s[number]) for s in systems.values())]
             for found in list(systems.values())[:1] for number in range(count)]  # fmt: skip
    blocks = [
        "# A stream of forget requests",
        f"```console\n$ {command}\n```",
        table(_TOTALS, [*(_total(name, found) for name, found in systems.items()), computed]),
        "Every step: attack success on what is in force; ROUGE-L of what was withdrawn; ROUGE-L of "
        "what must stay; seconds",
        table(["step", *systems], drift),
        "![Attack success, retained answers and seconds over the requests](stream.svg)",
    ]
    return "\n\n".join(blocks) + "\n"


def as_svg(steps: Sequence[Step]) -> str:
    """Attack success, retained answers, and the seconds so far, one line for each system."""
    systems = _by_system(steps)
    spent = {
        name: list(zip(_numbers(found), accumulate(s.seconds for s in found), strict=True))
        for name, found in systems.items()
    }
    most = max((line[-1][1] for line in spent.values()), default=1.0)
    panels = [
        Panel("Attack success, requests in force", _lines(systems, _ATTACK)),
        Panel("ROUGE-L recall, retain", _lines(systems, _RETAIN)),
        Panel("Seconds so far", spent, most),
    ]
    return str(curves(panels, "forget requests", "How systems drift over a stream of requests"))


def _by_system(steps: Sequence[Step]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for step in steps:
        found.setdefault(step.system, []).append(step)
    return found


def _numbers(steps: Sequence[Step]) -> list[float]:
    return [float(step.event.request) for step in steps]


def _lines(systems: dict[str, list[Step]], metric: str) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    for name, steps in systems.items():
        values = [step.figures[metric].value for step in steps]
        places = zip(_numbers(steps), values, strict=True)
        found[name] = [(x, y) for x, y in places if y is not None]
    return found


def _total(name: str, steps: Sequence[Step]) -> list[str]:
    first, last = steps[0], steps[-1]
    return [
        name,
        _value(last, _ATTACK),
        _value(last, _REVOKED),
        _value(first, _RETAIN),
        _value(last, _RETAIN),
        f"{sum(step.seconds for step in steps):,.1f}",
        f"{max(step.seconds for step in steps):,.1f}",
        f"{sum(step.tokens for step in steps):,}",
        f"{max(step.peak for step in steps) / 2**20:,.0f}",
    ]


def _told(step: Step) -> str:
    gone = "".join(f"; {request} withdrawn" for request in step.event.revoked)
    return f"request {step.event.request}{gone}"


def _cell(step: Step) -> str:
    values = [_value(step, metric) for metric in (_ATTACK, _REVOKED, _RETAIN)]
    return f"{'; '.join(values)}; {step.seconds:.1f} s"


def _value(step: Step, metric: str) -> str:
    figure = step.figures.get(metric)
    return DASH if figure is None else value_text(figure)
