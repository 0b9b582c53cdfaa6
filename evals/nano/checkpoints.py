"""Model folders by split and size: shipped, or trained on demand and kept under ``runs/nano``.

>>> checkpoint("retain90")       # doctest: +SKIP
PosixPath('.../evals/nano/weights/retain90')
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from evals.data.tofu import SETS
from evals.nano.curriculum import BASE, ROLES, SPLIT_NAMES
from evals.nano.identity import REPORT, identity_of
from evals.nano.settings import NANO, SIZES, VOCABULARY, Settings
from evals.nano.train import train
from evals.nano.world import SEED

CACHE = Path("runs/nano")
SHIPPED_SIZE = "s"
RECORDS_VOCABULARY = 4096
_WEIGHTS = Path(__file__).parent / "weights"
SHIPPED = {split: _WEIGHTS / split for split in (BASE, ROLES, "retain90", "full")}


def checkpoint(split: str, size: str = SHIPPED_SIZE, cache: Path = CACHE) -> Path:
    """The folder of the embedded world's model for a split; trains it where there is none yet.

    A cached model is used only if it was made with the settings that would make it now, from the
    same base.
    """
    if size == SHIPPED_SIZE and split in SHIPPED:
        return SHIPPED[split]
    settings = settings_for(split, size, cache=cache)
    if not _is_made(settings):
        train(settings)
    return settings.out


def settings_for(
    split: str,
    size: str = SHIPPED_SIZE,
    data: str = NANO,
    out: Path | None = None,
    steps: int = 0,
    seed: int | None = None,
    cache: Path = CACHE,
    fresh: bool = False,
    tokenizer: Path | None = None,
) -> Settings:
    """How a model is trained; the base of a size that has none is made first.

    ``fresh`` starts from random weights where the split would go on from the base; ``tokenizer``
    is a model folder whose tokenizer is taken then.

    Raises ValueError for an unknown split or size, and for a tokenizer where the base has one.
    """
    if size not in SIZES:
        raise ValueError(f"size '{size}' is not one of {', '.join(SIZES)}")
    known = SETS if data != NANO else SPLIT_NAMES
    if split not in known:
        raise ValueError(f"split '{split}' is not one of {', '.join(known)}")
    first = fresh or data != NANO or split == BASE
    if tokenizer is not None and not first:
        raise ValueError(
            f"'{split}' goes on from its base and reads with that one's tokenizer; --tokenizer "
            "goes with --data or --fresh"
        )
    plain = Settings(
        out=cache,
        data=data,
        split=split,
        size=size,
        base=None if first else checkpoint(BASE, size, cache),
        tokenizer=tokenizer,
        steps=steps,
        seed=SEED if seed is None else seed,
        vocabulary=RECORDS_VOCABULARY if data != NANO else VOCABULARY,
    )
    return replace(plain, out=cache / _name(plain) if out is None else out)


def _name(settings: Settings) -> str:
    """A folder name that tells split and size and differs with everything else that matters."""
    told = {**identity_of(settings), **settings.pace()}
    told = {name: value for name, value in told.items() if value is not None}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return f"{settings.split}-{settings.size}-{digest[:8]}"


def _is_made(settings: Settings) -> bool:
    """Is there a finished model? ``training.json`` is the last file that a run writes."""
    return (settings.out / REPORT).exists()
