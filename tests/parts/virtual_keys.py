"""Keys made in a storage as `boxed keys new` makes them, and what it holds afterwards."""

import time
from typing import Any

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
from boxed.keys.text import digest, new_key, public_id
from prompts.policy import canonical


def make(location: str, tenant: str | None = None, scope: Any = "chat", **more: Any) -> str:
    """A new key; `more` are fields of its record or of its terms."""
    text = new_key()
    terms = Terms(**{name: more.pop(name) for name in Terms.__slots__ if name in more})
    fields: dict[str, Any] = {"label": "", "created": int(time.time()), "terms": terms, **more}
    key = Key(id=id_of(text), digest=digest(text), scope=scope, tenant=tenant, **fields)
    storage = open_storage(location)
    with storage.transaction() as transaction:
        transaction.add(key)
    storage.close()
    return text


def id_of(text: str) -> str:
    return str(public_id(text))


def revoke(location: str, text: str) -> None:
    storage = open_storage(location)
    with storage.transaction() as transaction:
        transaction.revoke(id_of(text), int(time.time()))
    storage.close()


def set_tenant(location: str, tenant: str, **terms: Any) -> None:
    storage = open_storage(location)
    with storage.transaction() as transaction:
        transaction.set_tenant(canonical(tenant), Terms(**terms))
    storage.close()


def state_of(location: str) -> State:
    storage = open_storage(location)
    with storage.transaction() as transaction:
        state = transaction.state(State())
    storage.close()
    return state


def spent_by(location: str, text: str | None = None, tenant: str | None = None) -> Spent:
    """What a key, or a tenant, used this month, as the storage knows it."""
    storage = open_storage(location)
    with storage.transaction() as transaction:
        spending = transaction.spending(month_of(time.time()))
    storage.close()
    account = account_of_key(id_of(text)) if text else account_of_tenant(str(tenant))
    return spending.get(account, Spent())
