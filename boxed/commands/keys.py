"""``boxed keys new|list|revoke|tenant``: who may ask, and how much."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from boxed.commands.console import console, faults, told
from boxed.keys.opening import open_storage
from boxed.keys.records import (
    Key,
    Spent,
    State,
    Terms,
    account_of_key,
    account_of_tenant,
    month_of,
)
from boxed.keys.storage import Storage
from boxed.keys.text import digest, new_key, public_id
from boxed.settings import Settings, SettingsError, load_settings
from prompts.book import load_book, shipped_directory
from prompts.errors import BookError
from prompts.policy import canonical

_NONE = Spent()


@dataclass(frozen=True, slots=True)
class Limits:
    """What the command line grants."""

    requests_a_minute: int | None = None
    tokens_a_month: int | None = None
    upstream: str | None = None


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
    terms = _terms(limits, settings)
    if scope not in ("chat", "admin"):
        raise SettingsError(f"scope '{scope}' is none; write chat or admin")
    if scope == "admin" and (tenant is not None or terms != Terms()):
        raise SettingsError(
            "a key of the scope admin acts for the whole gateway; leave --tenant, --upstream and "
            "limits out"
        )
    if tenant is not None and not canonical(tenant):
        raise SettingsError("--tenant is empty; name one, or leave it out")
    now = datetime.now(UTC)
    expires = None if days is None else int((now + timedelta(days=days)).timestamp())
    text = new_key()
    made = Key(
        str(public_id(text)), digest(text), scope, tenant, label,
        int(now.timestamp()), expires, None, terms,
    )  # fmt: skip
    storage = open_storage(place)
    try:
        with storage.transaction() as transaction:
            transaction.add(made)
    finally:
        storage.close()
    for warning in _warnings(settings, tenant):
        faults.print(f"[yellow]beware: {escape(warning)}[/yellow]", soft_wrap=True)
    faults.print(
        f"[dim]Key {made.id}, scope {scope}. It is shown this once: only its SHA-256 is kept. A "
        "gateway takes it within a second.[/dim]",
        soft_wrap=True, highlight=False,
    )  # fmt: skip
    console.print(text, highlight=False, markup=False, soft_wrap=True)
    return 0


@told
def show_all(keys: str | None, as_json: bool) -> int:
    """List keys and tenants with what they used this month; never a key."""
    _, place = _settings(keys)
    storage = open_storage(place)
    now = time.time()
    try:
        state, spending = _read(storage, now)
    finally:
        storage.close()
    rows = [_row(key, spending.get(account_of_key(key.id), _NONE), now)
            for key in state.keys.values()]  # fmt: skip
    tenants = _tenant_rows(state, spending)
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
    storage = open_storage(place)
    try:
        now = int(time.time())
        state, _ = _read(storage, now)
        # Somebody may paste the whole key; it must not come back in an error.
        named = public_id(id) or id
        if named not in state.keys:
            faults.print("[red]No key has this id; 'boxed keys list' shows them.[/red]")
            return 2
        with storage.transaction() as transaction:
            transaction.revoke(named, now)
    finally:
        storage.close()
    console.print(f"Revoked {named}. A gateway refuses it within two seconds.", highlight=False)
    return 0


@told
def tenant(keys: str | None, name: str, limits: Limits) -> int:
    """Set what all keys of a tenant may use together, in the place of what was set before."""
    settings, place = _settings(keys)
    terms = _terms(limits, settings)
    if not canonical(name):
        raise SettingsError("the tenant's name is empty; write it as policies do")
    storage = open_storage(place)
    try:
        with storage.transaction() as transaction:
            transaction.set_tenant(canonical(name), terms)
    finally:
        storage.close()
    for warning in _warnings(settings, name):
        faults.print(f"[yellow]beware: {escape(warning)}[/yellow]", soft_wrap=True)
    console.print(f"Set {canonical(name)}.", highlight=False, markup=False)
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


def _terms(limits: Limits, settings: Settings) -> Terms:
    upstream = limits.upstream
    if upstream is not None and upstream not in settings.upstreams:
        known = ", ".join(sorted(settings.upstreams)) or "none yet"
        raise SettingsError(
            f"upstream '{upstream}' is not in the setting 'upstreams' ({known}); write its URL "
            "there"
        )
    return Terms(limits.requests_a_minute, limits.tokens_a_month, upstream)


def _warnings(settings: Settings, tenant: str | None) -> list[str]:
    """A tenant that nobody knows meets every policy, which may be a slip of the pen."""
    if tenant is None or canonical(tenant) in set(map(canonical, settings.tenants)):
        return []
    try:
        book = load_book(settings.policies or shipped_directory(), allow_empty=True)
    except BookError:
        return []  # 'boxed policy check' and the gateway tell what is wrong with it
    if canonical(tenant) in book.tenant_keys:
        return []
    return [
        "no policy and no setting 'tenants' names this tenant, so it meets every policy; look at "
        "its spelling, or list it in 'tenants'"
    ]


def _read(storage: Storage, now: float) -> tuple[State, dict[str, Spent]]:
    with storage.transaction() as transaction:
        return transaction.state(State()), transaction.spending(month_of(now))


def _row(key: Key, spent: Spent, now: float) -> dict[str, Any]:
    return {
        "id": key.id,
        "label": key.label,
        "tenant": key.tenant,
        "scope": key.scope,
        "state": key.standing(now),
        "expires": _day(key.expires),
        **_used(spent, key.terms),
    }


def _tenant_rows(state: State, spending: dict[str, Spent]) -> list[dict[str, Any]]:
    names = {canonical(key.tenant) for key in state.keys.values() if key.tenant}
    return [
        {
            "tenant": name,
            **_used(spending.get(account_of_tenant(name), _NONE), state.tenants.get(name, Terms())),
        }
        for name in sorted(names | set(state.tenants))
    ]


def _used(spent: Spent, terms: Terms) -> dict[str, Any]:
    return {
        "requests": spent.requests,
        "requests_a_minute": terms.requests_a_minute,
        "tokens": spent.tokens,
        "tokens_a_month": terms.tokens_a_month,
        "upstream": terms.upstream,
    }


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


def _day(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).date().isoformat()
