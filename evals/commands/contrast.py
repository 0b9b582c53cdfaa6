"""``boxed-evals bench contrast``: how strongly small models must correct a large one."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from evals.commands.modules import module_of

__all__ = ["contrast"]


def contrast(
    kinds: Annotated[
        str, typer.Option(help="Of contrast, contrast-unlearned, logit-difference.")
    ] = "contrast,contrast-unlearned,logit-difference",
    alpha: Annotated[list[float] | None, typer.Option(help="Strengths; repeatable.")] = None,
    share: Annotated[
        list[float] | None, typer.Option(help="Plausible from this share on; repeatable.")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Items of each part.")] = 40,
) -> None:
    """Measure how strongly small models must correct a large one that it forgets."""
    module, names = module_of("evals.bench.contrast"), kinds.split(",")
    try:
        module.run(names, alpha or (0.5, 1.0, 2.0), share or (0.1,), limit)
    except ValueError as error:
        sys.exit(str(error))
