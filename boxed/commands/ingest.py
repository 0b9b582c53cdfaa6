"""``boxed ingest``: files into the store, with a progress bar and a line for what stayed out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import cast

from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from boxed.commands.console import console, faults, told
from boxed.embedding import load_embedder
from boxed.settings import load_settings
from guards.verdicts import Embed
from retrieval.chroma_store import open_store
from retrieval.documents import Provenance
from retrieval.ingest import IngestReport, Progress, ingest


@told
def run(
    paths: Sequence[Path],
    store: str,
    source: str,
    holder: str,
    licence: str,
    subjects: Sequence[str],
    as_json: bool,
) -> int:
    """Ingest the paths; status 1 where something stayed out, though the rest is stored."""
    for path in paths:
        path.stat()
    names = tuple(dict.fromkeys(" ".join(name.split()) for name in subjects if name.strip()))
    given = Provenance(source, holder, licence, names)
    with open_store(store, _embedder()) as opened, _bar() as bar:
        report = ingest(paths, opened, None, _shown(bar), given=given)
        total = opened.count()
    if as_json:
        console.print_json(_json(report, total))
    else:
        _tell(report, store, total)
    return 1 if report.refused or report.faults else 0


def _embedder() -> Embed:
    # A store is searched by meaning also where the screen goes by names alone, which is the one
    # setting under which there is no embedder.
    return cast(Embed, load_embedder(load_settings().model_copy(update={"semantic": True})))


def _bar() -> Bar:
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[added]} new chunks"),
        TimeRemainingColumn(),
        console=faults,
        transient=True,
        disable=not faults.is_terminal,
    )


def _shown(bar: Bar) -> Callable[[Progress], None]:
    task = bar.add_task("Ingesting", added=0)
    return lambda now: bar.update(task, completed=now.done, total=now.total, added=now.added)


def _json(report: IngestReport, total: int) -> str:
    return json.dumps(asdict(report) | {"chunks": total}, default=str)


def _tell(report: IngestReport, store: str, total: int) -> None:
    for refusal in report.refused:
        faults.print(
            f"[yellow]refused[/yellow] {escape(refusal.place)}: erased under receipt "
            f"{escape(refusal.receipt)}",
            soft_wrap=True,
        )
    for fault in report.faults:
        faults.print(
            f"[red]left out[/red] {escape(fault.place)}: {escape(fault.reason)}", soft_wrap=True
        )
    if report.other:
        console.print(f"Passed over {len(report.other)} files of other kinds.", highlight=False)
    console.print(
        f"{report.documents} documents: {report.added} new chunks, {report.known} were stored "
        f"already. {escape(store)} now holds {total}.",
        highlight=False,
        soft_wrap=True,
    )
