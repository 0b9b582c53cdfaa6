"""``boxed ingest``: files into the store, with a progress bar and a line for what stayed out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from boxed.commands.console import console, faults, told
from boxed.forgetting.request import open_desk, settle
from boxed.settings import load_settings
from boxed.store.opening import store_embedder
from retrieval.chroma.reach import Reach, find_again
from retrieval.chroma.store import open_store
from retrieval.ingesting.documents import Provenance
from retrieval.ingesting.ingest import IngestReport, Progress, ingest
from retrieval.store import DEFAULT_STORE


@told
def run(
    paths: Sequence[Path],
    store: str | None,
    source: str,
    holder: str,
    licence: str,
    subjects: Sequence[str],
    as_json: bool,
) -> int:
    """Ingest the paths; status 1 where something stayed out, though the rest is stored."""
    for path in paths:
        path.stat()
    settings = load_settings(store=store)
    place = settings.store or DEFAULT_STORE
    names = tuple(dict.fromkeys(" ".join(name.split()) for name in subjects if name.strip()))
    given = Provenance(source, holder, licence, names)
    with (
        open_store(place, store_embedder(settings)) as opened,
        open_desk(opened, settings) as desk,
    ):
        # An erasure that was cut short is finished before anything comes in that it might meet.
        for receipt in settle(desk):
            faults.print(f"A forget request that was cut short is finished: {receipt.number}.")
        with _bar() as bar:
            report = ingest(paths, opened, desk.prints, _shown(bar), given=given)
        reach = find_again(opened)
        total = opened.count()
    if as_json:
        console.print_json(_json(report, total, reach))
    else:
        _tell(report, place, total)
        if reach.repaired or reach.lost or reach.checked < reach.count:
            for line in reach.told:
                console.print(line, highlight=False)
    return 1 if report.refused or report.faults else 0


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


def _json(report: IngestReport, total: int, reach: Reach) -> str:
    told = asdict(report) | {"chunks": total, "index": list(reach.told)}
    return json.dumps(told, default=str)


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
