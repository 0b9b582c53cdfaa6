"""``boxed-evals excerpt``: TOFU of a size that a processor can learn in half an hour."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.modules import module_of
from evals.commands.options import TofuFiles

__all__ = ["excerpt"]


def excerpt(
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    data: TofuFiles,
    forget: Annotated[str, typer.Option(help="The forget split, which stays whole.")] = "05",
    authors: Annotated[
        int, typer.Option(help="Retained authors; half of them are asked about.")
    ] = 10,
) -> None:
    """Write TOFU's files with fewer authors, for 'train' and 'compare' on a small machine."""
    found = module_of("evals.data.excerpt")
    try:
        counts = found.write_excerpt(data, out, forget, authors)
    except (ValueError, OSError, module_of("evals.data.jsonl").DataError) as error:
        sys.exit(str(error))
    typer.echo(", ".join(f"{split} {count}" for split, count in counts.items()))
    typer.echo(f"written: {out / 'tofu'}")
