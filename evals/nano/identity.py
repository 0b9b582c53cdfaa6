"""Whose training a folder holds, so that no run goes on from what another one learned.

A gold retrain that went on from a checkpoint of the full model would have seen the forget set.
Therefore the first thing that a run writes is what it learns from, and a run with anything else is
turned away.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from evals.data.jsonl import folder_of
from evals.nano.settings import NANO, Settings

RUN = "run.json"
REPORT = "training.json"
STATE = "state.pt"
WEIGHTS = "model.safetensors"
_MADE = (STATE, WEIGHTS, REPORT, "tokenizer.json")
Identity = dict[str, Any]


def digest(file: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def identity_of(settings: Settings) -> Identity:
    """What decides what is learned: data, split, size, seed, vocabulary, and the base's weights.

    Raises ValueError for a base or a data file that is not there, ``evals.data.jsonl.DataError``
    for a data folder that is none.
    """
    told: Identity = {
        "data": settings.data if settings.data == NANO else "folder",
        "split": settings.split,
        "size": settings.size,
        "seed": settings.seed,
        "vocabulary": settings.vocabulary,
        "data digest": "",
        "base digest": "",
    }
    if settings.data != NANO:
        file = folder_of(Path(settings.data), "tofu") / f"{settings.split}.jsonl"
        told["data digest"] = _digest_of(file, "the data")
    if settings.base is not None:
        told["base digest"] = _digest_of(settings.base / WEIGHTS, "the base")
    return told


def _digest_of(file: Path, what: str) -> str:
    if not file.is_file():
        raise ValueError(f"{what} has no file {file}; name a folder that holds it")
    return digest(file)


def claim(folder: Path, identity: Identity) -> None:
    """Write whose training the folder holds; the folder is made.

    Raises ValueError where it holds another run's, or a model that does not say whose it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / RUN
    if written.exists():
        check(identity, json.loads(written.read_text()), folder)
        return
    if any((folder / name).exists() for name in _MADE):
        raise ValueError(
            f"{folder} holds a model that does not say what it was trained on; "
            "give another folder with --out"
        )
    written.write_text(json.dumps(identity, indent=1) + "\n")


def check(identity: Identity, found: Identity, folder: Path) -> None:
    """Raises ValueError, naming what differs, unless ``found`` is this run's identity."""
    differing = [name for name in identity if identity[name] != found.get(name)]
    if not differing:
        return
    told = ", ".join(
        name if "digest" in name else f"{name} '{found.get(name)}' (not '{identity[name]}')"
        for name in differing
    )
    raise ValueError(
        f"{folder} holds another training run, with a different {told}; give another folder "
        "with --out, or delete this one"
    )
