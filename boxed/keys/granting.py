"""Keys handed out, listed and taken back: for the command line and the console alike."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

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
from boxed.settings import SettingsError
from prompts.policy import canonical

__all__ = ["Asked", "Limits", "granted", "listed", "stranger", "taken_back", "tenant_set"]

_NONE = Spent()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a key or a tenant may use; None sets no limit, and names no upstream."""

    requests_a_minute: int | None = None
    tokens_a_month: int | None = None
    upstream: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The key that somebody wants."""

    tenant: str | None = None
    scope: str = "chat"
    label: str = ""
    days: int | None = None
    limits: Limits = Limits()


def granted(storage: Storage, asked: Asked, upstreams: Collection[str]) -> str:
    """A new key, which is kept nowhere but as a digest; raises SettingsError, KeyStoreError."""
    terms, scope, tenant = _terms(asked.limits, upstreams), asked.scope, asked.tenant
    if scope != "chat" and scope != "admin":
        raise SettingsError(f"scope '{scope}' is none; write chat or admin")
    if scope == "admin" and (tenant is not None or terms != Terms()):
        raise SettingsError(
            "a key of the scope admin acts for the whole gateway; leave tenant, upstream and "
            "limits out"
        )
    if tenant is not None and not canonical(tenant):
        raise SettingsError("the tenant is empty; name one, or leave it out")
    now = datetime.now(UTC)
    expires = None if asked.days is None else int((now + timedelta(days=asked.days)).timestamp())
    text = new_key()
    made = Key(
        str(public_id(text)), digest(text), scope, tenant, asked.label,
        int(now.timestamp()), expires, None, terms,
    )  # fmt: skip
    with storage.transaction() as transaction:
        transaction.add(made)
    return text


def listed(storage: Storage) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A row for every key and every tenant, with what they used this month; never a key."""
    now = time.time()
    with storage.transaction() as transaction:
        state, spending = transaction.state(State()), transaction.spending(month_of(now))
    keys = [
        _row(key, spending.get(account_of_key(key.id), _NONE), now) for key in state.keys.values()
    ]
    return keys, _tenant_rows(state, spending)


def taken_back(storage: Storage, given: str) -> str | None:
    """Revoke the key of this id, or this whole key; its id, or None where there is no such key."""
    with storage.transaction() as transaction:
        state = transaction.state(State())
    # Somebody may paste the whole key; it must not come back in an error.
    named = public_id(given) or given
    if named not in state.keys:
        return None
    with storage.transaction() as transaction:
        transaction.revoke(named, int(time.time()))
    return named


def tenant_set(storage: Storage, name: str, limits: Limits, upstreams: Collection[str]) -> str:
    """Set what all keys of a tenant may use together; its name as it is compared.

    Raises SettingsError, KeyStoreError.
    """
    terms = _terms(limits, upstreams)
    if not canonical(name):
        raise SettingsError("the tenant's name is empty; write it as policies do")
    with storage.transaction() as transaction:
        transaction.set_tenant(canonical(name), terms)
    return canonical(name)


def stranger(tenant: str | None, known: Collection[str]) -> str | None:
    """What to say of a tenant that nobody knows, so that it meets every policy: a slip, maybe."""
    if tenant is None or canonical(tenant) in set(map(canonical, known)):
        return None
    return (
        "no policy and no setting 'tenants' names this tenant, so it meets every policy; look at "
        "its spelling, or list it in 'tenants'"
    )


def _terms(limits: Limits, upstreams: Collection[str]) -> Terms:
    upstream = limits.upstream
    if upstream is not None and upstream not in upstreams:
        known = ", ".join(sorted(upstreams)) or "none yet"
        raise SettingsError(
            f"upstream '{upstream}' is not in the setting 'upstreams' ({known}); write its URL "
            "there"
        )
    return Terms(limits.requests_a_minute, limits.tokens_a_month, upstream)


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


def _tenant_rows(state: State, spending: Mapping[str, Spent]) -> list[dict[str, Any]]:
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


def _day(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).date().isoformat()
