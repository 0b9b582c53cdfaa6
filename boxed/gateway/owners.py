"""Whose an entry is: what one client keeps, another that sends other credentials never meets."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from boxed.gateway.parse import tenant_of
from prompts.policy import canonical

__all__ = ["owner_of"]


def owner_of(headers: Mapping[bytes, bytes]) -> bytes:
    """The client as its key, its tenant and its project tell it; 32 bytes that give up none."""
    parts = (
        headers.get(b"authorization", b""),
        canonical(tenant_of(headers) or "").encode(),
        headers.get(b"openai-organization", b""),
        headers.get(b"openai-project", b""),
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.digest()
