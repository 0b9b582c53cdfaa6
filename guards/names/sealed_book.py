"""The sealed policies of a book: opened with the right key, or refused with what to do.

A policy that no key opens, or another key than the one it was made with, would guard nothing and
say so to nobody. So would one whose own file gives the name away. Both are faults of the book.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from guards.names.mentions import MentionIndex
from guards.names.seal import SealKey
from guards.names.sealed import SealedIndex
from prompts.errors import BookError, PromptError
from prompts.policy import Policy

__all__ = ["names_told", "sealed_index"]

_SHOWN = 20  # faults of one kind: thousands of files may lack the same key


def sealed_index(policies: Sequence[Policy], key: SealKey | None) -> SealedIndex | None:
    """The index of the sealed policies, None if there is none; raises BookError."""
    sealed = [(number, policy) for number, policy in enumerate(policies) if policy.sealed]
    if not sealed:
        return None
    if key is None:
        raise BookError(_fault(policy, *_NO_KEY) for _, policy in sealed[:_SHOWN])
    foreign = [policy for _, policy in sealed if policy.sealed_with != key.id]
    if foreign:
        raise BookError(_fault(policy, *_OTHER_KEY) for policy in foreign[:_SHOWN])
    index = SealedIndex(((number, policy.sealed) for number, policy in sealed), key)
    clean: set[str] = set()  # most such files differ in little but their fingerprints
    telling = [
        _fault(policy, f"the {part} of a sealed policy names a sealed subject", _REWRITE)
        for _, policy in sealed
        for part in names_told(policy, index, clean)
    ]
    if telling:
        raise BookError(telling[:_SHOWN])
    return index


_NO_KEY = (
    "the policy is sealed and there is no key to open it",
    "set BOXED_SEAL_KEY, or seal_key_file to a file with the key",
)
_OTHER_KEY = (
    "the policy was sealed with another key",
    "set the key that it was made with, or make it anew with 'boxed policy new --sealed'",
)
_REWRITE = "take the name out"


def _fault(policy: Policy, problem: str, remedy: str) -> PromptError:
    return PromptError(policy.path or policy.id, 1, problem, remedy)


def names_told(policy: Policy, index: SealedIndex, clean: set[str]) -> Iterator[str]:
    """The parts of a policy that name a sealed subject; texts that do not are put into `clean`."""
    mentions = MentionIndex.build((), index)
    for part, text in _parts(policy):
        if text in clean:
            continue
        if mentions.find(text):
            yield part
        else:
            clean.add(text)


def _parts(policy: Policy) -> Iterator[tuple[str, str]]:
    yield "id", policy.id
    yield "file name", PurePath(policy.path).stem
    yield "title", policy.title
    yield "instruction", policy.instruction
    for field in ("aliases", "scope", "retain", "terms", "tenants"):
        for text in getattr(policy, field):
            yield field, text
    for field in ("examples", "counterfacts"):
        for pair in getattr(policy, field):
            yield field, pair.question
            yield field, pair.answer
