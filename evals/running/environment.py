"""Where a run was made: what somebody who repeats it would want to compare.

environment_of()["versions"]["torch"]      ->  "2.13.0+cpu"
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
from typing import Any

__all__ = ["environment_of"]

_PACKAGES = ("boxed", "torch", "transformers", "sentence-transformers", "scipy", "rouge-score")


def environment_of(device: str) -> dict[str, Any]:
    """Versions and the machine; ``device`` is what the models ran on. No name of user or host."""
    return {
        "versions": {
            "python": platform.python_version(),
            **{name: _version(name) for name in _PACKAGES},
        },
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "processors": os.cpu_count() or 0,
            "device": device,
        },
    }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
