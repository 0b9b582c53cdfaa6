"""``boxed forget``: what would go is shown, confirmed, suppressed, erased and certified.

Nothing is changed by ``--dry-run``, by a request that matches nothing or too much, or by a "no".
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from boxed.commands.console import console, faults, told
from boxed.forgetting.judge import judge_of
from boxed.forgetting.report import closure_body, forgotten_body
from boxed.forgetting.request import Forgotten, forget, needs_folder, open_desk, withdraw
from boxed.forgetting.resume import finish_cut_short
from boxed.sealing import needed_seal_key
from boxed.settings import Settings, SettingsError, load_settings
from boxed.store.opening import store_embedder
from retrieval.chroma.store import ChromaStore, open_store
from retrieval.closure import Closure, ClosureError, ForgetRequest, closure
from retrieval.ledger.receipt import Receipt
from retrieval.store import DEFAULT_STORE

_SHOWN = 40
_SHOWN_KEPT = 10


@dataclass(frozen=True, slots=True)
class Options:
    """How the request is carried out."""

    store: str | None
    policies: Path | None
    dry_run: bool
    as_json: bool
    yes: bool
    yes_all: bool
    sealed: bool
    with_policy: bool
    also: tuple[str, ...] | None = ()
    """Ids of undecided chunks that go as well; None: all of them."""


@told
def run(fields: Mapping[str, Any], options: Options) -> int:
    """Status 0 when it was done or shown, 1 when it was not, with the store unchanged."""
    request = _request(fields)
    settings = load_settings(store=options.store, policies=options.policies)
    if not options.dry_run:
        needs_folder(request, settings.policies, options.with_policy)
    seal = needed_seal_key(settings) if options.sealed and not options.dry_run else None
    with console.status("loading the embedder"):
        embed = store_embedder(settings)
    with open_store(settings.store or DEFAULT_STORE, embed, create=False) as store:
        earlier = None if options.dry_run else finish_cut_short(store, settings, request)
        if earlier is not None:
            return _report(None, earlier, options)

        def look(also: Sequence[str] | None) -> Closure:
            with console.status("looking for all that goes with it"), judge_of(settings) as judge:
                most = options.yes_all or options.dry_run  # what is only shown may be all of it
                return closure(store, request, embed, judge=judge, allow_most=most, also=also)

        try:
            found = look(options.also)
            if not options.as_json:
                show(found, store)
            if found.undecided and not options.dry_run and _wanted_as_well(found, options):
                found = look(None)
        except ClosureError as error:
            faults.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
            return 1
        if options.dry_run:
            if options.as_json:
                console.print_json(json.dumps(closure_body(found)))
            if found.takes_most and not options.yes_all:
                faults.print("Over half of the store would go: that takes --yes-all, too.")
            return 0
        if not found.items:
            faults.print(
                f"Nothing was changed: nothing names the subject for sure, {len(found.undecided)} "
                "chunks may; name those that go with --also, or all with --also-undecided.",
                soft_wrap=True,
            )
            return 1
        if not options.yes and not _confirmed(found):
            return 1
        done = _carried_out(store, settings, request, found, options, seal)
    return _report(found, done, options)


@told
def take_back(number: str, store: str | None, readmit: bool, *, dry_run: bool = False) -> int:
    """Withdraw the request of a receipt: its policy goes, the erasure stays."""
    if dry_run:
        raise SettingsError("a withdrawal has no dry run; give --withdraw or --dry-run, not both")
    settings = load_settings(store=store)
    place = settings.store or DEFAULT_STORE
    with (
        open_store(place, store_embedder(settings), create=False) as opened,
        open_desk(opened, settings) as desk,
    ):
        done = withdraw(desk, number, readmit=readmit)
    console.print(
        f"Withdrawn: {len(done.policies)} policy file(s) of {escape(number)} removed, entry "
        f"{done.entry} of the ledger. What was erased stays erased.",
        highlight=False,
        soft_wrap=True,
    )
    for file in done.absent:
        faults.print(
            f"[yellow]{escape(file)} was not there.[/yellow] Where the prompt folder was moved, "
            "the policy is still in force: remove the file of this name from it.",
            soft_wrap=True,
        )
    return 0


def where_of(pairs: Sequence[str]) -> dict[str, str]:
    """KEY=VALUE pairs as fields; raises SettingsError."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, mark, value = pair.partition("=")
        if not mark or not key.strip():
            raise SettingsError(f"--where '{pair}' is not KEY=VALUE; write such as licence=MIT")
        found[key.strip()] = value
    return found


