"""Digests of what a system's replies depend on, so that no record of another system is reused.

digest_of("prompt", weights_of(folder), code_of("boxed.models"))     ->  "9f2c41..."
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from functools import cache
from pathlib import Path

__all__ = ["code_of", "digest_of", "weights_of"]

_LENGTH = 16
_READ = frozenset({".safetensors", ".bin", ".json", ".jinja", ".txt", ".model"})
_PASSED_OVER = "unlearning.json"  # how long unlearning took changes no reply


def digest_of(*parts: str) -> str:
    """A short digest of the parts; their order and borders count."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


@cache
def weights_of(model: str) -> str:
    """The digest of a model folder's files, or the hub name itself where it is no folder.

    Of ``MODEL+ADAPTER`` the digest of both.
    """
    folder = Path(model)
    if not folder.is_dir():
        base, _, adapter = model.partition("+")
        return digest_of(weights_of(base), weights_of(adapter)) if adapter else digest_of(model)
    named = (path for path in folder.iterdir() if path.name != _PASSED_OVER)
    files = sorted(path for path in named if path.suffix in _READ and path.is_file())
    return digest_of(*(part for path in files for part in (path.name, _file(path))))


@cache
def code_of(*packages: str) -> str:
    """The digest of what the Python files of packages or modules say, by their import names.

    Layout and comments do not count: code that is only formatted anew gives the same replies.
    """
    parts: list[str] = []
    for package in packages:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise ValueError(f"package '{package}' cannot be found; name one that is installed")
        origin = Path(spec.origin)
        inside = origin.name == "__init__.py"
        for path in sorted(origin.parent.rglob("*.py")) if inside else (origin,):
            said = ast.dump(ast.parse(path.read_text(encoding="utf-8")))
            parts += [f"{package}/{path.relative_to(origin.parent).as_posix()}", digest_of(said)]
    return digest_of(*parts)


def _file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
