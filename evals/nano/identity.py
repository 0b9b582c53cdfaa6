"""What decides what a training learns, and the mark by which it knows its own folder."""

from __future__ import annotations

from pathlib import Path

from evals.data.jsonl import folder_of
from evals.nano.settings import NANO, Settings
from evals.training import folders
from evals.training.folders import Identity, digest

RUN = "run.json"
REPORT = "training.json"
STATE = "state.pt"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
_MADE = (STATE, WEIGHTS, REPORT, TOKENIZER)


def identity_of(settings: Settings) -> Identity:
    """What decides what is learned: data, split, size, seed, tokenizer, and the base's weights.

    Raises ValueError for a base, tokenizer or data file that is not there,
    ``evals.data.jsonl.DataError`` for a data folder that is none.
    """
    told = {
        "data": settings.data if settings.data == NANO else "folder",
        "split": settings.split,
        "size": settings.size,
        "seed": settings.seed,
        "vocabulary": settings.vocabulary,
        "data digest": "",
        "base digest": "",
        "tokenizer digest": None,
    }
    if settings.data != NANO:
        file = folder_of(Path(settings.data), "tofu") / f"{settings.split}.jsonl"
        told["data digest"] = _digest_of(file, "the data")
    if settings.base is not None:
        told["base digest"] = _digest_of(settings.base / WEIGHTS, "the base")
    if settings.tokenizer is not None:
        told["tokenizer digest"] = _digest_of(settings.tokenizer / TOKENIZER, "the tokenizer")
    return told


def _digest_of(file: Path, what: str) -> str:
    if not file.is_file():
        raise ValueError(f"{what} has no file {file}; name a folder that holds it")
    return digest(file)


def claim(folder: Path, identity: Identity) -> None:
    """Make the folder this training's own.

    Raises ValueError where it holds another one's, or a model that does not say whose it is.
    """
    foreign = any((folder / name).exists() for name in _MADE)
    folders.claim(folder, folder / RUN, identity, foreign)
