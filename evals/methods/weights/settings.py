"""What an unlearning run depends on, and the mark by which a run knows its own folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boxed.models.named import source_of
from evals.data.jsonl import DataError
from evals.methods.weights.method import Method
from evals.training import folders

__all__ = ["ADAPTER", "REPORT", "UNFINISHED", "Settings", "claim", "identity_of", "options_of",
           "weights_of"]  # fmt: skip

REPORT = "unlearning.json"
"""The last file that a run writes: settings and what was measured."""
ADAPTER = "adapter_model.safetensors"
"""The weights of an adapter, in its folder."""
UNFINISHED = "unfinished"
"""Folder, inside the result's, of what is needed only until the run ends."""
_WEIGHTS = (".safetensors", ".bin")


@dataclass(frozen=True, slots=True)
class Settings:
    """An unlearning request. ``model`` is a folder or a hub name, the files are JSONL.

    0 takes the method's own ``steps``, ``epochs`` and ``learning_rate``. ``at_once`` examples of a
    set are read in one pass (0: the whole ``batch``); ``lora`` is the rank of adapters, 0 trains
    the weights themselves; ``layers`` is how many of the top layers have them (0: all). ``alone``
    writes the adapter without the model, and ``start`` is the folder of one that it goes on from.
    ``options`` replace the method's own numbers.
    """

    method: str
    model: str
    forget: Path
    out: Path
    retain: Path | None = None
    refusals: Path | None = None
    steps: int = 0
    epochs: float = 0.0
    learning_rate: float = 0.0
    batch: int = 32
    at_once: int = 0
    max_tokens: int = 512
    lora: int = 0
    checkpointing: bool = False
    seed: int = 0
    checkpoint_every: int = 20
    options: tuple[tuple[str, float], ...] = ()
    layers: int = 0
    alone: bool = False
    start: Path | None = None


def options_of(method: Method, given: Mapping[str, float]) -> dict[str, float]:
    """The method's numbers with those given in their place; ValueError for one that it lacks."""
    for name in given:
        if name not in method.options:
            known = ", ".join(method.options) or "none"
            raise ValueError(
                f"option '{name}' is none of method '{method.name}', which has {known}"
            )
    return {**method.options, **given}


def identity_of(settings: Settings) -> dict[str, Any]:
    """What must be the same for a run to go on: settings, weights and records, by their digests."""
    return {
        "method": settings.method,
        "model": weights_of(settings.model),
        "forget": _digest(settings.forget),
        "retain": _digest(settings.retain),
        "refusals": _digest(settings.refusals),
        "steps": settings.steps,
        "epochs": settings.epochs,
        "learning_rate": settings.learning_rate,
        "batch": settings.batch,
        "at_once": settings.at_once,
        "max_tokens": settings.max_tokens,
        "lora": settings.lora,
        "seed": settings.seed,
        "options": dict(sorted(settings.options)),
        # Only where they say something: a run from before they were there is the same run.
        **({"layers": settings.layers} if settings.layers else {}),
        **({"alone": True} if settings.alone else {}),
        **({"start": _digest(settings.start / ADAPTER)} if settings.start else {}),
    }


def claim(out: Path, identity: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The report of a run that is finished, or None after making the folder this run's own.

    Raises ValueError for a folder with another run's or with other files.
    """
    report = out / REPORT
    if report.exists():
        found = json.loads(report.read_text(encoding="utf-8"))
        folders.check(identity, found["identity"], out)
        return found
    foreign = out.exists() and (not out.is_dir() or any(out.iterdir()))
    folders.claim(out, out / UNFINISHED / "identity.json", identity, foreign)
    return None


def weights_of(model: str) -> str:
    """Digests of a folder's weights, and of its adapter's; of a model of the hub its name."""
    base, adapter = source_of(model)
    places = [Path(base), *([adapter] if adapter else [])]
    if not places[0].is_dir():
        return model
    files = [path for place in places for path in sorted(place.iterdir())]
    return " ".join(_digest(path) or "" for path in files if path.suffix in _WEIGHTS)


def _digest(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return folders.digest(file)[:16]
    except OSError as error:
        raise DataError(
            f"{file}: {error.strerror or 'unreadable'}; name a file of records"
        ) from None
