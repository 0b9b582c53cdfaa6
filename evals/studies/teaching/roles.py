"""Teach a role to a pretrained model: lessons, an adapter, an exam, and a card beside it.

    teach_role(RoleLesson("smollm2", Path("runs/roles/router")), ROLES["router"], command)

The adapter is LoRA on the model's top layers. A lesson that was killed goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.methods.weights.settings import Settings
from evals.methods.weights.unlearn import unlearn
from evals.studies.teaching.asking import Kept
from evals.studies.teaching.card import CARD, FIGURES, as_role_card, made_before
from evals.studies.teaching.lesson import as_line
from evals.studies.teaching.role import Exam, Figures, Role
from evals.studies.teaching.subjects import load_subjects
from evals.suites.protocol import Suite
from evals.suites.rwku import load_rwku
from evals.suites.tofu import load_tofu
from evals.training.folders import digest
from prompts.book import load_book, shipped_directory
from retrieval.whole_file import write_whole

__all__ = ["RoleLesson", "RoleTaught", "examine_role", "suites_of", "teach_role"]

LESSONS, OWN = "lessons.jsonl", "own.json"


@dataclass(frozen=True, slots=True)
class RoleLesson:
    """What is taught to whom; ``suites`` are examined with ``each`` messages a subject.

    ``start`` is the folder of an adapter of the same shape that the lesson goes on from.
    """

    model: str
    out: Path
    suites: tuple[Suite, ...] = ()
    each: int = 12
    epochs: float = 3
    rank: int = 16
    layers: int = 10
    learning_rate: float = 1e-3
    seed: int = 0
    start: Path | None = None


@dataclass(frozen=True, slots=True)
class RoleTaught:
    """Seconds and tokens of the training; figures by exam, of the bare and the taught model."""

    seconds: float
    tokens: int
    bare: Mapping[str, Figures]
    taught: Mapping[str, Figures]


def teach_role(lesson: RoleLesson, role: Role, command: str) -> RoleTaught:
    """Train the role's adapter into ``lesson.out``, examine it and write its card.

    Raises ValueError for numbers or an adapter to go on from that do not fit, OSError for a model
    that is none.
    """
    before = made_before(lesson.start)
    book = load_book(shipped_directory())
    taught, held_out = load_subjects()
    kept = Kept(lesson.model, lesson.out.parent / OWN)
    file = lesson.out.parent / f"{lesson.out.name}-{LESSONS}"
    file.parent.mkdir(parents=True, exist_ok=True)
    lessons = role.lessons(taught, book, lesson.seed, kept.of)
    write_whole(file, ("\n".join(map(as_line, lessons)) + "\n").encode())
    made = unlearn(
        Settings(
            "fine-tune", lesson.model, file, lesson.out, epochs=lesson.epochs,
            learning_rate=lesson.learning_rate, batch=role.batch, lora=lesson.rank,
            layers=lesson.layers, alone=True, seed=lesson.seed, max_tokens=1024,
            start=lesson.start,
        )
    )  # fmt: skip
    exams = role.exams(held_out, lesson.suites, book, lesson.each, kept.of)
    bare = _examined(role, lesson.model, exams)
    own = _examined(role, f"{lesson.model}+{lesson.out}", exams)
    told = {
        "role": role.name,
        "lessons": len(lessons),
        "subjects": len(taught),
        "sha256": digest(file),
        "seconds": made.seconds,
        "tokens": made.tokens,
        "steps": made.steps,
        "trained": made.trained,
        "command": command,
        **before,
        "bare": _plain(bare),
        "taught": _plain(own),
    }
    write_whole(lesson.out / FIGURES, f"{json.dumps(told, indent=1)}\n".encode())
    write_whole(lesson.out / CARD, as_role_card(lesson.model, role, told).encode())
    return RoleTaught(made.seconds, made.tokens, bare, own)


def suites_of(data: Path) -> tuple[Suite, ...]:
    """The suites of the exam that this folder holds; raises DataError for a bad file."""
    found = [load_rwku(data)] if (data / "rwku").is_dir() else []
    if (data / "tofu").is_dir():
        found.append(load_tofu(data, "10"))
    return tuple(found)


def examine_role(
    role: Role, model: str, base: str, suites: Sequence[Suite], each: int, folder: Path
) -> dict[str, Figures]:
    """The figures of a role's exams of any model, taught or not, with nothing trained.

    What the ``base`` says by itself is kept in ``folder``. Raises OSError or ValueError for a name
    that means no model.
    """
    own = Kept(base, folder / OWN).of
    exams = role.exams(load_subjects()[1], suites, load_book(shipped_directory()), each, own)
    return _examined(role, model, exams)


def _examined(role: Role, model: str, exams: Mapping[str, Exam]) -> dict[str, Figures]:
    return {name: role.examine(model, exam) for name, exam in exams.items()}


def _plain(figures: Mapping[str, Figures]) -> dict[str, dict[str, float | None]]:
    return {exam: {f.metric: f.value for f in all_.values()} for exam, all_ in figures.items()}
