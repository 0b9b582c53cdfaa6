"""The router's result: which worker answers which part of a message, and what stays hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from boxed.workers.catalogue import AS_OF
from prompts.policy import Policy

DecidedBy = Literal["rules", "router", "safe plan"]

PASS_THROUGH, REDACT = "pass_through", "redact"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the last user message; ``text`` None means the whole message as it is.

    ``policies`` are those that it asks about. ``mentioned`` are those whose subject stands in
    nothing but the client's own text: the part is done, and the subject hidden.
    """

    text: str | None
    policies: tuple[str, ...]
    worker: str
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Parts in order, the policies hidden from every model that need not see them, and by whom."""

    parts: tuple[Part, ...]
    hidden: tuple[str, ...]
    decided_by: DecidedBy


def worker_for(policies: Iterable[Policy]) -> str:
    """The worker for a part that touches these policies; no policy gets a bolder one than its own.

    Of one response: that one, for all of them together. Of several: refuse if any refuses, else
    pretend if any pretends, else redact. None: pass_through. Policies that give a day, and no
    others: as_of, or refuse.
    """
    named = {policy.id: policy for policy in policies}
    # A day is judged in every reply; a subject beside it needs a worker of its own.
    responses = {policy.response for policy in named.values() if policy.since is None}
    if not named:
        return PASS_THROUGH
    if any(policy.response == "refuse" for policy in named.values()):
        return "refuse"
    if not responses:
        return AS_OF
    if len(responses) == 1:
        return next(iter(responses))
    return "pretend" if "pretend" in responses else REDACT


def whole(policies: Mapping[str, Policy], hidden: Iterable[str], decided_by: DecidedBy) -> Plan:
    """The plan that gives the whole message to one worker."""
    part = Part(None, tuple(sorted(policies)), worker_for(policies.values()))
    return Plan((part,), tuple(sorted(hidden)), decided_by)


def own_text(text: str | None, mentioned: Mapping[str, Policy]) -> Part:
    """A part that is done though it mentions subjects; what is sealed has placeholders only."""
    sealed = any(policy.sealed for policy in mentioned.values())
    return Part(text, (), REDACT if sealed else PASS_THROUGH, tuple(sorted(mentioned)))


def again(policies: Mapping[str, Policy], hidden: Iterable[str]) -> Plan:
    """The plan for a question whose answer gave a subject away that the question did not name.

    A model that is shown whom it is not to know would learn from that whom the question means: so
    pretend is asked of one that is not.
    """
    chosen = worker_for(policies.values())
    worker = chosen if chosen in ("refuse", AS_OF, "unlearned") else "pseudonymise"
    return Plan((Part(None, tuple(policies), worker),), tuple(sorted(hidden)), "rules")
