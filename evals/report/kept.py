"""``report.json``: a report's figures and circumstances, for programs and for later comparison.

    kept = load(Path("runs/nano-forget10/report.json"))
    kept.figures["box"]["forget_quality"].value

It holds no text of an item or reply: of each reply a digest, so that two runs can be told apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.records import Figure, Record
from evals.report.findings import Findings

__all__ = ["Kept", "ReportError", "keep", "load"]

FILE = "report.json"
_DIGITS = 12


class ReportError(Exception):
    """A report that cannot be read: which file, what is wrong, and the remedy."""


class Kept(BaseModel):
    """What is kept of a report. ``replies`` are digests by system, in the order of ``items``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    suite: str
    forget: str
    limited: int | None
    command: str
    notes: tuple[str, ...]
    settings: Mapping[str, Any]
    environment: Mapping[str, Any]
    figures: Mapping[str, Mapping[str, Figure]]
    workers: Mapping[str, Mapping[str, int]]
    items: tuple[str, ...]
    replies: Mapping[str, tuple[str, ...]]

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems, in their order."""
        return tuple(self.figures)


def keep(findings: Findings) -> Kept:
    """What is kept of the findings."""
    run = findings.run
    return Kept(
        suite=run.suite,
        forget=str(run.forget or ""),
        limited=run.limited,
        command=run.command,
        notes=run.notes,
        settings=run.settings,
        environment=run.environment,
        figures=findings.figures,
        workers=findings.workers,
        items=tuple(item.id for item in run.items),
        replies={system: _digests(findings, system) for system in findings.systems},
    )


def load(path: Path) -> Kept:
    """The report in a file, or in a folder's ``report.json``; raises ReportError."""
    file = path / FILE if path.is_dir() else path
    try:
        return Kept.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ReportError(
            f"{file}: {error.strerror or 'unreadable'}; give a report.json that 'boxed-evals "
            "compare' wrote, or its folder"
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "file"
        raise ReportError(
            f"{file}: '{field}': {first['msg']}; it is no report of this version: write it again "
            "with 'boxed-evals compare'"
        ) from None


def _digests(findings: Findings, system: str) -> tuple[str, ...]:
    records = {record.item: record for record in findings.run.records[system]}
    return tuple(_digest(records.get(item.id)) for item in findings.run.items)


def _digest(record: Record | None) -> str:
    if record is None or record.reply is None:
        return ""
    text = record.reply.text.encode(errors="surrogatepass")
    return hashlib.sha256(text).hexdigest()[:_DIGITS]
