"""Policies that were read and checked before: taken again where their file's bytes are the same.

    known = known_of(book)                  # or one from a file: retrieval.kept_book
    load_book(folder, known=known)          # parses what is new

What is known of a policy goes by the SHA-256 of its file's bytes, so one that reads its examples
from another file is parsed each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from prompts.policy import Example, Policy

__all__ = ["DIGEST", "NOT_KEPT", "Known", "fields_of", "known_of", "policy_of"]

DIGEST = 32
"""Bytes of a file's digest."""
NOT_KEPT = bytes(DIGEST)
"""In place of the digest of a policy that is not taken again."""

Known: TypeAlias = Callable[[bytes, str], Policy | None]
"""The policy of a file with this digest at this path, None where it is not known."""

_PAIRS = ("examples", "counterfacts")
_DATED = ("since", "until", "effective", "expires")
_DEFAULTS: dict[str, Any] = {name: one.get_default() for name, one in Policy.model_fields.items()}


def known_of(policies: Sequence[Policy], digests: Sequence[bytes]) -> Known:
    """These policies, as long as they lie where they lay; `digests` are those of their files."""
    found = {
        digest: policy
        for digest, policy in zip(digests, policies, strict=False)
        if digest != NOT_KEPT
    }

    def known(digest: bytes, path: str) -> Policy | None:
        policy = found.get(digest)
        return policy if policy is not None and policy.path == path else None

    return known


def fields_of(policy: Policy) -> dict[str, Any] | None:
    """What the policy says other than by default, as JSON can hold it; None where it cannot."""
    if any(getattr(policy, name) is not None for name in _DATED):
        return None
    fields: dict[str, Any] = {}
    written = policy.model_fields_set
    for name, value in cast("Mapping[str, Any]", policy.__dict__).items():
        if name in _PAIRS and value:
            fields[name] = [(pair.question, pair.answer) for pair in value]
        elif name in written and name != "path":
            fields[name] = value
    return fields


def policy_of(fields: Mapping[str, Any], path: str, written: frozenset[str]) -> Policy:
    """The policy that ``fields_of`` told of, checked before and not again.

    `written` are the names of `fields` and of `path`: one object may serve many policies.
    """
    told = dict(_DEFAULTS)
    for name, value in fields.items():
        if name in _PAIRS:
            value = tuple(Example.model_construct(question=q, answer=a) for q, a in value)
        told[name] = tuple(value) if isinstance(value, list) else value
    told["path"] = path
    policy = Policy.__new__(Policy)
    for name, value in (
        ("__dict__", told), ("__pydantic_fields_set__", written),
        ("__pydantic_extra__", None), ("__pydantic_private__", None),
    ):  # fmt: skip
        object.__setattr__(policy, name, value)
    return policy
