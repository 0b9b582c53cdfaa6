"""``boxed-evals garak``: garak's encodings, jailbreaks and buffs against a live gateway."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.modules import module_of
from evals.commands.options import Chance, FolderOrHub, OfPeople, People, Response, Semantic

__all__ = ["garak"]


def garak(
    python: Annotated[
        str, typer.Option(help="The Python of the environment that garak is installed in.")
    ],
    suite: OfPeople = "nano",
    policies: Annotated[str, typer.Option(help="title or draft, as for attack.")] = "title",
    worker: Response = "pretend",
    questions: Annotated[int, typer.Option(help="How many questions, each in 36 disguises.")] = 20,
    people: People = None,
    data: FolderOrHub = None,
    semantic: Semantic = True,
    seed: Chance = 0,
    out: Annotated[Path, typer.Option(help="Folder for garak's reports.")] = Path("runs/garak"),
) -> None:
    """Let garak ask a gateway for what is forgotten, and the same product without the box."""
    console = module_of("evals.running.console")
    options = module_of("evals.attacks.run").Options(
        suite, policies=policies, response=worker, questions=questions, people=people, data=data,
        seed=seed, semantic=semantic,
    )  # fmt: skip
    try:
        found = module_of("evals.attacks.garak.scanning").scan(options, python, out, typer.echo)
    except (*console.FAULTS, RuntimeError) as error:
        sys.exit(console.told(error))
    for one in found:
        typer.echo(f"{one.disguise:40} boxed {one.boxed.text:34} bare {100 * one.bare.value:.0f} %")
    typer.echo(f"garak's reports: {out}")
