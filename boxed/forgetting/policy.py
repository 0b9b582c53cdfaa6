"""The policy that a forget request makes: what the model itself may know is suppressed as well.

    policy_text("forgotten-4f21a0b3c9d8", ForgetRequest(subject="Jane Roe"))

It is made of the request's own words alone, never of what was erased. A request by wording or by
fields names nothing that a model could be asked about, and makes none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from boxed.settings import SettingsError
from guards.names.seal import SealKey, fingerprints
from prompts.book import load_book
from prompts.errors import BookError
from prompts.policy import Policy
from prompts.starter import sealed_policy_text
from retrieval.closure import ForgetRequest
from retrieval.whole_file import write_whole

__all__ = ["NO_POLICY", "file_for", "policy_text", "remove_policy", "write_policy"]

NO_POLICY = {
    "where": "a request by fields names nothing that a model could be asked about",
    "text": "a policy in plain text would keep the very wording that goes",
}
_HEAD = "# Written by 'boxed forget'; 'boxed forget --withdraw' takes it back.\n"
_INSTRUCTION = "Behave as if you had never heard of this."


def policy_text(id: str, request: ForgetRequest, seal: SealKey | None = None) -> str:
    """The policy file for a request, sealed where there is a key; empty where it makes none.

    Raises SettingsError for what cannot be sealed.
    """
    if request.way in NO_POLICY:
        return ""
    if seal is not None:
        return _sealed(id, request, seal)
    fields = {"id": id, **_plain(request)}
    Policy.model_validate({**fields, "instruction": _INSTRUCTION})
    front = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=10_000)
    return f"---\n{_HEAD}{front}---\n{_INSTRUCTION}\n"


def _plain(request: ForgetRequest) -> dict[str, Any]:
    if request.subject is not None:
        name = " ".join(request.subject.split())
        questions = ("Who is {}?", "What is {} known for?", "What do you know about {}?")
        others = [" ".join(alias.split()) for alias in request.aliases]
        return _fields(name, "person", [question.format(name) for question in questions], others)
    if request.about is not None:
        about = " ".join(request.about.split())
        return _fields(about, "topic", [about, f"What do you know about {about}?"], [])
    name = " ".join((request.document or request.source or "").split())
    questions = ("What does {} say?", "Tell me what is in {}.")
    return _fields(name, "work", [question.format(name) for question in questions], [])


def _fields(title: str, kind: str, scope: list[str], aliases: list[str]) -> dict[str, Any]:
    own = {alias.casefold(): alias for alias in aliases}
    return {
        "title": title,
        "kind": kind,
        "response": "pretend",
        "aliases": list(own.values()),
        "scope": scope,
    }


def _sealed(id: str, request: ForgetRequest, seal: SealKey) -> str:
    names = request.names or tuple(filter(None, (request.document, request.source)))
    if not names:
        raise SettingsError(
            "a description cannot be sealed, because meaning has no fingerprint; "
            "give --subject, or leave --sealed out"
        )
    try:
        sealed = {one for name in names for one in fingerprints(name, seal)}
    except ValueError as error:
        raise SettingsError(f"the policy cannot be sealed: {error}") from None
    kind = "person" if request.names else "work"
    return sealed_policy_text(id, kind, "redact", sorted(sealed), seal.id)


def file_for(policies: Path, id: str) -> Path:
    """Where in a prompt folder, or in a bare folder of policies, the policy belongs."""
    within = policies / "policies"
    bare = policies.is_dir() and any(policies.glob("*.md")) and not within.is_dir()
    return (policies if bare else within).resolve() / f"{id}.md"


def write_policy(policies: Path, target: Path, text: str) -> None:
    """Put the policy in force, whole and durable; raises BookError, OSError.

    Where the prompt folder does not load with it, it is taken out again: a policy that nobody
    reads would suppress nothing.
    """
    before = target.read_bytes() if target.exists() else None
    write_whole(target, text.encode())
    try:
        load_book(policies)
    except BookError:
        if before is None:
            target.unlink()
        else:
            write_whole(target, before)
        raise


def remove_policy(file: Path) -> bool:
    """Take the policy out of force; whether it was there. Raises OSError."""
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    return True
