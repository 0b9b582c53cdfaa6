"""``boxed ledger verify|checkpoint``: the whole chain checked, and pinned for an auditor."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from boxed.commands.console import console, faults, told
from boxed.commands.receipt import load_receipt
from boxed.settings import SettingsError
from retrieval.ledger.checkpoint import Checkpoint, read_checkpoint
from retrieval.ledger.errors import LedgerError
from retrieval.ledger.keys import PUBLIC, load_keys, load_public_key
from retrieval.ledger.ledger import open_ledger, verify_ledger
from retrieval.ledger.verify import verify_receipt
from retrieval.store import DEFAULT_STORE, LocalStore, locate


@told
def verify(
    store: str | None,
    ledger: str | None,
    public_key: Path | None,
    receipts: list[Path],
    checkpoints: list[Path],
) -> int:
    """Status 0 when the chain is whole and everything handed in fits it, 1 when not."""
    place = ledger or _local(store).ledger
    named = public_key or (None if ledger and store is None else _local(store).keys / PUBLIC)
    key = load_public_key(named) if named else None
    held = [load_receipt(file) for file in receipts]
    pinned = [_load_checkpoint(file) for file in checkpoints]
    for file in receipts:
        alone = verify_receipt(file.read_bytes(), key)
        if not alone.ok:
            return _told_bad(f"{file}: {alone.reason}")
    verdict = verify_ledger(place, key, receipts=held, checkpoints=pinned)
    if not verdict.ok:
        return _told_bad(verdict.reason)
    console.print(f"[green]{escape(verdict.reason)}[/green]", highlight=False, soft_wrap=True)
    return 0


@told
def checkpoint(store: str | None, ledger: str | None, out: Path | None) -> int:
    """Pin the ledger as it stands; the file is for somebody else to keep."""
    folder = _local(store)
    place = ledger or folder.ledger
    if isinstance(place, Path) and not place.exists():
        raise LedgerError(str(place), "there is no ledger", "name the folder of a store")
    made = open_ledger(place, load_keys(folder.keys)).checkpoint()
    if out is None:
        console.print(made.file_bytes().decode("ascii"), end="", highlight=False, soft_wrap=True)
    else:
        out.write_bytes(made.file_bytes())
        console.print(f"Wrote {out}, which covers {made.size} entries.", highlight=False)
    return 0


def _local(store: str | None) -> LocalStore:
    found = locate(store or DEFAULT_STORE)
    if not isinstance(found, LocalStore):
        raise SettingsError(
            f"--store {store}: a Chroma server holds no ledger; name the ledger with --ledger"
        )
    return found


def _load_checkpoint(file: Path) -> Checkpoint:
    try:
        return read_checkpoint(file.read_bytes())
    except ValueError:
        remedy = "name a file that 'boxed ledger checkpoint' wrote"
        raise LedgerError(str(file), "is no checkpoint", remedy) from None


def _told_bad(reason: str) -> int:
    faults.print(f"[red]{escape(reason)}[/red]", highlight=False, soft_wrap=True)
    return 1
