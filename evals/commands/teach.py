"""``boxed-evals teach``: teach a packaged model one of a box's roles, as a LoRA adapter."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.commands.modules import module_of
from evals.commands.options import (
    ExamSize,
    GoesOnFrom,
    HighestRate,
    LessonModel,
    OfAdapter,
    SuitesOfExam,
    TopLayers,
    listed,
    model_named,
)

__all__ = ["examine", "teach", "told"]


def teach(
    role: Annotated[
        str,
        typer.Option(help="What is taught: router, pretend, composer, icul, judge or draft."),
    ] = "router",
    model: LessonModel = "smollm2",
    out: Annotated[
        Path | None, typer.Option(help="Folder for the adapter; runs/roles/ROLE if unset.")
    ] = None,
    data: SuitesOfExam = None,
    each: ExamSize = 8,
    epochs: Annotated[float, typer.Option(help="Passes over the lessons.")] = 2,
    rank: OfAdapter = 16,
    layers: TopLayers = 10,
    learning_rate: HighestRate = 1e-3,
    seed: Annotated[int, typer.Option(help="Order of lessons, and random numbers.")] = 0,
    start: GoesOnFrom = None,
) -> None:
    """Teach a role and examine the bare and the taught model on unseen subjects.

    Goes on where a killed run stopped.
    """
    model_named(model)
    module, found = module_of("evals.studies.teaching.roles"), _role(role)
    place = out or Path("runs/roles") / role
    command = shlex.join([
        "boxed-evals", "teach", "--role", role, "--model", model, "--epochs", f"{epochs:g}",
        "--rank", str(rank), "--layers", str(layers), "--learning-rate", f"{learning_rate:g}",
        "--seed", str(seed), *(("--start", "BEFORE") if start else ()),
        *(("--data", "DATA", "--each", str(each)) if data is not None else ()),
    ])  # fmt: skip
    try:
        module_of("transformers.utils.logging").disable_progress_bar()
        suites = module.suites_of(data) if data is not None else ()
        lesson = module.RoleLesson(
            model, place, suites, each, epochs, rank, layers, learning_rate, seed, start
        )
        taught = module.teach_role(lesson, found, command)
    except (ValueError, OSError, module_of("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))
    typer.echo(f"{taught.seconds:,.0f} s, {taught.tokens:,} tokens: {place}")
    for exam, figures in taught.taught.items():
        told(exam, "bare", taught.bare[exam])
        told(exam, "taught", figures)


def examine(
    role: Annotated[str, typer.Option(help="Whose exam: a role that can be taught.")] = "router",
    model: Annotated[
        str | None,
        typer.Option(help="Models, separated by commas; smollm2,smollm2+ROLE if unset."),
    ] = None,
    data: SuitesOfExam = None,
    each: ExamSize = 4,
    out: Annotated[Path, typer.Option(help="Where the base's own replies are kept.")] = Path(
        "runs/roles"
    ),
) -> None:
    """Examine models in a role as teaching does, with nothing taught."""
    module, found = module_of("evals.studies.teaching.roles"), _role(role)
    try:
        module_of("transformers.utils.logging").disable_progress_bar()
        suites = module.suites_of(data) if data is not None else ()
        for name in listed(model or f"smollm2,smollm2+{role}"):
            model_named(name)
            base = name.partition("+")[0]
            figures = module.examine_role(found, name, base, suites, each, out)
            for exam, of_exam in figures.items():
                told(exam, name, of_exam)
    except (ValueError, OSError, module_of("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))


def _role(name: str) -> Any:
    """The role of that name; ends the program where there is none."""
    roles = module_of("evals.studies.teaching.catalogue").ROLES
    if name not in roles:
        sys.exit(f"'{name}' is no role that can be taught; name one of {', '.join(roles)}")
    return roles[name]


def told(exam: str, which: str, figures: Any) -> None:
    """Print one line of an exam's figures."""
    n = max(one.n for one in figures.values())
    rounded = module_of("evals.studies.teaching.card").rounded
    said = ", ".join(f"{name.replace('_', ' ')} {rounded(f.value)}" for name, f in figures.items())
    typer.echo(f"{exam}, {which}: {said}, n={n}")
