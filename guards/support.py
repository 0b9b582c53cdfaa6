"""What makes a weak name evidence: something beside it that is the subject's.

A surname that others bear says nothing alone. It does with another part of the name, a term of the
policy, a title or name that goes with it, evidence of any kind in the conversation, or nearness in
meaning to what the policy says of its subject. So does a surname that nobody else is known to bear.
Where there is a little nearness and no more, or only a title of respect and a policy that tells
nothing of its subject, that is doubt, and the policy says what to do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from guards.compiled import CompiledBook
from guards.names.mentions import Mention
from guards.names.weak import addressed
from guards.reading.wording import asks_for_facts, content_words, folded_words
from guards.verdicts import Embed, Evidence, Turn, Vectors
from prompts.policy import Policy

__all__ = ["DOUBT", "NEAR", "Support", "Supporting"]

NEAR = 0.5
"""Cosine to a text about the subject from which a weak name is the subject's."""
DOUBT = 0.35
"""Cosine from which it may be."""
_SHARED = 2  # words that question and policy share, where no vectors are compared

Support = Literal["yes", "doubt", "no"]


@dataclass(frozen=True, slots=True)
class Supporting:
    """Looks for support of weak names in one conversation."""

    compiled: CompiledBook
    turns: Sequence[Turn]
    found: Sequence[Evidence]
    embed: Embed | None

    def of(self, turn: int, hit: Mention) -> tuple[Support, float]:
        """How well a weak name in turn number `turn` is supported, and its nearness."""
        compiled, text = self.compiled, self.turns[turn].text
        policy = compiled.book.policies[hit.policy]
        if any(e.policy == policy.id and e.certain for e in self.found):
            return "yes", 1.0
        said = self.turns[: turn + 1]
        if any(
            compiled.weak.other_part(hit.policy, one.text, hit if one is self.turns[turn] else None)
            for one in said
            if one.role == "user"
        ):
            return "yes", 1.0
        words = f" {' '.join(folded_words(text))} "
        if any(f" {' '.join(folded_words(term))} " in words for term in policy.terms):
            return "yes", 1.0
        if compiled.described.holds_clue(hit.policy, text):
            return "yes", 1.0
        if compiled.weak.only_bearer(text, hit):
            return "yes", 1.0
        if not _told(policy):  # nothing tells namesakes apart: a title of respect makes it a doubt
            return ("doubt" if addressed(text, hit) and asks_for_facts(text) else "no"), 0.0
        if self.embed is None:
            shared = len(content_words(text) & _told(policy))
            return ("yes" if shared >= _SHARED else "no"), 0.0
        near = nearness(compiled, hit.policy, text, self.embed)
        return ("yes" if near >= NEAR else "doubt" if near >= DOUBT else "no"), near


def nearness(compiled: CompiledBook, policy: int, text: str, embed: Embed) -> float:
    """Cosine of `text` to the nearest text about the subject; -1 if a retain text is nearer.

    Names are left out of both: that they share one is what must be supported. -1 also where the
    policy says nothing of its subject but the name.
    """
    own = _own(compiled.book.policies[policy])
    if policy not in compiled.told:  # kept with the book: what is withdrawn leaves with it
        compiled.told[policy] = _vectors(compiled.book.policies[policy], own, embed)
    about, kept = compiled.told[policy]
    if not len(about):
        return -1.0
    vector = np.asarray(embed([_nameless(text, own)])[0], dtype=np.float32)
    near = float((about @ vector).max())
    return near if not len(kept) or near > float((kept @ vector).max()) else -1.0


def _vectors(policy: Policy, own: frozenset[str], embed: Embed) -> tuple[Vectors, Vectors]:
    """Rows of what a policy says of its subject, and of what must still be answered."""
    told = (f"{example.question} {example.answer}" for example in policy.examples)
    about = [_nameless(text, own) for text in (policy.about, *policy.scope, *told)]
    return (
        _embedded([text for text in about if content_words(text)], embed),
        _embedded([_nameless(text, own) for text in policy.retain], embed),
    )


def _embedded(texts: Sequence[str], embed: Embed) -> Vectors:
    if not texts:
        return np.zeros((0, 1), dtype=np.float32)
    return np.asarray(embed(texts), dtype=np.float32)


def _nameless(text: str, own: frozenset[str]) -> str:
    return " ".join(word for word in text.split() if own.isdisjoint(folded_words(word)))


def _told(policy: Policy) -> frozenset[str]:
    """The words that a policy uses of its subject, its names left out."""
    texts = [policy.about, *policy.scope, *_pairs(policy)]
    return frozenset(word for text in texts for word in content_words(text)) - _own(policy)


def _own(policy: Policy) -> frozenset[str]:
    return frozenset(word for name in policy.names for word in folded_words(name))


def _pairs(policy: Policy) -> Iterable[str]:
    for example in policy.examples:
        yield example.question
        yield example.answer
