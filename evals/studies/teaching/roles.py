"""Teach a role to a pretrained model: lessons, an adapter, an exam, and a card beside it.

    teach_role(RoleLesson("smollm2", Path("runs/roles/router")), command)

The adapter is LoRA on the model's top layers. A lesson that was killed goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.methods.weights.settings import Settings
from evals.methods.weights.unlearn import unlearn
from evals.records import Figure
from evals.studies.teaching.card import as_role_card
from evals.studies.teaching.router_exam import Asked, asked_of, asked_of_subjects, examine, margins
from evals.studies.teaching.router_lessons import GROUP, router_lessons
from evals.studies.teaching.subjects import load_subjects
from evals.suites.protocol import Suite
from evals.suites.rwku import load_rwku
from evals.suites.tofu import load_tofu
from evals.training.folders import digest
from prompts.book import load_book, shipped_directory
from retrieval.whole_file import write_whole

__all__ = ["RoleLesson", "RoleTaught", "suites_of", "teach_role"]

CARD, FIGURES, LESSONS = "README.md", "taught.json", "lessons.jsonl"
Figures = Mapping[str, Mapping[str, Figure]]


@dataclass(frozen=True, slots=True)
class RoleLesson:
    """What is taught to whom; ``suites`` are examined with ``each`` messages a subject."""

    model: str
    out: Path
    suites: tuple[Suite, ...] = ()
    each: int = 12
    epochs: float = 3
    rank: int = 16
    layers: int = 10
    learning_rate: float = 1e-3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class RoleTaught:
    """Seconds and tokens of the training; figures by exam, of the bare and the taught model."""

    seconds: float
    tokens: int
    bare: Figures
    taught: Figures


def teach_role(lesson: RoleLesson, command: str) -> RoleTaught:
    """Train the router's adapter into ``lesson.out``, examine it and write its card.

    Raises ValueError for numbers that do not fit, OSError for a model that is none.
    """
    book = load_book(shipped_directory())
    taught, held_out = load_subjects()
    file = lesson.out.parent / f"{lesson.out.name}-{LESSONS}"
    file.parent.mkdir(parents=True, exist_ok=True)
    lessons = router_lessons(taught, book, lesson.seed)
    lines = [
        json.dumps({"question": one.question, "answer": one.answer, "group": one.group})
        for one in lessons
    ]
    write_whole(file, ("\n".join(lines) + "\n").encode())
    made = unlearn(
        Settings(
            "fine-tune", lesson.model, file, lesson.out, epochs=lesson.epochs,
            learning_rate=lesson.learning_rate, batch=GROUP, lora=lesson.rank,
            layers=lesson.layers, alone=True, seed=lesson.seed, max_tokens=1024,
        )
    )  # fmt: skip
    exams = {"held out": asked_of_subjects(held_out, book)}
    exams |= {suite.name: asked_of(suite, book, lesson.each) for suite in lesson.suites}
    bare = _examined(lesson.model, exams)
    own = _examined(f"{lesson.model}+{lesson.out}", exams)
    told = {
        "role": "router",
        "lessons": len(lessons),
        "subjects": len(taught),
        "sha256": digest(file),
        "seconds": made.seconds,
        "tokens": made.tokens,
        "steps": made.steps,
        "trained": made.trained,
        "bare": _plain(bare),
        "taught": _plain(own),
    }
    write_whole(lesson.out / FIGURES, f"{json.dumps(told, indent=1)}\n".encode())
    write_whole(lesson.out / CARD, as_role_card(lesson.model, command, told).encode())
    return RoleTaught(made.seconds, made.tokens, bare, own)


def suites_of(data: Path) -> tuple[Suite, ...]:
    """The suites of the exam that this folder holds; raises DataError for a bad file."""
    found = [load_rwku(data)] if (data / "rwku").is_dir() else []
    if (data / "tofu").is_dir():
        found.append(load_tofu(data, "10"))
    return tuple(found)


def _examined(model: str, exams: Mapping[str, tuple[Asked, ...]]) -> dict[str, dict[str, Figure]]:
    return {name: examine(asked, margins(model, asked)) for name, asked in exams.items()}


def _plain(figures: Figures) -> dict[str, dict[str, float | None]]:
    return {exam: {f.metric: f.value for f in all_.values()} for exam, all_ in figures.items()}
