"""Orders of the same requests side by side: each run's end, the spread over them, and agreement."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean, stdev

from evals.report.markdown import table
from evals.report.numbers import DASH, value_text
from evals.studies.lasting.order import TOGETHER, Ended
from retrieval.whole_file import write_whole

__all__ = ["agreement", "as_markdown", "spread", "write"]

_ATTACK, _RETAIN = "forget/attack_success", "retain/rouge"
_HEAD = ("system", "requests in this order", "attack success", "ROUGE-L, retain", "seconds",
         "tokens trained", "")  # fmt: skip


def write(ended: Sequence[Ended], folder: Path, command: str) -> Path:
    """``order.json``, without any reply, and ``order.md``; the Markdown's path."""
    rows = [{k: v for k, v in asdict(one).items() if k != "replies"} for one in ended]
    write_whole(folder / "order.json", f"{json.dumps(rows, indent=1)}\n".encode())
    write_whole(folder / "order.md", as_markdown(ended, command).encode())
    return folder / "order.md"


def as_markdown(ended: Sequence[Ended], command: str) -> str:
    """Every run, and for each system the spread over the orders."""
    systems: dict[str, list[Ended]] = {}
    for one in ended:
        systems.setdefault(one.system, []).append(one)
    spreads = [
        [name, spread(_ordered(runs), _ATTACK), spread(_ordered(runs), _RETAIN),
         f"{agreement(_ordered(runs)):.2f}"]
        for name, runs in systems.items()
    ]  # fmt: skip
    blocks = [
        "# The same requests in other orders",
        f"```console\n$ {command}\n```",
        "Over the orders alone (mean, standard deviation, lowest to highest), and the share of "
        "questions with the very same reply after every order:",
        table(["system", "attack success", "ROUGE-L, retain", "same replies"], spreads),
        "Every run at its end:",
        table(_HEAD, [_row(one) for one in ended]),
    ]
    return "\n\n".join(blocks) + "\n"


def spread(runs: Sequence[Ended], metric: str) -> str:
    """The mean of a figure over runs, its standard deviation, and its ends.

    Undefined, and a dash, where a run has no such figure.
    """
    values = [one.figures[metric].value if metric in one.figures else None for one in runs]
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(runs) or len(numbers) < 2:
        return DASH
    return f"{fmean(numbers):.3f} ± {stdev(numbers):.3f} ({min(numbers):.3f} to {max(numbers):.3f})"


def agreement(runs: Sequence[Ended]) -> float:
    """The share of questions that all runs answer with the same letters."""
    every = [Counter(one.replies[item] for one in runs) for item in runs[0].replies]
    return fmean(len(said) == 1 for said in every)


def _ordered(runs: Sequence[Ended]) -> list[Ended]:
    """The runs that differ by their order alone."""
    return [one for one in runs if one.run != TOGETHER and "times" not in one.run]


def _row(one: Ended) -> list[str]:
    figures = [one.figures.get(metric) for metric in (_ATTACK, _RETAIN)]
    return [
        one.system, one.run, *(DASH if f is None else value_text(f) for f in figures),
        f"{one.seconds:,.1f}", f"{one.tokens:,}",
        f"collapsed: {one.collapsed}" if one.collapsed else "",
    ]  # fmt: skip
