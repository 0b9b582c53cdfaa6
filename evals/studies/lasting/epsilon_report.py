"""The challenge's scores as a table, and every epsilon as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from evals.report.markdown import table
from evals.studies.lasting.epsilon import BIN, DELTA, bins
from evals.studies.lasting.repeats import Score
from retrieval.whole_file import write_whole

__all__ = ["as_markdown", "write"]

_HEAD = ("system", "F (forgetting)", "final score", "median epsilon", "told apart for certain",
         "accuracy, forget", "accuracy, retain", "accuracy, test")  # fmt: skip


def write(scores: Sequence[Score], folder: Path, command: str) -> Path:
    """``epsilon.json`` and ``epsilon.md``; the Markdown's path."""
    rows = [asdict(score) for score in scores]
    write_whole(folder / "epsilon.json", f"{json.dumps(rows, indent=1)}\n".encode())
    write_whole(folder / "epsilon.md", as_markdown(scores, command).encode())
    return folder / "epsilon.md"


def as_markdown(scores: Sequence[Score], command: str) -> str:
    """One row for each kind of model."""
    runs, examples = scores[0].runs, len(scores[0].epsilons)
    blocks = [
        "# Empirical epsilon",
        f"```console\n$ {command}\n```",
        f"{runs} runs of each kind against {runs} retrained; {examples} forgotten records; delta "
        f"{DELTA:g}; {bins(runs)} bins of {BIN} nats",
        table(_HEAD, map(_row, scores)),
    ]
    return "\n\n".join(blocks) + "\n"


def _row(score: Score) -> list[str]:
    certain = sum(math.isinf(one) for one in score.epsilons)
    shares = (score.forget_accuracy, score.retain_accuracy, score.test_accuracy)
    return [
        score.system,
        f"{score.forgetting:.3f}",
        f"{score.final:.3f}",
        f"{median(score.epsilons):.2f}",
        f"{certain} of {len(score.epsilons)}",
        *(f"{share:.3f}" for share in shares),
    ]
