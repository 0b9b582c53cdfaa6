"""Everything that one request is answered with, pinned at its start.

A reload of the prompt files makes a new snapshot; requests under way keep theirs to the end.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from boxed.hiding.masking import Masking
from boxed.models.protocol import ChatModel
from boxed.release.date_gate import DateGate
from boxed.release.gate import Gate, NewGate
from boxed.release.in_series import InSeries
from guards.compiled import CompiledBook
from guards.described import Asked
from guards.screen import Screen
from prompts.book import PolicyBook
from prompts.policy import DRAWN, Policy, canonical


@dataclass(frozen=True, slots=True)
class Models:
    """The model instances: the product, and those of the roles where they differ from it."""

    product: ChatModel
    router: ChatModel | None = None
    composer: ChatModel | None = None
    workers: Mapping[str, ChatModel] = field(default_factory=dict[str, ChatModel])

    def for_worker(self, name: str) -> ChatModel:
        """The instance a worker sends its prompt to."""
        return self.workers.get(name, self.product)

    async def close(self) -> None:
        """Close every instance, once."""
        every = (self.product, self.router, self.composer, *self.workers.values())
        for model in {id(m): m for m in every if m is not None}.values():
            await model.close()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A compiled book with its screen and the models; immutable, shared by many requests."""

    book: PolicyBook
    compiled: CompiledBook
    screen: Screen
    masking: Masking
    models: Models
    router_mode: str
    # Tenants that no policy names, and that are known all the same.
    tenants: frozenset[str] = frozenset()
    # (model asked for, retain question) -> the product's own answer, for icul.
    ready_answers: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    # (policy, digest of a message) -> whether the router says that the message is about it.
    doubts: dict[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])
    # policy -> the telling words of its nameless questions, for the leak check.
    nameless: dict[str, tuple[frozenset[str], ...]] = field(
        default_factory=dict[str, tuple[frozenset[str], ...]]
    )

    def live(self, now: datetime, tenant: str | None, *, drawn: bool = False) -> Live:
        """Which policies are in force for this client at this moment.

        A tenant that nobody knows meets every policy, as one that is not named does: a slip of the
        pen in a proxy's table must not open a door. Concepts count where a picture is ``drawn``.
        """
        key = None if tenant is None else canonical(tenant)
        known = key if key in self.book.tenant_keys or key in self.tenants else None
        check = self.compiled.live(now, known, drawn=drawn)
        return Live(self.book, now, known, check, drawn)

    def new_gate(
        self, live: Live, asked: Asked | None = None, exempt: frozenset[str] = frozenset()
    ) -> NewGate:
        """What makes a fresh gate for each text of a stream: for names and, if need be, for more.

        For facts about whom the client's turns describe (``asked``), and for dates of a period.
        Names of keys in ``exempt`` pass.
        """
        compiled, check = self.compiled, live.check
        periods = [
            (compiled.ids[n], period) for n, period in compiled.periods if check is None or check(n)
        ]

        def gate() -> Gate:
            names: Gate = compiled.gate(live=check, exempt=exempt)
            told = names if asked is None else InSeries(names, compiled.fact_gate(asked))
            return DateGate(told, periods) if periods else told

        return gate

    @property
    def asks_router(self) -> bool:
        """Is there a router model that grey similarity may be put to?"""
        return self.models.router is not None and self.router_mode != "never"

    def opaque(self, policy: str) -> str:
        """An id for logs that does not name the policy but is the same under the same book."""
        return hmac.new(self.book.digest.encode(), policy.encode(), hashlib.sha256).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Live:
    """The client's view of the book: ``check(number)`` tells whether that policy is in force.

    ``check`` is None where no policy depends on time or tenant.
    """

    book: PolicyBook
    now: datetime
    tenant: str | None
    check: Callable[[int], bool] | None
    drawn: bool = False

    def policies(self, ids: Iterable[str]) -> dict[str, Policy]:
        """The named policies that are in force, by id."""
        found = {id: self.book.get(id) for id in sorted(set(ids))}
        return {
            id: policy
            for id, policy in found.items()
            if (self.drawn or policy.kind != DRAWN) and policy.in_force(self.now, self.tenant)
        }

    def mark(self) -> str:
        """The digest of the book and of which of its policies this client meets."""
        if self.check is None:
            return self.book.digest
        met = bytes(self.check(number) for number in range(len(self.book.policies)))
        return f"{self.book.digest}:{hashlib.sha256(met).hexdigest()}"
