"""``boxed-evals attack``: what clever clients try against the box, and what must stay meanwhile."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.commands.modules import module_of
from evals.commands.options import Chance, FolderOrHub, OfPeople, People, Response, Semantic, listed

__all__ = ["attack"]


def attack(
    suite: OfPeople = "nano",
    policies: Annotated[
        str, typer.Option(help="title (a title and one question), or draft (from records).")
    ] = "title",
    worker: Response = "pretend",
    classes: Annotated[
        str, typer.Option(help="Classes or families, by commas; all if empty.")
    ] = "",
    questions: Annotated[int, typer.Option(help="Questions of each class, at most.")] = 50,
    people: People = None,
    samples: Annotated[int, typer.Option(help="Replies drawn to each question, for leak@k.")] = 1,
    data: FolderOrHub = None,
    search: Annotated[
        int, typer.Option(help="Generations of a search for compositions that get through.")
    ] = 0,
    keep: Annotated[
        bool, typer.Option(help="Keep what a search finds, to be tried ever after.")
    ] = False,
    semantic: Semantic = True,
    seed: Chance = 0,
    out: Annotated[Path, typer.Option(help="Folder for report.json and transcripts.")] = Path(
        "runs/attack"
    ),
) -> None:
    """Attack the box around a product that always knows and always tells."""
    console = module_of("evals.running.console")
    chosen = {
        "suite": suite, "policies": policies, "response": worker, "questions": questions,
        "classes": listed(classes),
        "people": people, "samples": samples, "data": data, "seed": seed, "semantic": semantic,
    }  # fmt: skip
    try:
        if search:
            _search(chosen, search, keep, out)
        else:
            _attack(chosen, console, out)
    except console.FAULTS as error:
        sys.exit(console.told(error))


def _attack(chosen: dict[str, Any], console: Any, out: Path) -> None:
    module, report = module_of("evals.attacks.run"), module_of("evals.attacks.report")
    with console.bars() as progress:
        found = module.run(module.Options(**chosen), progress)
    report.show(found, module_of("rich.console").Console())
    file = report.write(found, out, shlex.join(["boxed-evals", *sys.argv[1:]]))
    typer.echo(f"report: {file}")


def _search(chosen: dict[str, Any], generations: int, keep: bool, out: Path) -> None:
    options = module_of("evals.attacks.run").Options(**chosen)
    search = module_of("evals.attacks.search")
    best = search.search(options, generations, typer.echo)
    file = search.write(best, out)
    if keep:
        typer.echo(f"{module_of('evals.attacks.found').keep(one.steps for one in best)} kept")
    typer.echo(f"found: {file}")
