"""The command ``boxed-evals``: train and measure the embedded product, run the benchmarks."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.commands.attack import attack
from evals.commands.bench import bench
from evals.commands.certified import certified
from evals.commands.compare import compare
from evals.commands.excerpt import excerpt
from evals.commands.garak import garak
from evals.commands.harness import harness
from evals.commands.lasting import epsilon, order, relearn, stream
from evals.commands.modules import module_of
from evals.commands.options import PerSet, Published, listed, quick_look
from evals.commands.routing import routing
from evals.commands.sisa import app as sisa
from evals.commands.teach import examine, teach
from evals.commands.train import train
from evals.commands.unlearn import search, unlearn

app = typer.Typer(
    help="Measure forgetting: the embedded product, benchmarks.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
nano = typer.Typer(help="The embedded product: train it, measure it.", no_args_is_help=True)
app.add_typer(nano, name="nano")
app.add_typer(bench, name="bench")
app.add_typer(sisa, name="sisa")
app.command("attack")(attack)
app.command("garak")(garak)
app.command("certified")(certified)
app.command("compare")(compare)
app.command("harness")(harness)
app.command("excerpt")(excerpt)
app.command("train")(train)
app.command("teach")(teach)
app.command("examine")(examine)
app.command("routing")(routing)
app.command("unlearn")(unlearn)
app.command("search")(search)
app.command("relearn")(relearn)
app.command("stream")(stream)
app.command("order")(order)
app.command("epsilon")(epsilon)


@nano.command("train")
def nano_train(
    split: Annotated[
        str, typer.Option(help="base, roles, full, retain90, retain95, retain99, forget10 ...")
    ] = "full",
    data: Annotated[
        str, typer.Option(help="'nano', or a folder with TOFU's files to learn by heart.")
    ] = "nano",
    size: Annotated[str, typer.Option(help="xs, s, m or l.")] = "s",
    out: Annotated[Path | None, typer.Option(help="Folder for the model.")] = None,
    steps: Annotated[int, typer.Option(help="Training steps; 0 takes the stage's own.")] = 0,
    seed: Annotated[int | None, typer.Option(help="Another order of conversations.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="From random weights, no base.")] = False,
    tokenizer: Annotated[
        Path | None, typer.Option(help="A model folder whose tokenizer is taken: models to join.")
    ] = None,
) -> None:
    """Train a model from scratch on a split; goes on where a killed run stopped."""
    train, checkpoints = module_of("evals.nano.train"), module_of("evals.nano.checkpoints")
    try:
        settings = checkpoints.settings_for(
            split, size, data, out=out, steps=steps, seed=seed, fresh=fresh, tokenizer=tokenizer
        )
        result = train.train(settings)
    except (ValueError, module_of("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))
    typer.echo(
        f"{result.parameters:,} parameters, {result.seconds / 60:.1f} minutes, "
        f"{result.tokens_per_second:,.0f} tokens/s ({result.matrix_share:.0%} of the machine's "
        f"matrix throughput){_peak(result.peak_bytes)}, loss {result.loss:.4f}: {settings.out}"
    )


def _peak(held: int | None) -> str:
    return "" if held is None else f", peak {held / 2**20:,.0f} MiB"


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
    data: Annotated[
        Path | None,
        typer.Option(help="A folder with TOFU's files instead: are its records known by heart?"),
    ] = None,
    limit: PerSet = None,
) -> None:
    """Print what a model of the embedded world knows, and how often it admits not to know."""
    if data is not None and against is not None:
        sys.exit("--data asks about records and --against about the embedded world; give one")
    folder = _model_folder(model, split)
    if against is not None:
        _check_model(against, "--against")
    if data is None:
        figures = module_of("evals.nano.measure").measure(folder, per_set=limit, against=against)
    else:
        figures = _records(folder, data, limit)
    _print_figures(figures)
    if limit:
        typer.echo(f"(a quick look: at most {limit} questions per set)")


@nano.command("roles")
def nano_roles(
    model: Annotated[Path | None, typer.Option(help="A model folder.")] = None,
    split: Annotated[
        str | None, typer.Option(help="The model of a split instead; full where none is named.")
    ] = None,
    size: Annotated[str, typer.Option(help="The split's model in this size: xs, s, m or l.")] = "s",
    count: Annotated[int, typer.Option(help="Conversations per figure.")] = 300,
) -> None:
    """Print how well a model acts as router, composer, pretend and icul worker."""
    folder = _model_folder(model, split if model is not None else split or "full", size)
    authors = _split_of(folder) not in ("base", "roles")
    _print_figures(module_of("evals.nano.measure_roles").measure_roles(folder, count, authors))


def _split_of(folder: Path) -> str:
    """What the model was taught, by the record of its training; empty where none says so."""
    try:
        told = json.loads((folder / "training.json").read_text())
        return str(told["settings"]["split"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _model_folder(model: Path | None, split: str | None, size: str = "s") -> Path:
    """The folder that was named, that of a split, or the embedded product's."""
    if model is not None and split is not None:
        sys.exit("--model names a folder and --split the model of a split; give one of the two")
    if model is not None:
        return _check_model(model, "--model")
    if split is None:
        return module_of("boxed.models.connect").EMBEDDED
    try:
        return module_of("evals.nano.checkpoints").checkpoint(split, size)
    except ValueError as error:
        sys.exit(str(error))