def show(found: Closure, store: ChromaStore) -> None:
    """What would go and why, and which neighbours stay; each chunk with its document's name."""
    going, staying = found.items[:_SHOWN], found.kept[:_SHOWN_KEPT]
    doubtful = found.undecided[:_SHOWN]
    shown = [one.id for one in (*going, *staying, *doubtful)]
    names = {chunk.id: chunk.document for chunk in store.select(ids=shown)}
    table = Table("chunk", "document", "why", "goes", "evidence", "score")
    for item in going:
        goes = "whole" if item.action == "erase" else "in part"
        name, evidence = escape(names.get(item.id, "")), escape(item.evidence)
        table.add_row(item.id[:12], name, item.reason, goes, evidence, f"{item.score:.2f}")
    console.print(table)
    _more(len(found.items) - len(going))
    reasons = ", ".join(f"{count} by {reason}" for reason, count in found.reasons.items())
    console.print(
        f"{len(found.erase)} of {found.count} chunks go whole, {len(found.redactions)} in part: "
        f"{reasons}.",
        highlight=False,
        soft_wrap=True,
    )
    if doubtful:
        table = Table("chunk", "document", "holds", title="Undecided: these stay unless asked for")
        for one in doubtful:
            table.add_row(one.id[:12], escape(names.get(one.id, "")), escape(one.reason))
        console.print(table)
        _more(len(found.undecided) - len(doubtful))
    if not staying:
        return
    table = Table("chunk", "document", "stays, because it", title="The nearest that stay")
    for kept in staying:
        table.add_row(kept.id[:12], escape(names.get(kept.id, "")), escape(kept.reason))
    console.print(table)
    _more(len(found.kept) - len(staying))


def _more(left: int) -> None:
    if left > 0:
        console.print(f"... and {left} more; --json lists all of them.")


def _request(fields: Mapping[str, Any]) -> ForgetRequest:
    given = {name: value for name, value in fields.items() if value}
    if "where" in given:
        given["where"] = where_of(given["where"])
    try:
        return ForgetRequest.model_validate(given)
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise SettingsError(f"the request cannot be carried out: {said}") from None


def _wanted_as_well(found: Closure, options: Options) -> bool:
    """Somebody decides on the undecided chunks, where somebody can be asked."""
    if options.yes or options.also or options.as_json or not sys.stdin.isatty():
        return False
    asked = f"{len(found.undecided)} chunks may speak of the subject too. Erase them as well?"
    return typer.confirm(asked, default=False, err=True)


def _confirmed(found: Closure) -> bool:
    if not sys.stdin.isatty():
        faults.print("Nothing was changed: confirm with --yes where nobody can be asked.")
        return False
    asked = f"Erase {len(found.items)} chunks for good?"
    if typer.confirm(asked, err=True):
        return True
    faults.print("Nothing was changed.")
    return False


def _carried_out(
    store: ChromaStore,
    settings: Settings,
    request: ForgetRequest,
    found: Closure,
    options: Options,
    seal: Any,
) -> Forgotten:
    policies = settings.policies if options.with_policy else None
    with open_desk(store, settings) as desk, faults.status("erasing") as status:
        return forget(
            desk,
            request,
            found,
            policies=policies,
            seal=seal,
            on_step=lambda step: status.update(f"erasing: {step}"),
        )


def _report(found: Closure | None, done: Forgotten, options: Options) -> int:
    if options.as_json:
        console.print_json(json.dumps(forgotten_body(found, done)))
        return 0
    if found is None:
        console.print("This request was cut short before; the rest of it is done now.")
    _tell(done)
    return 0


def _tell(done: Forgotten) -> None:
    receipt = done.receipt
    console.print(
        f"[green]{receipt.number}[/green]: {receipt.erased} chunks erased, {receipt.redacted} "
        f"redacted ({receipt.scope}). Receipt: {escape(str(done.receipt_file))}",
        highlight=False,
        soft_wrap=True,
    )
    _tell_what_stayed(receipt)
    said = f"Policy: {done.policy}" if done.policy else f"No policy was written: {done.note}."
    console.print(escape(said), highlight=False, soft_wrap=True)


def _tell_what_stayed(receipt: Receipt) -> None:
    if receipt.undecided:
        faults.print(
            f"[yellow]{receipt.undecided} chunks may speak of the subject and were not "
            "erased.[/yellow] See them with --dry-run; erase them with --also or --also-undecided.",
            soft_wrap=True,
        )
    for line in receipt.index or ():
        console.print(escape(line), highlight=False, soft_wrap=True)
