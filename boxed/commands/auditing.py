"""``boxed receipt`` and ``boxed ledger``: what an auditor types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from boxed.commands.modules import module_of

__all__ = ["ledger", "receipt"]

receipt = typer.Typer(help="Read and check receipts of erasures.", no_args_is_help=True)
ledger = typer.Typer(help="Check and pin the ledger of erasures.", no_args_is_help=True)

LedgerStore = Annotated[
    str | None, typer.Option("--store", help="The store's folder.", show_default=False)
]
LedgerPlace = Annotated[
    str | None,
    typer.Option("--ledger", help="A postgresql:// URL or a ledger file, if not the store's own."),
]
PublicKeyFile = Annotated[
    Path | None, typer.Option("--public-key", help="The public key that you trust.")
]
ReceiptFile = Annotated[Path, typer.Argument(metavar="FILE", help="The receipt.")]


@receipt.command("show")
def receipt_show(file: ReceiptFile) -> None:
    """Show what a receipt says, what it does not cover, and whether it is intact."""
    raise typer.Exit(module_of("receipt").show(file))


@receipt.command("verify")
def receipt_verify(file: ReceiptFile, public_key: PublicKeyFile = None) -> None:
    """Check a receipt offline; status 1 if any byte of it was changed."""
    raise typer.Exit(module_of("receipt").verify(file, public_key))


@ledger.command("verify")
def ledger_verify(
    store: LedgerStore = None,
    ledger: LedgerPlace = None,
    public_key: PublicKeyFile = None,
    receipt: Annotated[
        list[Path] | None, typer.Option(help="A receipt that must be in it; may be repeated.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that it must fit; may be repeated.")
    ] = None,
) -> None:
    """Check the whole chain; status 1 if an entry was changed, moved or removed."""
    files = (receipt or [], checkpoint or [])
    raise typer.Exit(module_of("ledger").verify(store, ledger, public_key, *files))


@ledger.command("checkpoint")
def ledger_checkpoint(
    store: LedgerStore = None,
    ledger: LedgerPlace = None,
    out: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
) -> None:
    """Sign what the ledger holds now, for an auditor to keep."""
    raise typer.Exit(module_of("ledger").checkpoint(store, ledger, out))
