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
    pseudonymise; both hide any number of subjects at once. None: pass_through.
    """
    chosen = {policy.id: policy for policy in policies}
    responses = {id: policy.response for id, policy in chosen.items()}
    if not responses:
        return "pass_through"
    if "refuse" in responses.values():
        return "refuse"
    if len(responses) == 1:
        return next(iter(responses.values()))
    return "redact" if any(policy.sealed for policy in chosen.values()) else "pseudonymise"


def whole(policies: Mapping[str, Policy], hidden: Iterable[str], decided_by: DecidedBy) -> Plan:
    """The plan that gives the whole message to one worker."""
    part = Part(None, tuple(sorted(policies)), worker_for(policies.values()))
    return Plan((part,), tuple(sorted(hidden)), decided_by)
