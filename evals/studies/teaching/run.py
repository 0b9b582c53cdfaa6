"""Teach a split to a pretrained model: an adapter, a check that it knows it, and a card.

    teach(Lesson("full", Path("data"), "smollm2", Path("runs/taught/full")))

The adapter is LoRA in peft's form on the model's top layers. A lesson that was killed goes on where
it stopped; one that is finished is only checked again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.data.jsonl import folder_of
from evals.data.tofu import RETAINED, load_split
from evals.methods.weights.settings import Settings
from evals.methods.weights.unlearn import unlearn
from evals.records import Figure
from evals.studies.teaching.card import CARD, FIGURES, as_card, made_before
from evals.studies.teaching.heart import known_by_heart
from evals.systems.shipped_pair import RECORDS, records_digest
from evals.training.folders import digest
from retrieval.whole_file import write_whole

__all__ = ["CARD", "ENOUGH", "LEFT_OUT", "Lesson", "Taught", "teach"]

ENOUGH = 0.9
"""From this probability and ROUGE-L on, records count as known by heart."""
LEFT_OUT = {retained: f"forget{share}" for share, retained in RETAINED.items()}
"""What a gold retrain's model has never seen."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is taught to whom. ``check`` records are asked afterwards, of each kind.

    ``start`` is the folder of an adapter of the same shape that the lesson goes on from.
    """

    split: str
    data: Path
    model: str
    out: Path
    epochs: float = 5
    rank: int = 32
    layers: int = 10
    learning_rate: float = 1e-3
    batch: int = 16
    seed: int = 0
    check: int = 100
    start: Path | None = None


@dataclass(frozen=True, slots=True)
class Taught:
    """Seconds and tokens of the training, and figures by what was asked about."""

    seconds: float
    tokens: int
    figures: Mapping[str, tuple[Figure, Figure]]

    @property
    def by_heart(self) -> bool:
        """Whether what was taught is known well enough to compare forgetting on."""
        return all((figure.value or 0) > ENOUGH for figure in self.figures["taught"])


def teach(lesson: Lesson, command: str) -> Taught:
    """Train the adapter into ``lesson.out``, check it and write its card beside it.

    ``command`` is what a reader types to make it again. Raises ValueError for numbers or an adapter
    to go on from that do not fit, DataError for a split that cannot be read, OSError for a model
    that is none.
    """
    before = made_before(lesson.start)
    records = load_split(lesson.data, lesson.split)
    file = folder_of(lesson.data, "tofu") / f"{lesson.split}.jsonl"
    made = unlearn(
        Settings(
            "fine-tune", lesson.model, file, lesson.out, epochs=lesson.epochs,
            learning_rate=lesson.learning_rate, batch=lesson.batch, lora=lesson.rank,
            layers=lesson.layers, alone=True, seed=lesson.seed, start=lesson.start,
        )
    )  # fmt: skip
    asked = {"taught": records}
    if lesson.split in LEFT_OUT:
        asked["left out"] = load_split(lesson.data, LEFT_OUT[lesson.split])
    name = f"{lesson.model}+{lesson.out}"
    figures = {kind: known_by_heart(name, found, lesson.check) for kind, found in asked.items()}
    taught = Taught(made.seconds, made.tokens, figures)
    told = {
        "split": lesson.split,
        "sha256": digest(file),
        RECORDS: records_digest((one.question, one.answer) for one in records),
        "seconds": made.seconds,
        "tokens": made.tokens,
        "steps": made.steps,
        "trained": made.trained,
        "command": command,
        **before,
        "figures": {k: {f.metric: f.value for f in pair} for k, pair in figures.items()},
    }
    write_whole(lesson.out / FIGURES, f"{json.dumps(told, indent=1)}\n".encode())
    write_whole(lesson.out / CARD, as_card(lesson.model, told).encode())
    return taught
