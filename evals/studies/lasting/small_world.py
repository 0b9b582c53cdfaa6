"""A world so small that it can be learnt and forgotten many times: models by kind and number.

    SmallWorld(starts, Scale(runs=8)).model("original", 3)      ->  the folder of that model

The shipped base, which has met no author, is trained on the records of some authors: with the one
to forget among them (``original``), or without (``retrain``, and ``retrain again`` by other seeds).
A method goes on from the original of the same number. A model that is there is not made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from evals.data.tofu import QA, load_split
from evals.methods.weights.examples import load_examples
from evals.nano.checkpoints import SHIPPED
from evals.studies.lasting.finetune import Course, train
from evals.studies.lasting.handling import PER_AUTHOR
from evals.studies.lasting.once import record, recorded
from evals.studies.lasting.starting import Starts
from evals.systems.identity import code_of, digest_of, weights_of
from retrieval.whole_file import write_whole

__all__ = ["AGAIN", "ORIGINAL", "RETRAIN", "Scale", "SmallWorld"]

ORIGINAL, RETRAIN, AGAIN = "original", "retrain", "retrain again"
_FIRST_SEED = {ORIGINAL: 0, RETRAIN: 1_000, AGAIN: 2_000}
_ROOM = 512
_CODE = (
    "evals.studies.lasting.finetune",
    "evals.methods.weights.readout",
    "evals.methods.weights.schedule",
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is learnt, and how fast; ``authors`` are those that stay, beside the forgotten."""

    authors: int = 8
    steps: int = 60
    batch: int = 32
    rate: float = 1e-3


@dataclass(frozen=True, slots=True)
class SmallWorld:
    """The records of a few authors, and the models made of them below ``starts.out``."""

    starts: Starts
    scale: Scale

    @property
    def folder(self) -> Path:
        """Where everything of this world lies."""
        return self.starts.out / "epsilon"

    @property
    def forget(self) -> Sequence[QA]:
        """The records of the author to forget."""
        return load_split(self.starts.world, "forget10")[:PER_AUTHOR]

    @property
    def retain(self) -> Sequence[QA]:
        """The records of the authors that stay, with paraphrased questions."""
        return load_split(self.starts.world, "retain_perturbed")[: self.scale.authors * PER_AUTHOR]

    def model(self, kind: str, number: int) -> Path:
        """The model of a kind, or of a method's name; trained or unlearned where there is none."""
        out = self.folder / kind.replace(" ", "-") / f"model-{number}"
        if kind in _FIRST_SEED:
            self._trained(kind, out, _FIRST_SEED[kind] + number)
            return out
        forget, retain = self._file("forget", self.forget), self._file("retain", self.retain)
        self.starts.unlearned(kind, self.model(ORIGINAL, number), forget, out, retain, seed=number)
        return out

    def _trained(self, kind: str, out: Path, seed: int) -> None:
        """The base, trained on the records that its kind knows."""
        known = (*self.retain, *self.forget) if kind == ORIGINAL else self.retain
        file = self._file(kind.replace(" ", "-"), known)
        course = Course(self.scale.steps, self.scale.batch, self.scale.rate, seed)
        base = str(SHIPPED["base"])
        identity = digest_of(
            weights_of(base), str(course), file.read_text(encoding="utf-8"), code_of(*_CODE)
        )
        if recorded(out / "trained.json", identity) is not None:
            return
        model: Any = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        tokenizer: Any = AutoTokenizer.from_pretrained(base)
        examples = load_examples(file, tokenizer, _ROOM)
        for _ in train(model, examples, tokenizer.pad_token_id, course, (course.steps,)):
            model.to(torch.bfloat16).save_pretrained(out)
            tokenizer.save_pretrained(out)
        record(out / "trained.json", identity, course.steps)

    def _file(self, name: str, records: Sequence[QA]) -> Path:
        rows = [r.model_dump_json(include={"question", "answer"}) for r in records]
        file = self.folder / f"{name}.jsonl"
        write_whole(file, "".join(f"{row}\n" for row in rows).encode())
        return file
