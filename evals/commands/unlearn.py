"""``boxed-evals unlearn`` and ``search``: forgetting in the weights, and its default numbers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.modules import module_of
from evals.commands.options import (
    FolderOrHub,
    ForgetSplit,
    GoldRetrain,
    RankOfMethods,
    TaughtModel,
    TopLayers,
    listed,
    model_named,
)

__all__ = ["search", "unlearn"]


def unlearn(
    method: Annotated[str, typer.Option(help="Such as npo-retain; an unknown one lists all.")],
    model: Annotated[str, typer.Option(help="A model folder, a packaged model, or a hub name.")],
    forget: Annotated[Path, typer.Option(help="JSONL: question and answer, or text, a line.")],
    out: Annotated[Path, typer.Option(help="Folder for the model, new or this run's own.")],
    retain: Annotated[Path | None, typer.Option(help="JSONL of what must stay.")] = None,
    refusals: Annotated[
        Path | None, typer.Option(help="Refusals, one a line; else idontknow.txt beside --forget.")
    ] = None,
    steps: Annotated[int, typer.Option(help="Training steps; 0: by epochs.")] = 0,
    epochs: Annotated[float, typer.Option(help="Passes; 0: the method's own.")] = 0.0,
    learning_rate: Annotated[float, typer.Option(help="The highest; 0: the method's own.")] = 0.0,
    batch: Annotated[int, typer.Option(help="Examples of each set per step.")] = 32,
    at_once: Annotated[int, typer.Option(help="Examples per pass, for memory; 0: all.")] = 0,
    max_tokens: Annotated[int, typer.Option(help="Longest example; texts are cut.")] = 512,
    lora: Annotated[int, typer.Option(help="Rank of LoRA adapters; 0 trains the weights.")] = 0,
    layers: Annotated[int, typer.Option(help="Top layers with adapters; 0: all layers.")] = 0,
    alone: Annotated[
        bool, typer.Option("--alone", help="Write the adapter without the model.")
    ] = False,
    checkpointing: Annotated[
        bool, typer.Option(help="Recompute activations: less memory.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Order of examples, and random numbers.")] = 0,
    option: Annotated[
        list[str] | None, typer.Option(help="A number of the method, as beta=0.2; repeatable.")
    ] = None,
) -> None:
    """Unlearn a forget set by training; goes on where a killed run stopped."""
    try:
        settings = module_of("evals.methods.weights.settings").Settings(
            method, model_named(model), forget, out, retain, refusals, steps, epochs,
            learning_rate, batch, at_once, max_tokens, lora, checkpointing, seed,
            options=tuple(_pair(text) for text in option or ()), layers=layers, alone=alone,
        )  # fmt: skip
        # The loop shows its own progress.
        module_of("transformers.utils.logging").disable_progress_bar()
        result = module_of("evals.methods.weights.unlearn").unlearn(settings)
    except (ValueError, OSError, module_of("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))
    typer.echo(
        f"{result.steps} steps, {result.seconds:.0f} s, {result.tokens:,} tokens, "
        f"{result.trained:,} of {result.parameters:,} weights trained, peak "
        f"{result.peak_bytes / 2**20:,.0f} MiB: {out}"
    )
    _echo_loss("forget", result.forget_before, result.forget_after)
    if result.retain_before is not None:
        _echo_loss("retain", result.retain_before, result.retain_after)


def search(
    methods: Annotated[str, typer.Option(help="Separated by commas; every method if empty.")] = "",
    items: Annotated[int, typer.Option(help="Items of each of forget and retain.")] = 100,
    out: Annotated[Path, typer.Option(help="Folder for the models and found.json.")] = Path(
        "runs/search"
    ),
    model: TaughtModel = None,
    retrain: GoldRetrain = None,
    data: FolderOrHub = None,
    forget: ForgetSplit = "10",
    rank: RankOfMethods = 16,
    layers: TopLayers = 10,
    spare: Annotated[
        int, typer.Option(help="Leave out what 'compare --limit' with this number asks.")
    ] = 100,
    passes: Annotated[float, typer.Option(help="Only trials of so many passes; 0: all.")] = 0,
) -> None:
    """Try learning rates for each unlearning method; which is best?"""
    try:
        module_of("transformers.utils.logging").disable_progress_bar()
        grounds = module_of("evals.studies.search.ground")
        if model is None:
            ground = grounds.embedded(out, items)
        elif retrain is None:
            sys.exit(f"--model {model} needs the model that never saw the forget set: --retrain")
        else:
            ground = grounds.pretrained(
                out, items, data=data, share=forget, model=model, retrain=retrain, rank=rank,
                layers=layers, spared=spare,
            )  # fmt: skip
        module_of("evals.studies.search.run").run(listed(methods), out, ground, passes=passes)
    except (ValueError, OSError, module_of("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))


def _echo_loss(name: str, before: float, after: float) -> None:
    typer.echo(f"{name} answers: {before:.3f} nats per token before, {after:.3f} after")


def _pair(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise ValueError(f"option '{text}' is not NAME=NUMBER, as in beta=0.2") from None
