"""Reports of evaluations that lie in a folder: their figures, and the whole report to keep."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from boxed.api.chat import Body
from boxed.console.data import Asked, not_there
from prompts.salvage import opaque

__all__ = ["Reports"]

_FIGURES, _WHOLE = "report.json", "report.html"
_MOST = 200


class Reports:
    """The routes about reports; without the setting `reports` there are none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def there(self) -> bool:
        """Is a folder set?"""
        return self._folder is not None

    async def listed(self, asked: Asked) -> Body:
        """Every report, newest first."""
        return {"reports": await asyncio.to_thread(lambda: [_row(*one) for one in self._found()])}

    async def one(self, asked: Asked) -> Body:
        """One report's figures by system, and its page as text."""
        return await asyncio.to_thread(self._whole, asked.path["name"])

    def _found(self) -> list[tuple[Path, Path]]:
        """The folder of reports and each report's own, in it or one or two folders below."""
        root = self._folder
        if root is None or not root.is_dir():
            return []
        files: Iterator[Path] = (
            file for depth in ("", "*/", "*/*/") for file in root.glob(f"{depth}{_FIGURES}")
        )
        newest = sorted(files, key=lambda file: file.stat().st_mtime, reverse=True)
        return [(root, file.parent) for file in newest[:_MOST]]

    def _whole(self, name: str) -> Body:
        for root, folder in self._found():
            row = _row(root, folder)
            if row["name"] != name:
                continue
            kept, page = _kept(folder), folder / _WHOLE
            html = page.read_text("utf-8", "replace") if page.is_file() else None
            return {**row, "figures": kept.get("figures"), "notes": kept.get("notes"), "html": html}
        raise not_there("report")


def _row(root: Path, folder: Path) -> Body:
    kept = _kept(folder)
    made = datetime.fromtimestamp((folder / _FIGURES).stat().st_mtime, UTC)
    path = folder.relative_to(root).as_posix()
    return {
        "name": opaque(path),
        "path": "" if path == "." else path,
        "made": made.isoformat(timespec="seconds"),
        "suite": str(kept.get("suite", "")),
        "forget": str(kept.get("forget", "")),
        "limited": kept.get("limited"),
        "systems": list(kept.get("figures") or {}),
    }


def _kept(folder: Path) -> dict[str, Any]:
    """What the report keeps for programs; empty where it is damaged."""
    try:
        kept = orjson.loads((folder / _FIGURES).read_bytes())
    except orjson.JSONDecodeError:
        return {}
    return kept if isinstance(kept, dict) else {}
