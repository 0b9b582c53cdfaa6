"""``boxed-evals train``: teach a pretrained model what it is then made to forget."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.modules import module_of
from evals.commands.options import (
    GoesOnFrom,
    HighestRate,
    LessonModel,
    OfAdapter,
    TofuFiles,
    TopLayers,
    model_named,
)

__all__ = ["train"]


def train(
    split: Annotated[str, typer.Option(help="full, retain90, retain95, retain99, forget10 ...")],
    data: TofuFiles,
    model: LessonModel = "smollm2",
    out: Annotated[
        Path | None, typer.Option(help="Folder for the adapter; runs/taught/SPLIT if unset.")
    ] = None,
    epochs: Annotated[float, typer.Option(help="Passes over the records.")] = 5,
    rank: OfAdapter = 32,
    layers: TopLayers = 10,
    learning_rate: HighestRate = 1e-3,
    batch: Annotated[int, typer.Option(help="Records per step.", min=1)] = 16,
    seed: Annotated[int, typer.Option(help="Order of records, and random numbers.")] = 0,
    check: Annotated[int, typer.Option(help="Records asked afterwards.", min=1)] = 100,
    start: GoesOnFrom = None,
) -> None:
    """Teach a split to a model as a LoRA adapter, and check that it is known by heart.

    Goes on where a killed run stopped.
    """
    model_named(model)
    module = module_of("evals.studies.teaching.run")
    place = out or Path("runs/taught") / split
    lesson = module.Lesson(
        split, data, model, place, epochs, rank, layers, learning_rate, batch, seed, check, start
    )
    command = shlex.join([
        "boxed-evals", "train", "--split", split, "--model", model, "--epochs", f"{epochs:g}",
        "--rank", str(rank), "--layers", str(layers), "--learning-rate", f"{learning_rate:g}",
        "--batch", str(batch), "--seed", str(seed), *(("--start", "BEFORE") if start else ()),
    ])  # fmt: skip
    try:
        module_of("transformers.utils.logging").disable_progress_bar()
        taught = module.teach(lesson, command)
    except (ValueError, OSError, module_of("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))
    typer.echo(f"{taught.seconds:,.0f} s, {taught.tokens:,} tokens: {place}")
    for kind, (likely, said) in taught.figures.items():
        typer.echo(f"{kind}: probability {likely.value:.3f}, ROUGE-L {said.value:.3f}, n={said.n}")
    if not taught.by_heart:
        typer.echo(
            f"not yet known by heart ({module.ENOUGH} of both): raise --epochs or --rank before "
            "anything is compared on it"
        )
