"""The command ``boxed-evals``: train and measure the embedded product, run the benchmarks."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.commands.unlearn import unlearn

app = typer.Typer(
    help="Measure forgetting: the embedded product, benchmarks.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
nano = typer.Typer(help="The embedded product: train it, measure it.", no_args_is_help=True)
bench = typer.Typer(help="Benchmarks; each prints ratios from one run.", no_args_is_help=True)
app.add_typer(nano, name="nano")
app.add_typer(bench, name="bench")
app.command("unlearn")(unlearn)


def _module(name: str) -> Any:
    return importlib.import_module(name)


@nano.command("train")
def nano_train(
    split: Annotated[
        str, typer.Option(help="base, full, retain90, retain95, retain99, forget10 ...")
    ] = "full",
    data: Annotated[
        str, typer.Option(help="'nano', or a folder with TOFU's files to learn by heart.")
    ] = "nano",
    size: Annotated[str, typer.Option(help="xs, s, m or l.")] = "s",
    out: Annotated[Path | None, typer.Option(help="Folder for the model.")] = None,
    steps: Annotated[int, typer.Option(help="Training steps; 0 takes the stage's own.")] = 0,
    seed: Annotated[int | None, typer.Option(help="Another order of conversations.")] = None,
) -> None:
    """Train a model from scratch on a split; goes on where a killed run stopped."""
    train, checkpoints = _module("evals.nano.train"), _module("evals.nano.checkpoints")
    try:
        settings = checkpoints.settings_for(split, size, data, out=out, steps=steps, seed=seed)
        result = train.train(settings)
    except (ValueError, _module("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))
    typer.echo(
        f"{result.parameters:,} parameters, {result.seconds / 60:.1f} minutes, "
        f"{result.tokens_per_second:,.0f} tokens/s ({result.matrix_share:.0%} of the machine's "
        f"matrix throughput), loss {result.loss:.4f}: {settings.out}"
    )


@nano.command("measure")
def nano_measure(
    model: Annotated[
        Path | None, typer.Option(help="A model folder; the embedded product by default.")
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="The model of a split instead, trained if there is none.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="A second folder: how often do both answer alike?")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Questions per set, for a quick look.")] = None,
) -> None:
    """Print what a model of the embedded world knows, and how often it admits not to know."""
    folder = _model_folder(model, split)
    _print_figures(_module("evals.nano.measure").measure(folder, per_set=limit, against=against))
    if limit:
        typer.echo(f"(a quick look: at most {limit} questions per set)")


@nano.command("roles")
def nano_roles(
    model: Annotated[Path | None, typer.Option(help="A model folder.")] = None,
    split: Annotated[str, typer.Option(help="The model of a split, where no folder is named.")] = (
        "full"
    ),
    count: Annotated[int, typer.Option(help="Conversations per figure.")] = 300,
) -> None:
    """Print how well a model acts as router, composer, pretend and icul worker."""
    folder, authors = _model_folder(model, split), split != "base"
    _print_figures(_module("evals.nano.measure_roles").measure_roles(folder, count, authors))


def _model_folder(model: Path | None, split: str | None) -> Path:
    """The folder that was named, that of a split, or the embedded product's."""
    if model is not None:
        return model
    if split is None:
        return _module("boxed.models.connect").EMBEDDED
    try:
        return _module("evals.nano.checkpoints").checkpoint(split)
    except ValueError as error:
        sys.exit(str(error))


def _print_figures(figures: Iterable[Any]) -> None:
    for figure in figures:
        typer.echo(f"{figure.name:58} {figure.value:.3f}  n={figure.count}")


@nano.command("build")
def nano_build(
    out: Annotated[Path, typer.Option(help="Folder for the files, new or empty.")],
    seed: Annotated[int | None, typer.Option(help="Another world than the shipped one's.")] = None,
) -> None:
    """Write the embedded world as JSONL in the form of TOFU, WMDP and MMLU."""
    module = _module("evals.nano.build")
    try:
        counts = module.build(out, **({} if seed is None else {"seed": seed}))
    except module.BuildError as error:
        sys.exit(str(error))
    for name, count in counts.items():
        typer.echo(f"{name:40} {count:>6,}")


@nano.command("box")
def nano_box(
    limit: Annotated[int | None, typer.Option(help="Questions per set, for a quick look.")] = None,
) -> None:
    """Ask the embedded product about forgotten and retained records, with and without the box."""
    box = _module("boxed.assemble").assemble(_module("boxed.settings").load_settings())
    module = _module("evals.nano.through_box")
    found = asyncio.run(module.through_box(box, limit=limit))
    typer.echo(
        f"forgotten: {found.forgotten_asked} asked, {found.leaked} leaked "
        f"({found.unboxed_leaked} without the box)\n"
        f"retained: {found.retained_asked} asked, {found.changed} answered otherwise than unboxed"
    )
    if limit:
        typer.echo(f"(a quick look: at most {limit} questions per set)")


@bench.command("gateway")
def bench_gateway(
    policies: Annotated[
        list[int] | None, typer.Option(help="Policy counts, screened by names alone.")
    ] = None,
    semantic: Annotated[
        list[int] | None, typer.Option(help="Policy counts, screened by meaning too.")
    ] = None,
    seconds: Annotated[float, typer.Option(help="Longest time per load.")] = 3.0,
    replies: Annotated[int, typer.Option(help="Most replies per load.")] = 500,
) -> None:
    """Measure what the gateway adds to a mock product, and what it can serve."""
    _module("evals.bench.gateway").run(
        policies or (10, 1_000, 100_000), semantic or (10, 1_000), seconds=seconds, replies=replies
    )


@bench.command("erase")
def bench_erase(
    chunks: Annotated[
        list[int] | None, typer.Option(help="Sizes of the store, in chunks; repeatable.")
    ] = None,
    subject: Annotated[int, typer.Option(help="Chunks about the subject that goes.")] = 100,
) -> None:
    """Measure what forgetting a subject costs, against rebuilding the collection without it."""
    _module("evals.bench.erase").run(chunks or (1_000, 10_000, 100_000), subject)


@bench.command("score")
def bench_score(
    questions: Annotated[int, typer.Option(help="Four-option questions, about 290 at most.")] = 200,
    repeats: Annotated[int, typer.Option(help="Rounds; every way has its turn in each.")] = 3,
    model: Annotated[
        Path | None, typer.Option(help="A model folder; the shipped one by default.")
    ] = None,
    threads: Annotated[int | None, typer.Option(help="torch's threads, for every way.")] = None,
) -> None:
    """Measure likelihood scoring against one answer at a time and against lm-eval."""
    _module("evals.bench.score").run(limit=questions, repeats=repeats, model=model, threads=threads)


def run() -> None:
    """The console script."""
    app()
