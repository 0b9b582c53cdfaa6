"""The router's result: which worker answers which part of a message, and what stays hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from prompts.policy import Policy

DecidedBy = Literal["rules", "router", "safe plan"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the last user message; ``text`` None means the whole message as it is."""

    text: str | None
    policies: tuple[str, ...]
    worker: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Parts in order, the policies hidden from every model that need not see them, and by whom."""

    parts: tuple[Part, ...]
    hidden: tuple[str, ...]
    decided_by: DecidedBy


def worker_for(policies: Iterable[Policy]) -> str:
    """The worker for a part that touches these policies.

    One policy: its response. Several: refuse if any refuses, else redact if any is sealed, else
    pseudonymise; both hide any number of subjects at once. None: pass_through. Policies that give a
    day, and no others: as_of, or refuse.
    """
    named = {policy.id: policy for policy in policies}
    # A day is judged in every reply; a subject beside it needs a worker of its own.
    chosen = {id: policy for id, policy in named.items() if policy.since is None}
    if not named:
        return "pass_through"
    if any(policy.response == "refuse" for policy in named.values()):
        return "refuse"
    if not chosen:
        return "as_of"
    if len(chosen) == 1:
        return next(iter(chosen.values())).response
    return "redact" if any(policy.sealed for policy in chosen.values()) else "pseudonymise"


def whole(policies: Mapping[str, Policy], hidden: Iterable[str], decided_by: DecidedBy) -> Plan:
    """The plan that gives the whole message to one worker."""
    part = Part(None, tuple(sorted(policies)), worker_for(policies.values()))
    return Plan((part,), tuple(sorted(hidden)), decided_by)
