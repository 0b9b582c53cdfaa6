"""Does forgetting outlast what is done to a model afterwards? Trained on, or quantised.

    relearn(Options(systems=("original", "rmu", "box"), out=Path("runs/lasting")))
    ->  [Point("original", "as made", 0, {...}), Point("original", "tenth", 5, {...}), ...]

Every system's underlying model is treated alike; a box is put around the treated model. What is
asked was in no treatment. Each point is kept on disk and made once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer

from boxed.models.named import source_of
from boxed.models.weights import load_weights
from evals.methods.weights.examples import load_examples
from evals.records import Figure, Item
from evals.studies.lasting.asking import asked
from evals.studies.lasting.finetune import Course, train
from evals.studies.lasting.material import MATERIALS, questions, trained
from evals.studies.lasting.once import record, recorded
from evals.studies.lasting.quantise import GROUPS, quantise
from evals.studies.lasting.starting import Starts
from evals.systems.identity import code_of, digest_of, weights_of
from retrieval.whole_file import write_whole

__all__ = ["AS_MADE", "Options", "Point", "relearn"]

AS_MADE = "as made"
_ROOM = 512  # tokens of the longest record
_CODE = (
    "boxed",
    "guards",
    "prompts",
    "evals.systems",
    "evals.metrics",
    "evals.methods.weights.readout",
    *(f"evals.studies.lasting.{name}" for name in ("asking", "finetune", "material", "quantise")),
)
"""The code that a point depends on."""


@dataclass(frozen=True, slots=True)
class Options:
    """What ``boxed-evals relearn`` is asked to do; ``limit`` is the questions of each part."""

    systems: tuple[str, ...]
    out: Path
    materials: tuple[str, ...] = ("unrelated", "neighbours", "tenth")
    steps: tuple[int, ...] = (5, 10, 20, 40)
    bits: tuple[int, ...] = (8, 4)
    limit: int = 60
    batch: int = 16
    rate: float = 3e-4
    unlearning_rates: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """What a system said after a treatment: ``AS_MADE``, a material, or such as ``4 bits``."""

    system: str
    treatment: str
    steps: int
    figures: dict[str, Figure]


Treated = Callable[[Any, int], None]
"""Called with a treated model and the steps that it has had."""


def relearn(
    options: Options,
    progress: Callable[[str, int, int], None] | None = None,
    taught: Starts | None = None,
) -> list[Point]:
    """Make the points that are missing; all of them, by system.

    ``taught`` are models of another world than the embedded one. Raises ValueError for options that
    do not fit, OSError for a folder that cannot be written.
    """
    _check(options)
    starts = taught or Starts(options.out, dict(options.unlearning_rates))
    starts.check(options.systems)
    items = questions(starts.suite, options.limit)
    points: list[Point] = []
    for name in options.systems:
        bench = _Bench(options, starts, items, name, starts.folder(name))
        treatments = _treatments(options)
        for number, (treatment, steps) in enumerate(treatments):
            if progress is not None:
                progress(name, number, len(treatments))
            points += bench.points(treatment, steps)
        if progress is not None:
            progress(name, len(treatments), len(treatments))
    return points


def _check(options: Options) -> None:
    """Raise ValueError for options that fit nothing, before anything is made."""
    if not options.steps or min(options.steps) < 1 or options.limit < 1:
        raise ValueError(
            f"steps {options.steps}, limit {options.limit}: give whole numbers above 0"
        )
    for material in options.materials:
        if material not in MATERIALS:
            raise ValueError(f"material '{material}' is not one of {', '.join(MATERIALS)}")
    for bits in options.bits:
        if bits not in GROUPS:
            raise ValueError(f"{bits} bits: give one of {', '.join(map(str, GROUPS))}")


def _treatments(options: Options) -> list[tuple[str, tuple[int, ...]]]:
    """Every treatment, with the numbers of steps after which it is measured."""
    return [
        (AS_MADE, (0,)),
        *((f"{bits} bits", (0,)) for bits in options.bits),
        *((material, options.steps) for material in options.materials),
    ]


@dataclass(frozen=True, slots=True)
class _Bench:
    """One system, and where its points are kept."""

    options: Options
    starts: Starts
    items: Sequence[Item]
    name: str
    folder: str

    def points(self, treatment: str, steps: tuple[int, ...]) -> list[Point]:
        """The treatment's points; the model is treated again only where one is missing."""
        found = {step: recorded(self._file(treatment, step), self._identity(treatment, step))
                 for step in steps}  # fmt: skip
        missing = tuple(step for step, figures in found.items() if figures is None)
        if missing:
            self._treat(treatment, missing, found)
        return [
            Point(self.name, treatment, step, {name: Figure(**f) for name, f in figures.items()})
            for step, figures in found.items()
            if figures is not None
        ]

    def _treat(self, treatment: str, steps: tuple[int, ...], found: dict[int, Any]) -> None:
        model: Any = load_weights(self.folder, torch.float32)
        model.requires_grad_(True)  # a merged adapter has left the weights below it fixed
        tokenizer: Any = AutoTokenizer.from_pretrained(source_of(self.folder)[0])
        if treatment == AS_MADE:
            pauses = iter(steps)
        elif treatment.endswith(" bits"):
            quantise(model, int(treatment.split()[0]))
            pauses = iter(steps)
        else:
            examples = load_examples(self._written(treatment), tokenizer, _ROOM)
            pauses = train(model, examples, tokenizer.pad_token_id, self._course(), steps)
        for step in pauses:
            figures = self._measured(model, tokenizer)
            found[step] = {name: asdict(figure) for name, figure in figures.items()}
            record(self._file(treatment, step), self._identity(treatment, step), found[step])

    def _written(self, material: str) -> Path:
        """The material's records as a file, for whoever wants to see what was trained on."""
        rows = [record.model_dump_json() for record in trained(self.starts.suite, material)]
        file = self.options.out / "relearn" / f"{material}.jsonl"
        write_whole(file, "".join(f"{row}\n" for row in rows).encode())
        return file

    def _measured(self, model: Any, tokenizer: Any) -> dict[str, Figure]:
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            return asked(self.starts.system(self.name, Path(folder)), self.items)

    def _course(self) -> Course:
        # The plan of a longer course begins with that of a shorter one.
        return Course(max(self.options.steps), self.options.batch, self.options.rate)

    def _file(self, treatment: str, step: int) -> Path:
        return (
            self.options.out / "relearn" / self.name / f"{treatment.replace(' ', '-')}-{step}.json"
        )

    def _identity(self, treatment: str, step: int) -> str:
        course = self._course()
        return digest_of(
            self.name, treatment, str(step), weights_of(self.folder), code_of(*_CODE),
            f"{course.batch} {course.rate} {course.seed}", *(i.to_json() for i in self.items),
        )  # fmt: skip
