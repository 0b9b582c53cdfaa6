"""``boxed ledger verify|checkpoint``: the whole chain checked, and pinned for an auditor."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from boxed.commands.console import console, faults, told
from boxed.commands.receipt import load_receipt
from boxed.settings import load_settings
from boxed.store.opening import records_of
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
    place, folder = _places(store, ledger)
    named = public_key or (None if ledger and store is None else folder.keys / PUBLIC)
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
    place, folder = _places(store, ledger)
    if isinstance(place, Path) and not place.exists():
        raise LedgerError(str(place), "there is no ledger", "name the folder of a store")
    made = open_ledger(place, load_keys(folder.keys)).checkpoint()
    if out is None:
        console.print(made.file_bytes().decode("ascii"), end="", highlight=False, soft_wrap=True)
    else:
        out.write_bytes(made.file_bytes())
        console.print(f"Wrote {out}, which covers {made.size} entries.", highlight=False)
    return 0


def _places(store: str | None, ledger: str | None) -> tuple[str | Path, LocalStore]:
    """The ledger, and the folder with its keys: flags, then settings, then the store's own."""
    settings = load_settings()
    folder = records_of(locate(store or settings.store or DEFAULT_STORE), settings)
    if ledger is None and settings.ledger is not None:
        ledger = settings.ledger.get_secret_value()
    return ledger or folder.ledger, folder


def _load_checkpoint(file: Path) -> Checkpoint:
    try:
        return read_checkpoint(file.read_bytes())
    except ValueError:
        remedy = "name a file that 'boxed ledger checkpoint' wrote"
        raise LedgerError(str(file), "is no checkpoint", remedy) from None


def _told_bad(reason: str) -> int:
    faults.print(f"[red]{escape(reason)}[/red]", highlight=False, soft_wrap=True)
    return 1
