"""``boxed-evals certified``: removal with a certificate, against retraining."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.commands.modules import module_of
from evals.commands.options import OfCertificate, Published

__all__ = ["certified"]


def certified(
    data: Published = None,
    penalty: Annotated[float, typer.Option(help="Weight of the L2 penalty.")] = 1.0,
    sparsity: Annotated[float, typer.Option(help="Weight of the L1 penalty of the second.")] = 1.0,
    radius: Annotated[
        float, typer.Option(help="Announced distance that the noise hides; beyond it: retrain.")
    ] = 0.5,
    epsilon: OfCertificate = 1.0,
    delta: OfCertificate = 1e-5,
    withdraw: Annotated[int, typer.Option(help="Policies, each withdrawn alone.")] = 10,
    out: Annotated[Path, typer.Option(help="Folder for the vectors.")] = Path("runs/certified"),
) -> None:
    """Withdraw policies from a classifier that all of them share, and compare with retraining."""
    try:
        module_of("evals.studies.certified.run").run(
            data, penalty, sparsity, radius, epsilon, delta, withdraw, out
        )
    except (ValueError, OSError, _error()) as error:
        sys.exit(str(error))


def _error() -> Any:
    return module_of("evals.data.jsonl").DataError
