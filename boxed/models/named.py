"""What a local model's name means: a packaged model, a GGUF file, a folder or a hub name.

    smollm2                   a packaged model (``boxed models list``)
    gguf:models/other.gguf    any GGUF file
    runs/taught, org/model    a transformers folder, or a name on the hub
    smollm2+runs/adapter      any of these with a LoRA adapter in peft's form
    smollm2+router            a packaged model with the adapter that comes with it for a role

A folder that is called like a packaged model is written with its place: ``./smollm2``.
"""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import dataclass
from pathlib import Path

from boxed.models.packaged import (
    PACKAGED,
    MissingWeightsError,
    cache_folder,
    shipped_adapter,
)

__all__ = ["GGUF", "Named", "folder_of", "named", "packaged_words", "source_of"]

GGUF = "gguf:"


@dataclass(frozen=True, slots=True)
class Named:
    """A name taken apart: ``gguf`` for llama.cpp where there is a file, ``base`` as written."""

    base: str
    adapter: Path | None
    gguf: Path | None


def named(name: str) -> Named:
    """Take a name apart; raises OSError for a packaged model, file or adapter that is not there."""
    base, plus, beside = name.partition("+")
    adapter = _beside(base, beside) if plus and not Path(name).exists() else None
    if adapter is None:
        base = name
    elif not (adapter / "adapter_config.json").is_file():
        raise FileNotFoundError(f"adapter '{adapter}' is no folder with an adapter_config.json")
    if base in PACKAGED:
        model = PACKAGED[base]
        if model.gguf.is_file():
            return Named(base, adapter, model.gguf)
        if model.from_hub.is_dir():
            return Named(base, adapter, None)
        raise MissingWeightsError(base)
    if base.startswith(GGUF):
        file = Path(base.removeprefix(GGUF)).expanduser()
        if not file.is_file():
            raise FileNotFoundError(f"'{base}': there is no such file; name a GGUF file")
        return Named(base, adapter, file)
    return Named(base, adapter, None)


def _beside(base: str, adapter: str) -> Path:
    shipped = None if Path(adapter).exists() else shipped_adapter(base, adapter)
    return shipped or Path(adapter)


def folder_of(name: str) -> str:
    """What transformers loads: a folder, or a hub name as it is; an adapter stays beside it.

    A GGUF file is converted into the cache at first use, which takes half a minute. Raises OSError
    where something is not there, ValueError for a file that transformers cannot read.
    """
    base, adapter = source_of(name)
    return base if adapter is None else f"{base}+{adapter}"


def source_of(name: str) -> tuple[str, Path | None]:
    """``folder_of`` in its two parts: what transformers loads, and the adapter's folder."""
    found = named(name)
    return _loadable(found), found.adapter


def _loadable(found: Named) -> str:
    if found.gguf is None:
        return str(PACKAGED[found.base].from_hub) if found.base in PACKAGED else found.base
    target = _converted(found)
    if not target.is_dir():
        # torch and transformers take seconds to import.
        importlib.import_module("boxed.models.dequantised").dequantised(found.gguf, target)
    return str(target)


def packaged_words() -> str:
    """The packaged models' names, for an error that a name is none."""
    return ", ".join(f"'{name}'" for name in PACKAGED)


def _converted(found: Named) -> Path:
    """The folder of a file's converted weights; a file that was changed gets another."""
    if found.base in PACKAGED:
        return PACKAGED[found.base].folder / f"weights-{PACKAGED[found.base].sha256[:8]}"
    assert found.gguf is not None  # noqa: S101 (the caller has looked)
    place = found.gguf.resolve()
    told = place.stat()
    key = f"{place}\n{told.st_size}\n{told.st_mtime_ns}"
    digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
    return cache_folder() / "converted" / f"{place.stem}-{digest[:12]}"
