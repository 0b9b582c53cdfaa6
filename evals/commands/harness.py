"""``boxed-evals harness``: tasks of lm-evaluation-harness through the box and without it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.commands.modules import module_of
from evals.commands.options import Semantic, quick_look

__all__ = ["harness"]

_INSTALL = "lm-eval is not installed; 'pip install -c constraints.txt .[bench]' adds it"


def harness(
    tasks: Annotated[str, typer.Option(help="The harness's task names, separated by commas.")],
    model: Annotated[
        str | None, typer.Option(help="A folder or hub name; the embedded product if unset.")
    ] = None,
    policies: Annotated[
        str | None, typer.Option(help="A prompt folder; the shipped one if unset.")
    ] = None,
    include: Annotated[
        Path | None, typer.Option(help="A folder with task files of your own.")
    ] = None,
    limit: Annotated[int | None, quick_look("Documents per task")] = None,
    chat: Annotated[bool, typer.Option(help="Examples as turns of a chat.")] = False,
    semantic: Semantic = True,
) -> None:
    """Run tasks of lm-evaluation-harness on the bare model and through the box, side by side."""
    if importlib.util.find_spec("lm_eval") is None:
        sys.exit(_INSTALL)
    module: Any = module_of("evals.studies.harness.side_by_side")
    try:
        rows = module.side_by_side(
            [name.strip() for name in tasks.split(",")],
            model=model,
            policies=policies,
            include=include,
            limit=limit,
            chat=chat,
            semantic=semantic,
        )
    except (ValueError, KeyError, OSError) as error:
        sys.exit(str(error).split("\n")[0])
    for row in rows:
        typer.echo(f"{row.task:32} {row.metric:28} bare {row.bare:.4f}  boxed {row.boxed:.4f}")
    if limit:
        typer.echo(f"(a quick look: at most {limit} documents per task)")
