"""What is known of a virtual key and of a tenant, and under which names their spending is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from prompts.policy import canonical

__all__ = ["Key", "Scope", "Spent", "State", "Terms", "account_of_key", "account_of_tenant",
           "month_of", "next_month"]  # fmt: skip

Scope = Literal["chat", "admin"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a key or a tenant may use; None stands for no limit, and for the product itself."""

    requests_a_minute: int | None = None
    tokens_a_month: int | None = None
    upstream: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A virtual key without its secret. Times are seconds since 1970, in UTC."""

    id: str
    digest: str
    scope: Scope
    tenant: str | None
    label: str
    created: int
    expires: int | None = None
    revoked: int | None = None
    terms: Terms = Terms()

    def standing(self, now: float) -> Literal["good", "revoked", "expired"]:
        """Whether the key opens anything at this moment."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "good"


@dataclass(frozen=True, slots=True)
class Spent:
    """What an account used in one month."""

    tokens: int = 0
    requests: int = 0

    def plus(self, more: Spent) -> Spent:
        """This and what came to it."""
        return Spent(self.tokens + more.tokens, self.requests + more.requests)


@dataclass(frozen=True, slots=True)
class State:
    """Every key by id, every tenant's terms by its canonical name, and a number for this state."""

    version: int = -1
    keys: Mapping[str, Key] = field(default_factory=dict[str, Key])
    tenants: Mapping[str, Terms] = field(default_factory=dict[str, Terms])


def account_of_key(id: str) -> str:
    """Under which name a key's spending is kept."""
    return f"key:{id}"


def account_of_tenant(tenant: str) -> str:
    """Under which name the spending of all keys of a tenant is kept, however it is written."""
    return f"tenant:{canonical(tenant)}"


def month_of(now: float) -> str:
    """The calendar month in UTC: 2026-11."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m")


def next_month(now: float) -> float:
    """When the next calendar month begins in UTC, in seconds since 1970."""
    day = datetime.fromtimestamp(now, UTC)
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return datetime(year, month, 1, tzinfo=UTC).timestamp()
