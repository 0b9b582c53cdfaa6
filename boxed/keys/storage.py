"""What the keys ask of a database: six tables, and transactions over them.

The statements are the same for every database; an adapter brings the connection and its own
errors as KeyStoreError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, LiteralString, Protocol

from boxed.keys.records import Key, Spent, State, Terms

__all__ = ["SCHEMA", "Run", "Storage", "Transaction"]

Run = Callable[[LiteralString, tuple[str | int | float | None, ...]], Iterable[tuple[Any, ...]]]

SCHEMA: LiteralString = """
CREATE TABLE IF NOT EXISTS gateway_keys (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, scope TEXT NOT NULL, tenant TEXT,
    label TEXT NOT NULL, created BIGINT NOT NULL, expires BIGINT, revoked BIGINT,
    requests_a_minute BIGINT, tokens_a_month BIGINT, upstream TEXT
);
CREATE TABLE IF NOT EXISTS gateway_tenants (
    tenant TEXT PRIMARY KEY, requests_a_minute BIGINT, tokens_a_month BIGINT, upstream TEXT
);
CREATE TABLE IF NOT EXISTS gateway_spending (
    month TEXT NOT NULL, account TEXT NOT NULL, tokens BIGINT NOT NULL, requests BIGINT NOT NULL,
    PRIMARY KEY (month, account)
);
CREATE TABLE IF NOT EXISTS gateway_keys_state (
    one INTEGER PRIMARY KEY, version BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS gateway_turns (account TEXT PRIMARY KEY, turns BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS gateway_minutes (
    account TEXT NOT NULL, one TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (account, one)
);
CREATE INDEX IF NOT EXISTS gateway_minutes_at ON gateway_minutes (account, at);
INSERT INTO gateway_keys_state (one, version) VALUES (1, 0) ON CONFLICT (one) DO NOTHING;
"""

_KEY: LiteralString = (
    "id, digest, scope, tenant, label, created, expires, revoked, requests_a_minute, "
    "tokens_a_month, upstream"
)
_SPEND: LiteralString = (
    "INSERT INTO gateway_spending (month, account, tokens, requests) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (month, account) DO UPDATE SET "
    "tokens = gateway_spending.tokens + excluded.tokens, "
    "requests = gateway_spending.requests + excluded.requests"
)
_TENANT: LiteralString = (
    "INSERT INTO gateway_tenants (tenant, requests_a_minute, tokens_a_month, upstream) "
    "VALUES (?, ?, ?, ?) ON CONFLICT (tenant) DO UPDATE SET "
    "requests_a_minute = excluded.requests_a_minute, "
    "tokens_a_month = excluded.tokens_a_month, upstream = excluded.upstream"
)


_TURN: LiteralString = (
    "INSERT INTO gateway_turns (account, turns) VALUES (?, 1) "
    "ON CONFLICT (account) DO UPDATE SET turns = gateway_turns.turns + 1"
)
_MINUTE = 60.0


class Transaction:
    """The statements of one transaction; `run` executes one, with `?` where a value goes.

    `clock` gives seconds that everybody who shares the storage counts alike.
    """

    def __init__(self, run: Run, clock: Callable[[], float]) -> None:
        self._run = run
        self._clock = clock

    def state(self, known: State) -> State:
        """The keys and tenants; `known` itself where nothing was changed since."""
        [(version,)] = self._run("SELECT version FROM gateway_keys_state WHERE one = ?", (1,))
        if version == known.version:
            return known
        statement: LiteralString = f"SELECT {_KEY} FROM gateway_keys ORDER BY created, id"  # noqa: S608
        keys = {row[0]: _key(row) for row in self._run(statement, ())}
        found = self._run(
            "SELECT tenant, requests_a_minute, tokens_a_month, upstream FROM gateway_tenants", ()
        )
        return State(int(version), keys, {row[0]: Terms(*row[1:]) for row in found})

    def add(self, key: Key) -> None:
        """Store a new key."""
        terms = key.terms
        values = (
            key.id, key.digest, key.scope, key.tenant, key.label, key.created, key.expires,
            key.revoked, terms.requests_a_minute, terms.tokens_a_month, terms.upstream,
        )  # fmt: skip
        statement: LiteralString = (
            f"INSERT INTO gateway_keys ({_KEY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
        )
        self._run(statement, values)
        self._changed()

    def revoke(self, id: str, now: int) -> None:
        """Note that a key opens nothing from now on; a key that is revoked keeps its time."""
        self._run("UPDATE gateway_keys SET revoked = ? WHERE id = ? AND revoked IS NULL", (now, id))
        self._changed()

    def set_tenant(self, tenant: str, terms: Terms) -> None:
        """Set what a tenant may use, by its canonical name."""
        values = (tenant, terms.requests_a_minute, terms.tokens_a_month, terms.upstream)
        self._run(_TENANT, values)
        self._changed()

    def spending(self, month: str) -> dict[str, Spent]:
        """What every account used in a month."""
        rows = self._run(
            "SELECT account, tokens, requests FROM gateway_spending WHERE month = ?", (month,)
        )
        return {account: Spent(int(tokens), int(requests)) for account, tokens, requests in rows}

    def spend(self, month: str, more: Mapping[str, Spent]) -> None:
        """Add to what accounts used. In one order, so that writers never wait for each other."""
        for account in sorted(more):
            self._run(_SPEND, (month, account, more[account].tokens, more[account].requests))

    def reserve(self, limits: Mapping[str, int], one: str) -> float:
        """Note the request `one` of every account, if its last minute holds fewer than its limit.

        Else nothing is noted: the seconds to wait. Whoever shares the storage waits for its turn
        at these accounts, so no more get in however many ask at once.
        """
        for account in sorted(limits):
            self._run(_TURN, (account,))
        now = self._clock()
        waits = [self._wait(account, limit, now) for account, limit in limits.items()]
        if any(waits):
            return max(waits)
        for account in limits:
            self._run(
                "INSERT INTO gateway_minutes (account, one, at) VALUES (?, ?, ?)",
                (account, one, now),
            )
        return 0.0

    def _wait(self, account: str, limit: int, now: float) -> float:
        # What lies ahead was written before a clock was set back, or a machine started anew.
        self._run(
            "DELETE FROM gateway_minutes WHERE account = ? AND (at <= ? OR at > ?)",
            (account, now - _MINUTE, now),
        )
        found = list(
            self._run(
                "SELECT at FROM gateway_minutes WHERE account = ? "
                "ORDER BY at DESC LIMIT 1 OFFSET ?",
                (account, limit - 1),
            )
        )
        return max(float(found[0][0]) + _MINUTE - now, 0.001) if found else 0.0

    def _changed(self) -> None:
        self._run("UPDATE gateway_keys_state SET version = version + 1 WHERE one = ?", (1,))


class Storage(Protocol):
    """Where the tables are. Errors of the database are raised as KeyStoreError."""

    place: str
    """How errors name it; holds no password."""

    def prepare(self) -> None:
        """Make the tables where they are missing."""
        ...

    def transaction(self, *, durable: bool = True) -> AbstractContextManager[Transaction]:
        """A transaction: durable at its end, undone by an exception. Blocks, from any thread.

        One that is not `durable` may be lost when the machine stops, and costs less.

        One that writes at all must write before it reads: in SQLite it waits for its turn only so.
        """
        ...

    def close(self) -> None:
        """Let go of what was kept open between transactions."""
        ...


def _key(row: tuple[Any, ...]) -> Key:
    id, kept, scope, tenant, label, created, expires, revoked, *terms = row
    return Key(id, kept, scope, tenant, label, created, expires, revoked, Terms(*terms))
