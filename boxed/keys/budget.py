"""What accounts have used this month, what is under way, and what is not written down yet.

    budget.room("key:4fJ2k9QmZx", limit)           may another request begin?
    budget.begin(accounts, expected)               it has: its tokens are set aside
    budget.end(accounts, expected, tokens)         it used so many in truth
    taken = budget.taken()                         write this, by month; then
    budget.written(month, stored)                  or budget.put_back()

A request is let in while what is used and what others under way are expected to use leaves room, so
many at once do not pass a budget together before the first of them is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from boxed.keys.records import Spent

__all__ = ["Budget", "ByMonth"]

ByMonth = dict[str, dict[str, Spent]]
"""Spending by month and account."""

_SHARE = 0.2  # of the newest request in what the next one of an account is expected to use
_AT_FIRST = 256  # tokens of a reply, before an account has had any
_LONGEST = 32_000  # tokens that are set aside for a request's length: pictures have many bytes
_NOTHING = Spent()


class Budget:
    """Spending by account. Belongs to one thread, and is told the month."""

    def __init__(self, month: str) -> None:
        self._month = month
        self._stored: Mapping[str, Spent] = {}
        self._pending: ByMonth = {}
        self._leaving: ByMonth = {}
        self._aside: dict[str, int] = {}
        self._usual: dict[str, float] = {}

    @property
    def pending(self) -> bool:
        """Is there anything that is not written down?"""
        return bool(self._pending)

    def used(self, account: str) -> Spent:
        """What the account used this month, here and elsewhere, as far as it is known."""
        total = self._stored.get(account, _NOTHING)
        for by_month in (self._leaving, self._pending):
            total = total.plus(by_month.get(self._month, {}).get(account, _NOTHING))
        return total

    def expected(self, account: str, size: int) -> int:
        """Tokens that a request of ``size`` bytes may use: as those before it, or by its length."""
        usual, by_length = self._usual.get(account), min(size // 4, _LONGEST)
        return max(by_length + _AT_FIRST if usual is None else round(usual), by_length, 1)

    def room(self, account: str, limit: int) -> Literal["room", "busy", "none"]:
        """Whether another request may begin, others must end first, or the month is used up."""
        used = self.used(account).tokens
        if used >= limit:
            return "none"
        return "room" if used + self._aside.get(account, 0) < limit else "busy"

    def begin(self, accounts: Sequence[str], expected: int) -> None:
        """Count a request that was let in, and set tokens aside for it."""
        for account in accounts:
            self._aside[account] = self._aside.get(account, 0) + expected
            self._note(self._month, account, Spent(0, 1))

    def undo(self, accounts: Sequence[str], expected: int) -> None:
        """A request that was begun was not let in after all."""
        self.end(accounts, expected, 0)
        for account in accounts:
            self._note(self._month, account, Spent(0, -1))

    def end(self, accounts: Sequence[str], expected: int, tokens: int) -> None:
        """Put what a request used in the place of what was set aside for it."""
        for account in accounts:
            left = self._aside.get(account, 0) - expected
            if left > 0:
                self._aside[account] = left
            else:
                self._aside.pop(account, None)
            if tokens:
                self._note(self._month, account, Spent(tokens, 0))
                before = self._usual.get(account, float(tokens))
                self._usual[account] = before + _SHARE * (tokens - before)

    def taken(self) -> ByMonth:
        """What is to be written now; it must be ``written`` or ``put_back`` before the next."""
        self._leaving, self._pending = self._pending, {}
        return self._leaving

    def written(self, month: str, stored: Mapping[str, Spent]) -> None:
        """All that was taken is in the storage, which holds ``stored`` for ``month``, now begun."""
        self._leaving, self._month, self._stored = {}, month, stored

    def put_back(self) -> None:
        """What was taken could not be written: it is kept for the next time."""
        leaving, self._leaving = self._leaving, {}
        for month, by_account in leaving.items():
            for account, more in by_account.items():
                self._note(month, account, more)

    def _note(self, month: str, account: str, more: Spent) -> None:
        accounts = self._pending.setdefault(month, {})
        accounts[account] = accounts.get(account, _NOTHING).plus(more)
