"""A model taught by private training, on demand: what it learned of any one record is bounded.

private_of(base, taught, Path("runs/unlearned"))      ->  PosixPath("runs/unlearned/dp-sgd-...")
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evals.methods.private.process import train_apart
from evals.methods.private.settings import Settings, identity_of
from evals.methods.weights.settings import REPORT
from evals.systems.identity import code_of, digest_of
from evals.systems.trained import records_file
from prompts.policy import Example

__all__ = ["private_of"]


def private_of(base: str, taught: Sequence[Example], folder: Path, **numbers: Any) -> Path:
    """The folder of a model that goes on from ``base`` with the small budget of ``Settings``.

    ``numbers`` are fields of ``Settings`` in the place of that budget's. Raises ValueError for a
    training that failed.
    """
    kept = folder.resolve()
    plain = Settings(base, records_file(kept, taught), kept, **numbers)
    told = json.dumps(identity_of(plain), sort_keys=True)
    settings = replace(
        plain, out=kept / f"dp-sgd-{digest_of(told, code_of('evals.methods.private'))}"
    )
    # The report is the last file of a run.
    if not (settings.out / REPORT).exists():
        train_apart(settings)
    return settings.out
