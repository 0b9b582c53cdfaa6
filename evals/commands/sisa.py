"""``boxed-evals sisa``: a sharded model, of which forgetting trains a few parts anew."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from evals.commands.modules import module_of

__all__ = ["app"]

T = TypeVar("T")

app = typer.Typer(
    help="Exact unlearning: train in shards and slices, forget by retraining few.",
    no_args_is_help=True,
)
Out = Annotated[Path, typer.Option(help="Folder of the sharded model.")]


@app.command("train")
def train(
    model: Annotated[str, typer.Option(help="A model folder that every shard goes on from.")],
    data: Annotated[Path, typer.Option(help="JSONL: question and answer on each line.")],
    out: Out,
    shards: Annotated[int, typer.Option(help="Models of the ensemble.")] = 4,
    slices: Annotated[int, typer.Option(help="Checkpoints of each.")] = 3,
    together: Annotated[int, typer.Option(help="Neighbouring lines that share a place.")] = 1,
    epochs: Annotated[float, typer.Option(help="Passes over what a slice reads.")] = 3.0,
    learning_rate: Annotated[float, typer.Option(help="The highest.")] = 1.5e-3,
    batch: Annotated[int, typer.Option(help="Records per step.")] = 32,
    seed: Annotated[int, typer.Option(help="Order of records.")] = 0,
) -> None:
    """Train every part; goes on where a killed run stopped."""

    def made() -> Any:
        numbers = module_of("evals.methods.exact.state").Numbers(
            shards, slices, together, epochs, learning_rate, batch, seed
        )
        state = module_of("evals.methods.exact.state").begin(out, model, _records(data), numbers)
        return module_of("evals.methods.exact.sisa").train(state, _tell)

    _echo(_guarded(made), "trained")


@app.command("forget")
def forget(
    out: Out, records: Annotated[Path, typer.Option(help="JSONL of what must go, word for word.")]
) -> None:
    """Delete and retrain the parts that saw these records; goes on after a kill."""
    digest = module_of("evals.methods.exact.proof").record_digest

    def made() -> Any:
        gone = [digest(one.question, one.answer) for one in _records(records)]
        return module_of("evals.methods.exact.sisa").forget(out, gone, _tell)

    _echo(_guarded(made), "trained anew")


@app.command("proof")
def proof(out: Out) -> None:
    """Check that no part saw a forgotten record, and print how many each saw."""
    for place, count in _guarded(lambda: module_of("evals.methods.exact.sisa").verify(out)).items():
        typer.echo(f"shard {place.shard} slice {place.slice}: {count} records")
    typer.echo("every part went on from the one before it, and none saw a forgotten record")


def _records(file: Path) -> list[Any]:
    example, jsonl = module_of("prompts.policy").Example, module_of("evals.data.jsonl")
    rows = jsonl.read_records(file, module_of("evals.data.tofu").QA)
    return [example(question=row.question, answer=row.answer) for row in rows]


def _tell(number: int, of: int) -> None:
    typer.echo(f"part {number + 1} of {of}", err=True)


def _echo(spent: Any, done: str) -> None:
    cost: Mapping[str, float] = spent.cost
    whole: Mapping[str, float] = spent.everything
    typer.echo(
        f"{spent.made} of {spent.parts} parts {done}: {cost['seconds']:.0f} s, "
        f"{int(cost['tokens']):,} tokens (all parts: {whole['seconds']:.0f} s, "
        f"{int(whole['tokens']):,} tokens)"
    )


def _guarded(work: Callable[[], T]) -> T:
    try:
        return work()
    except (ValueError, OSError, module_of("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))
