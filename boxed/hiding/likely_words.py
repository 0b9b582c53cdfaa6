"""Stand-ins that a product finds as likely as the words they replace, where a policy has some.

A coined word is safe and odd: to a model "The Lugaka Efalokaki" is a far less likely title than
any it knows, so an answer with coined words in it is told from other wrong answers. What the
policy's counterfacts say of somebody else gives words of the same kind: "The Silent Compass".
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from boxed.hiding.identifying import CONNECTING, example_phrases, neighbour_phrases, words_of
from boxed.hiding.standins import MONTHS
from prompts.policy import Policy

__all__ = ["LikelyWords"]

_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class _Pool:
    """Words of some phrases: those at their end, and all others."""

    last: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    @classmethod
    def of(cls, phrases: Iterable[str]) -> _Pool:
        last: dict[str, None] = {}
        other: dict[str, None] = {}
        for phrase in phrases:
            words = [word for word in words_of(phrase) if _usable(word)]
            last.update(dict.fromkeys(words[-1:]))
            other.update(dict.fromkeys(words[:-1]))
        return cls(tuple(last), tuple(other))


@dataclass(frozen=True, slots=True)
class LikelyWords:
    """Words of neighbours' titles and names of things; ``nearest`` are those of a phrase's kind.

    A phrase is of the kind of what answers the same question about somebody else.
    """

    policy: str
    names: frozenset[str]
    nearest: Mapping[str, _Pool]
    every: _Pool

    @classmethod
    def of(cls, policy: Policy) -> LikelyWords:
        """The words of a policy's counterfacts; none where it has no counterfacts."""
        names = frozenset(word for name in policy.names for word in words_of(name))
        if not policy.counterfacts:
            return cls(policy.id, names, {}, _Pool())
        phrases = [" ".join(words_of(phrase)) for phrase in example_phrases(policy)]
        nearest: dict[str, _Pool] = {}
        for example in policy.examples:
            told = f" {' '.join(words_of(example.answer))} "
            for phrase in phrases:
                if f" {phrase} " in told and phrase not in nearest:
                    nearest[phrase] = _Pool.of(neighbour_phrases(policy, example.question))
        return cls(policy.id, names, nearest, _Pool.of(neighbour_phrases(policy)))

    def telling(self, words: Sequence[str]) -> list[str]:
        """The words of a phrase that tell it from its neighbours' ("Rookwood" of an award).

        All of them where neighbours have every one, and of a name always.
        """
        common = {*self.every.last, *self.every.other}
        own = [word for word in words if word not in common]
        named = any(word in self.names for word in words)
        return list(words) if named or all(w in CONNECTING for w in own) else own

    def stand_in(self, word: str, phrase: Sequence[str], taken: Collection[str]) -> str | None:
        """A free word of the same place in a phrase, fixed by word and policy; None if none is.

        Names get none: a neighbour's name would be a real one.
        """
        if word in self.names or not _usable(word):
            return None
        digest = hashlib.sha256(f"{self.policy}\x1f{word}".encode()).digest()
        for pool in (self.nearest.get(" ".join(phrase), _Pool()), self.every):
            words = pool.last if word == phrase[-1] else pool.other
            free = [one for one in words if one not in taken]
            if free:
                return free[int.from_bytes(digest[:4], "big") % len(free)]
        return None


def _usable(word: str) -> bool:
    told = len(word) >= _SHORTEST and word.isalpha()
    return told and word not in CONNECTING and word not in MONTHS
