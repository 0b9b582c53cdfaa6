"""The keys as one gateway process knows them: looked up in memory, counted, written off the loop.

    ring = Keyring(open_storage("keys.sqlite"))
    key = await ring.known("bx-...")               # KeyRefusedError, KeyStoreError
    lease = await ring.enter(key, size)            # LimitError
    ring.end(lease, tokens)

One transaction a second, at most, writes what was used and reads what was changed; a request costs
none, but where its key or tenant has a limit of requests a minute: that is counted in the storage,
so it holds over all processes that share it. So a revoked key opens nothing after two seconds at
the latest, a killed process forgets at most the spending of the last one, and processes that share
a storage learn of each other's spending as late. While the storage fails, keys that were known go
on for half a minute; then nobody is let in, for they may have been revoked.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from boxed.keys.budget import Budget, ByMonth
from boxed.keys.caller import Caller
from boxed.keys.errors import KeyRefusedError, KeyStoreError, LimitError
from boxed.keys.rate import Minute
from boxed.keys.records import (
    Key,
    Spent,
    State,
    Terms,
    account_of_key,
    account_of_tenant,
    month_of,
    next_month,
)
from boxed.keys.storage import Storage
from boxed.keys.text import fits, public_id
from prompts.policy import canonical

__all__ = ["Keyring", "Lease"]

_log = logging.getLogger("boxed.keys")
_EVERY = 1.0
_OLDEST = 2.0  # seconds; what is known is looked up anew before a request is judged by older
_OLDEST_MISS = 0.2  # the same where a key is not known: it may be new
_GRACE = 30.0  # how long keys go on while the storage fails
_PATIENCE = 3.0  # how long a request waits for the storage
_SOON = 1.0
_NOBODY = "0" * 64
_NO_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Lease:
    """A request that was let in: who asks, whose account it goes to, and what is set aside."""

    caller: Caller
    accounts: tuple[str, ...]
    expected: int


class Keyring:
    """Belongs to one event loop; the storage is used in threads."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """Reads the storage once; raises KeyStoreError. ``steady`` is a clock that never jumps."""
        self._storage = storage
        self._clock, self._steady = clock, steady
        self._minutes: dict[str, Minute] = {}
        self._refreshing: asyncio.Task[None] | None = None
        self._asked = False
        self.failing = False
        month = month_of(clock())
        self._budget = Budget(month)
        self._read_at = steady()
        self._state, stored = self._exchange({}, month, State())
        self._budget.written(month, stored)

    async def known(self, text: str) -> Key:
        """The key that a client sent; raises KeyRefusedError, and KeyStoreError after the grace."""
        self._asked = True
        id = public_id(text)
        if id is None:
            raise KeyRefusedError("unknown")
        await self._fresh(_OLDEST if id in self._state.keys else _OLDEST_MISS)
        key = self._state.keys.get(id)
        if not fits(text, _NOBODY if key is None else key.digest) or key is None:
            raise KeyRefusedError("unknown")
        standing = key.standing(self._clock())
        if standing != "good":
            raise KeyRefusedError(standing)
        return key

    async def enter(self, key: Key, size: int | None) -> Lease:
        """Let a request of ``size`` bytes in (None: one that spends no tokens).

        Raises LimitError; what is refused counts for nothing. While the storage fails each
        process counts a minute's requests for itself.
        """
        lease = self.begin(key, size)
        limits = {
            account: terms.requests_a_minute
            for account, terms in self._terms(key).items()
            if terms.requests_a_minute is not None
        }
        if not limits or self.failing:
            return lease
        try:
            wait = await asyncio.wait_for(
                asyncio.to_thread(self._reserve, limits, uuid.uuid4().hex), _PATIENCE
            )
        except (KeyStoreError, TimeoutError):
            self._asked = True  # the next exchange tells of it
            return lease
        except BaseException:
            self.end(lease, 0)
            raise
        if wait:
            self._undo(lease)
            raise LimitError("requests", wait)
        return lease

    def _reserve(self, limits: Mapping[str, int], one: str) -> float:
        with self._storage.transaction(durable=False) as transaction:
            return transaction.reserve(limits, one)

    def _undo(self, lease: Lease) -> None:
        self._budget.undo(lease.accounts, lease.expected)
        for account in lease.accounts:
            if account in self._minutes:
                self._minutes[account].undo()

    def begin(self, key: Key, size: int | None) -> Lease:
        """Let a request in as far as this process knows; raises LimitError."""
        by_account = self._terms(key)
        now = self._steady()
        waits = [
            self._minutes.setdefault(account, Minute()).wait(terms.requests_a_minute, now)
            for account, terms in by_account.items()
            if terms.requests_a_minute is not None
        ]
        if any(waits):
            raise LimitError("requests", max(waits))
        if size is not None:
            self._within_budget(by_account)
        accounts = tuple(by_account)
        for account in accounts:
            if account in self._minutes:
                self._minutes[account].note(now)
        expected = 0 if size is None else self._budget.expected(accounts[0], size)
        self._budget.begin(accounts, expected)
        upstream = next((terms.upstream for terms in by_account.values() if terms.upstream), None)
        return Lease(Caller(key.id, key.tenant, upstream), accounts, expected)

    def end(self, lease: Lease, tokens: int) -> None:
        """Count what a request used, however it ended."""
        self._budget.end(lease.accounts, lease.expected, tokens)

    async def run(self) -> None:
        """Write and read once a second while there is something to do, until it is cancelled."""
        while True:
            await asyncio.sleep(_EVERY)
            if self._asked or self._budget.pending or self.failing:
                self._asked = False
                await self._refreshed()

    async def close(self) -> None:
        """Write what is left, and let go of the storage."""
        await self._refreshed()
        if self._budget.pending:
            await self._refreshed()
        if self._budget.pending:
            _log.error("what keys used in the last seconds could not be written down")
        await asyncio.to_thread(self._storage.close)

    def _terms(self, key: Key) -> Mapping[str, Terms]:
        """Whose limits a request meets: the key's own, then those of its tenant."""
        found = {account_of_key(key.id): key.terms}
        if key.tenant is not None:
            terms = self._state.tenants.get(canonical(key.tenant), _NO_TERMS)
            found[account_of_tenant(key.tenant)] = terms
        return found

    def _within_budget(self, by_account: Mapping[str, Terms]) -> None:
        rooms = {
            self._budget.room(account, terms.tokens_a_month)
            for account, terms in by_account.items()
            if terms.tokens_a_month is not None
        }
        if "none" in rooms:
            now = self._clock()
            raise LimitError("tokens", next_month(now) - now)
        if "busy" in rooms:
            raise LimitError("busy", _SOON)

    async def _fresh(self, oldest: float) -> None:
        """See to it that what is known is not too old; raises KeyStoreError."""
        if self._age() <= oldest:
            return
        if self.failing and self._age() <= _GRACE:
            self._refresh_soon()
            return
        await self._refreshed()
        if self._age() > _GRACE:
            remedy = "requests with virtual keys are let in again when it answers"
            raise KeyStoreError(self._storage.place, "the keys cannot be read", remedy)

    def _age(self) -> float:
        return self._steady() - self._read_at

    async def _refreshed(self) -> None:
        """One exchange with the storage, shared by all who wait for one, or patience's end."""
        await asyncio.wait((self._refresh_soon(),), timeout=_PATIENCE)

    def _refresh_soon(self) -> asyncio.Task[None]:
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())
        return self._refreshing

    async def _refresh(self) -> None:
        began, month = self._steady(), month_of(self._clock())
        taken, done = self._budget.taken(), None
        try:
            done = await asyncio.to_thread(self._exchange, taken, month, self._state)
        except KeyStoreError as error:
            if not self.failing:
                _log.error("key storage not answering: %s", error)
            self.failing = True
            return
        finally:
            if done is None:
                self._budget.put_back()
        self._state, stored = done
        self._budget.written(month, stored)
        self._read_at = began
        if self.failing:
            _log.warning("key storage answering again")
        self.failing = False
        self._minutes = {name: m for name, m in self._minutes.items() if not m.idle(began)}

    def _exchange(
        self, taken: ByMonth, month: str, known: State
    ) -> tuple[State, Mapping[str, Spent]]:
        with self._storage.transaction() as transaction:
            for of, more in taken.items():
                transaction.spend(of, more)
            return transaction.state(known), transaction.spending(month)
