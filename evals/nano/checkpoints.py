"""Model folders by split and size: shipped, or trained on demand and kept under ``runs/nano``.

>>> checkpoint("retain90")       # doctest: +SKIP
PosixPath('.../evals/nano/weights/retain90')
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from boxed.models.connect import EMBEDDED
from evals.nano.curriculum import BASE
from evals.nano.train import NANO, Settings, train

CACHE = Path("runs/nano")
SHIPPED_SIZE = "s"
_WEIGHTS = Path(__file__).parent / "weights"
SHIPPED = {"full": EMBEDDED, "retain90": _WEIGHTS / "retain90", BASE: _WEIGHTS / BASE}


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
    split: str, size: str = SHIPPED_SIZE, out: Path | None = None, cache: Path = CACHE
) -> Settings:
    """How the split's model is trained; its base is made first where a size has none."""
    base = None if split == BASE else checkpoint(BASE, size, cache)
    plain = Settings(out=cache, split=split, size=size, base=base)
    return Settings(out=out or cache / _name(plain), split=split, size=size, base=base)


def _name(settings: Settings) -> str:
    """A folder name that tells split and size and differs with everything else that matters."""
    told = {**asdict(settings), "out": None, "base": _digest(settings.base)}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return f"{settings.split}-{settings.size}-{digest[:8]}"


def _digest(folder: Path | None) -> str:
    if folder is None:
        return ""
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def _is_made(settings: Settings) -> bool:
    """Is there a finished model? ``training.json`` is the last file that a run writes."""
    return settings.data == NANO and (settings.out / "training.json").exists()
