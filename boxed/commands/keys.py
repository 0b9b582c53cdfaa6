"""``boxed keys new|list|revoke|tenant``: who may ask, and how much."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from boxed.commands.console import console, faults, told
from boxed.keys.granting import Asked, Limits, granted, listed, stranger, taken_back, tenant_set
from boxed.keys.opening import open_storage
from boxed.keys.storage import Storage
from boxed.keys.text import public_id
from boxed.settings import Settings, SettingsError, load_settings
from prompts.book import load_book, shipped_directory
from prompts.errors import BookError

__all__ = ["Limits", "new", "revoke", "show_all", "tenant"]


@told
def new(
    keys: str | None,
    tenant: str | None,
    scope: str,
    label: str,
    days: int | None,
    limits: Limits,
) -> int:
    """Print a new key, once and alone on standard output; all else goes to standard error."""
    settings, place = _settings(keys)
    with _opened(place) as storage:
        text = granted(storage, Asked(tenant, scope, label, days, limits), settings.upstreams)
    _warn(settings, tenant)
    faults.print(
        f"[dim]Key {public_id(text)}, scope {scope}. It is shown this once: only its SHA-256 is "
        "kept. A gateway takes it within a second.[/dim]",
        soft_wrap=True, highlight=False,
    )  # fmt: skip
    console.print(text, highlight=False, markup=False, soft_wrap=True)
    return 0


@told
def show_all(keys: str | None, as_json: bool) -> int:
    """List keys and tenants with what they used this month; never a key."""
    _, place = _settings(keys)
    with _opened(place) as storage:
        rows, tenants = listed(storage)
    if as_json:
        console.print_json(json.dumps({"keys": rows, "tenants": tenants}))
        return 0
    console.print(_table(rows, "no keys; make one with 'boxed keys new'"))
    if tenants:
        console.print(_table(tenants, ""))
    return 0


@told
def revoke(keys: str | None, id: str) -> int:
    """Take a key back."""
    _, place = _settings(keys)
    with _opened(place) as storage:
        named = taken_back(storage, id)
    if named is None:
        faults.print("[red]No key has this id; 'boxed keys list' shows them.[/red]")
        return 2
    console.print(f"Revoked {named}. A gateway refuses it within two seconds.", highlight=False)
    return 0


@told
def tenant(keys: str | None, name: str, limits: Limits) -> int:
    """Set what all keys of a tenant may use together, in the place of what was set before."""
    settings, place = _settings(keys)
    with _opened(place) as storage:
        named = tenant_set(storage, name, limits, settings.upstreams)
    _warn(settings, name)
    console.print(f"Set {named}.", highlight=False, markup=False)
    return 0


def _settings(keys: str | None) -> tuple[Settings, str]:
    """The settings, and where the keys are; raises SettingsError."""
    settings = load_settings(keys=keys)
    if settings.keys is None:
        raise SettingsError(
            "setting 'keys' names no storage; write keys = \"keys.sqlite\" into boxed.toml, set "
            "BOXED_KEYS, or say --keys"
        )
    return settings, settings.keys.get_secret_value()


@contextmanager
def _opened(place: str) -> Generator[Storage]:
    storage = open_storage(place)
    try:
        yield storage
    finally:
        storage.close()


def _warn(settings: Settings, tenant: str | None) -> None:
    """Say where nobody knows the tenant."""
    try:
        book = load_book(settings.policies or shipped_directory(), allow_empty=True)
    except BookError:
        return  # 'boxed policy check' and the gateway tell what is wrong with it
    warning = stranger(tenant, {*settings.tenants, *book.tenant_keys})
    if warning is not None:
        faults.print(f"[yellow]beware: {escape(warning)}[/yellow]", soft_wrap=True)


def _table(rows: list[dict[str, Any]], nothing: str) -> Table | str:
    """What was used stands beside what may be; a dash where nothing is set."""
    if not rows:
        return nothing
    hidden = ("requests", "requests_a_minute", "tokens", "tokens_a_month")
    shown = [
        {
            **{name: value for name, value in row.items() if name not in hidden},
            "requests": _of(row["requests"], row["requests_a_minute"], "; {} a minute"),
            "tokens this month": _of(row["tokens"], row["tokens_a_month"], " of {}"),
        }
        for row in rows
    ]
    table = Table(box=SIMPLE, pad_edge=False, padding=(0, 1))
    for name in shown[0]:
        # An id is typed again: it must stand whole.
        table.add_column(name, no_wrap=name == "id", overflow="fold")
    for row in shown:
        table.add_row(*("-" if v in (None, "") else escape(str(v)) for v in row.values()))
    return table


def _of(used: int, limit: int | None, words: str) -> str:
    return f"{used:,}" + ("" if limit is None else words.format(f"{limit:,}"))
