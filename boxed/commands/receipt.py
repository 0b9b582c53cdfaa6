"""``boxed receipt show|verify``: a receipt for its reader, and its check, offline."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from boxed.commands.console import console, faults, told
from retrieval.ledger.errors import LedgerError
from retrieval.ledger.keys import load_public_key
from retrieval.ledger.receipt import Receipt
from retrieval.ledger.verify import read_receipt, verify_receipt

_SCOPE = {
    "physical": "physical: every file below was read, and none held a byte of what was erased",
    "logical": "logical: the records are no longer in the store; whether bytes of them are left "
    "on a disk was not shown",
}


def load_receipt(file: Path) -> Receipt:
    """The receipt in a file, unverified. Raises LedgerError when there is none in it."""
    try:
        return read_receipt(file.read_bytes())
    except ValueError as error:
        remedy = "ask for the receipt again: the ledger holds it"
        raise LedgerError(str(file), f"is no receipt: {error}", remedy) from None


@told
def show(file: Path) -> int:
    """What a receipt says, and what it does not cover. Status 1 if it does not verify."""
    receipt = load_receipt(file)
    _facts(receipt)
    if receipt.tables:
        _rows("table", [(t.name, t.before, t.after) for t in receipt.tables], "before", "after")
    if receipt.scan:
        scanned = [(s.file, s.bytes, s.hits, s.sha256) for s in receipt.scan]
        _rows("file", scanned, "bytes", "hits", "SHA-256")
    console.print("Not covered:")
    for exclusion in receipt.exclusions:
        console.print(f"  - {escape(exclusion)}", highlight=False)
    return verify(file, None)


@told
def verify(file: Path, public_key: Path | None) -> int:
    """Status 0 when the file is byte for byte what was signed, 1 when it is not."""
    key = load_public_key(public_key) if public_key else None
    verdict = verify_receipt(file.read_bytes(), key)
    where, style = (console, "green") if verdict.ok else (faults, "red")
    said = f"{file}: {verdict.reason}"
    where.print(f"[{style}]{escape(said)}[/{style}]", highlight=False, soft_wrap=True)
    return 0 if verdict.ok else 1


def _facts(receipt: Receipt) -> None:
    facts = {
        "receipt": receipt.number,
        "issued": f"{receipt.issued:%Y-%m-%d %H:%M:%S} UTC",
        "store": receipt.store,
        "erased": f"{receipt.erased} records",
        "redacted": f"{receipt.redacted} records",
        "scope": _SCOPE[receipt.scope],
        "scan": receipt.scan_note,
        "searched for": ", ".join(receipt.searched or ()),
        "undecided": _undecided(receipt),
        "index": "; ".join(receipt.index or ()),
        "request": receipt.request_commitment,
        "after entry": receipt.previous,
        "versions": ", ".join(f"{name} {v}" for name, v in sorted(receipt.versions.items())),
    }
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        if value:
            table.add_row(name, escape(value))
    console.print(table, highlight=False)


def _undecided(receipt: Receipt) -> str:
    if receipt.undecided is None:
        return ""
    return f"{receipt.undecided} records that may be meant as well and were not erased"


def _rows(first: str, rows: list[tuple[str | int, ...]], *others: str) -> None:
    table = Table(first)
    for other in others:
        table.add_column(other, justify="left" if other == "SHA-256" else "right")
    for row in rows:
        table.add_row(*(escape(str(value)) for value in row))
    console.print(table, highlight=False)
