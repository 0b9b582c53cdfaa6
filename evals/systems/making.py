"""What making a model cost, from the record that its training left in its folder.

making_of("evals/nano/weights/retain90")[0]     ->  Figure("making_seconds", 2874.2, n=1)
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evals.methods.weights.settings import REPORT as UNLEARNED
from evals.metrics.making import figures
from evals.nano.identity import REPORT as TRAINED
from evals.records import Figure

__all__ = ["making_of"]


def making_of(folder: str) -> tuple[Figure, ...]:
    """The cost of an unlearning, or of training from scratch; nothing where there is no record.

    Of ``MODEL+ADAPTER`` it is the cost of the adapter.
    """
    place = Path(folder if Path(folder).is_dir() else folder.rpartition("+")[2])
    unlearned, trained = place / UNLEARNED, place / TRAINED
    if unlearned.is_file():
        result = _read(unlearned)["result"]
        return figures(
            seconds=result["seconds"],
            peak_bytes=result["peak_bytes"],
            tokens=result["tokens"],
            steps=result["steps"],
        )
    if trained.is_file():
        told = _read(trained)
        seconds = told["result"]["seconds"]
        return figures(
            seconds=seconds,
            peak_bytes=told["result"].get("peak_bytes"),
            tokens=seconds * told["result"]["tokens_per_second"],
            steps=told["settings"]["steps"],
            reason="the record of this training holds no peak of memory",
        )
    return ()


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
