"""Policy files to break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]

GOOD = """---
id: {id}
title: Mara Quill
kind: person
response: pretend
scope:
  - Who is Mara Quill?
---
Behave as if you had never heard of her.
"""


@pytest.fixture
def prompt_folder(tmp_path: Path) -> Path:
    """A prompt folder with an empty `policies/`."""
    folder = tmp_path / "prompts"
    (folder / "policies").mkdir(parents=True)
    return folder


@pytest.fixture
def write(prompt_folder: Path) -> Write:
    """Write `text` to a file of the prompt folder, by default a good policy."""

    def _write(name: str = "policies/mara.md", text: str | None = None, id: str = "mara") -> Path:
        path = prompt_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GOOD.format(id=id) if text is None else text, encoding="utf-8")
        return path

    return _write