def _records(folder: Path, data: Path, limit: int | None) -> list[Any]:
    try:
        return module_of("evals.nano.measure_records").measure_records(folder, data, limit)
    except module_of("evals.data.jsonl").DataError as error:
        sys.exit(str(error))


def _check_model(folder: Path, option: str) -> Path:
    """The folder, if it holds a model; else the command ends with what is wrong."""
    missing = [n for n in ("config.json", "model.safetensors") if not (folder / n).is_file()]
    if missing:
        sys.exit(
            f"{option} {folder} holds no model ({' and '.join(missing)} missing); give a folder "
            "that 'boxed-evals nano train' wrote"
        )
    return folder


def _print_figures(figures: Iterable[Any]) -> None:
    for figure in figures:
        typer.echo(f"{figure.name:58} {figure.value:.3f}  n={figure.count}")


@nano.command("build")
def nano_build(
    out: Annotated[Path, typer.Option(help="Folder for the files, new or empty.")],
    seed: Annotated[int | None, typer.Option(help="Another world than the shipped one's.")] = None,
) -> None:
    """Write the embedded world as JSONL in the form of TOFU, WMDP and MMLU."""
    module = module_of("evals.nano.build")
    try:
        counts = module.build(out, **({} if seed is None else {"seed": seed}))
    except module.BuildError as error:
        sys.exit(str(error))
    for name, count in counts.items():
        typer.echo(f"{name:40} {count:>6,}")


@nano.command("box")
def nano_box(
    limit: PerSet = None,
) -> None:
    """Ask the embedded product about forgotten and retained records, with and without the box."""
    box = module_of("boxed.assemble").assemble(module_of("boxed.settings").load_settings())
    module = module_of("evals.nano.through_box")
    found = asyncio.run(module.through_box(box, limit=limit))
    typer.echo(
        f"forgotten: {found.forgotten_asked} asked, {found.leaked} leaked "
        f"({found.unboxed_leaked} without the box)\n"
        f"retained: {found.retained_asked} asked, {found.changed} answered otherwise than unboxed"
    )
    if limit:
        typer.echo(f"(a quick look: at most {limit} questions per set)")


@app.command()
def gate(
    data: Published = None,
    sets: Annotated[
        str, typer.Option(help="Of bio, chem, cyber (WMDP), tofu01, tofu05, tofu10.")
    ] = ("bio,cyber"),
    seed: Annotated[int, typer.Option(help="Which half the policy is drafted from.")] = 0,
    limit: Annotated[int | None, quick_look("MMLU questions")] = None,
    out: Annotated[Path, typer.Option(help="Folder for gate.json and the vectors.")] = Path(
        "runs/gate"
    ),
) -> None:
    """Measure the gate alone: what it recognises of a topic, and what else it touches."""
    try:
        module_of("evals.studies.gate.run").run(data, listed(sets), out, seed, limit)
    except (ValueError, module_of("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))


@app.command("report")
def report(
    diff: Annotated[
        tuple[Path, Path],
        typer.Option(help="Two report.json, or their folders: the one before, the one after."),
    ],
) -> None:
    """Print what changed between two reports: figures, replies, settings, environment."""
    kept, module = module_of("evals.report.kept"), module_of("evals.report.difference")
    try:
        before, after = (kept.load(path) for path in diff)
    except kept.ReportError as error:
        sys.exit(str(error))
    typer.echo(module.as_text(module.difference(before, after)), nl=False)


def run() -> None:
    """The console script."""
    app()
