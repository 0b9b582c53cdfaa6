"""``boxed-evals compare``: systems on the same items, and the report."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.commands.modules import module_of
from evals.commands.options import (
    FolderOrHub,
    ForgetSplit,
    GoldRetrain,
    RankOfMethods,
    Semantic,
    TopLayers,
    listed,
    quick_look,
)

__all__ = ["compare"]


_Suite = Annotated[
    str,
    typer.Option(
        help="nano, nano-hazard, tofu, wmdp, wmdp-bio, wmdp-chem, wmdp-cyber, mmlu, "
        "muse-news, muse-books, rwku or pii."
    ),
]
_Systems = Annotated[
    str,
    typer.Option(
        help="Separated by commas: original, retrain, prompt, filter, box, box-pretend, "
        "box-pseudonymise, box-pseudonymise-chance, box-redact, box-icul, box-counterfactual, "
        "box-refuse, api, a method of 'boxed-evals unlearn' (npo, rmu ...), contrast, "
        "contrast-unlearned, logit-difference, sisa, dp-sgd, a box around one of these (box-rmu, "
        "box-contrast ...); or 'all' for whatever the suite allows."
    ),
]
_Model = Annotated[
    str | None,
    typer.Option(
        help="The model under test: a folder, a hub name, or smollm2: on TOFU its adapters that "
        "were taught it."
    ),
]
_Also = Annotated[
    list[str] | None,
    typer.Option(help="NAME=FOLDER: another model, such as an unlearned one; repeatable."),
]
_Base = Annotated[
    str | None,
    typer.Option(help="A model from before it was taught: surrogates and shards go on from it."),
]
_Part = Annotated[
    list[str] | None,
    typer.Option(help="with=FOLDER, without=... or assistant=...: a surrogate that is there."),
]
_Limit = Annotated[int | None, quick_look("Items of each part")]
_Engine = Annotated[str, typer.Option(help="local, or ray for a cluster.")]
_Processes = Annotated[
    int | None, typer.Option(help="Processes of the ray engine; one per processor if unset.")
]
_Api = Annotated[str | None, typer.Option(help="Base URL for the system 'api'.")]
_ApiModel = Annotated[str | None, typer.Option(help="Its model's name.")]
_Samples = Annotated[
    int, typer.Option(help="Replies drawn to each forgotten question, for leak@k; 0: none.")
]
_Temperature = Annotated[float, typer.Option(help="At which they are drawn.")]
_Seed = Annotated[int, typer.Option(help="Of what is trained for a system.", min=0)]
_Runs = Annotated[Path, typer.Option(help="Where records are kept.")]
_Out = Annotated[
    Path | None, typer.Option(help="Folder for the report; beside the records if unset.")
]


def compare(
    suite: _Suite = "nano",
    forget: ForgetSplit = "10",
    systems: _Systems = "original,retrain,prompt,filter,box",
    data: FolderOrHub = None,
    model: _Model = None,
    retrain: GoldRetrain = None,
    also: _Also = None,
    base: _Base = None,
    part: _Part = None,
    rank: RankOfMethods = 0,
    layers: TopLayers = 0,
    limit: _Limit = None,
    engine: _Engine = "local",
    processes: _Processes = None,
    semantic: Semantic = True,
    api: _Api = None,
    api_model: _ApiModel = None,
    samples: _Samples = 0,
    temperature: _Temperature = 1.0,
    seed: _Seed = 0,
    runs: _Runs = Path("runs"),
    out: _Out = None,
) -> None:
    """Put systems to the same items, run what is missing, and write the report.

    The key of the system 'api' is read from BOXED_API_KEY.
    """
    chosen = {
        "suite": suite, "forget": forget, "systems": listed(systems), "data": data, "model": model,
        "retrain": retrain, "limit": limit, "engine": engine, "processes": processes,
        "semantic": semantic, "api": api, "api_model": api_model,
        "others": tuple(_named(pair, "--also") for pair in also or ()), "runs": runs,
        "samples": samples, "temperature": temperature, "seed": seed,
        "base": base, "rank": rank, "layers": layers,
        "parts": tuple(_named(pair, "--part") for pair in part or ()),
    }  # fmt: skip
    typer.echo(f"report: {_written(chosen, out) / 'report.html'}")


def _named(pair: str, flag: str) -> tuple[str, str]:
    name, mark, folder = pair.partition("=")
    if not mark or not folder:
        sys.exit(f"{flag} '{pair}' is not NAME=FOLDER; write such as npo=runs/npo")
    return name, folder


def _written(chosen: dict[str, Any], out: Path | None) -> Path:
    """Run what is missing, and write the report; its folder."""
    comparison, console = module_of("evals.running.comparison"), module_of("evals.running.console")
    module_of("transformers.utils.logging").disable_progress_bar()
    options = comparison.Options(**chosen)
    try:
        with console.bars() as progress:
            run = comparison.compare(options, os.environ.get("BOXED_API_KEY"), progress)
        folder = out or comparison.report_folder(options, run.suite)
        embed = module_of("evals.metrics.vectors").kept_sentences(
            comparison.vectors_file(options, run.suite)
        )
        module_of("evals.report").write(run, folder, embed)
    except console.FAULTS as error:
        sys.exit(console.told(error))
    return folder
