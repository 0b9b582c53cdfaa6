"""What makes a weak name evidence: something beside it that is the subject's.

A surname that others bear says nothing alone. It does with another part of the name, a term of the
policy, a title or name that goes with it, evidence of any kind in the conversation, or nearness in
meaning to what the policy says of its subject. So does a surname that nobody else is known to bear.
Where there is a little nearness and no more, or only a title of respect and a policy that tells
nothing of its subject, that is doubt, and the policy says what to do.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from guards.compiled import CompiledBook
from guards.names.common_words import is_ordinary, is_surname
from guards.names.mentions import Mention
from guards.names.used_as import is_person
from guards.names.weak import addressed
from guards.reading.wording import (
    KINDS,
    asks_for_facts,
    content_words,
    folded_words,
    key_phrases,
    sentences_from,
    sentences_in,
)
from guards.verdicts import Embed, Evidence, Turn, Vectors
from prompts.policy import Policy

__all__ = ["DOUBT", "NEAR", "Support", "Supporting"]

NEAR = 0.5
"""Cosine to a text about the subject from which a weak name is the subject's."""
DOUBT = 0.35
"""Cosine from which it may be."""
FAINT = 0.2
"""The same where a question to somebody who knows things uses the name as a person's."""
MOST_ALIKE = 32
"""Subjects of one first name or with the same initials that are compared by meaning."""
_FEWEST = 3  # words of a sentence that is compared by itself
_MOST = 6  # sentences
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
        if _holds_term(policy, text, hit.start):
            return "yes", 1.0
        if compiled.described.holds_clue(hit.policy, text):
            return "yes", 1.0
        if compiled.weak.only_bearer(text, hit):
            return "yes", 1.0
        asks = _asks_about(text, hit.start)
        if not _told(policy):  # nothing tells namesakes apart: a title of respect makes it a doubt
            return ("doubt" if addressed(text, hit) and asks else "no"), 0.0
        if self.embed is None:
            shared = len(content_words(text) & _told(policy))
            return ("yes" if shared >= _SHARED else "no"), 0.0
        near = nearness(compiled, hit.policy, text, self.embed)
        person = addressed(text, hit) or (
            is_person(text, hit.start, hit.end) and not _is_a_word(text[hit.start : hit.end])
        )
        return _judged(near, FAINT if asks and person else DOUBT), near

    def of_faint(self, turn: int, hit: Mention) -> tuple[Support, float]:
        """The same of a first name alone, of initials, and of a longer name of that surname.

        With a surname that nobody else is known to bear the last is enough (Jonathan Voight for
        Jon). The caller bounds how many are asked about.
        """
        compiled, text = self.compiled, self.turns[turn].text
        policy = compiled.book.policies[hit.policy]
        if any(e.policy == policy.id and e.certain for e in self.found):
            return "yes", 1.0
        given, _, surname = hit.key.rpartition(" ")
        if given and compiled.weak.has_no_other_bearer(hit.policy, surname):
            return "yes", 1.0
        if compiled.described.holds_clue(hit.policy, text):
            return "yes", 1.0
        if not _told(policy):
            return "no", 0.0
        if not _asks_about(text, hit.start):
            return "no", 0.0
        if self.embed is None:
            shared = len(content_words(text) & _told(policy))
            return ("yes" if shared > _SHARED else "no"), 0.0
        near = nearness(compiled, hit.policy, text, self.embed)
        # Initials, or a longer first name with a middle name, are borne by few.
        rare = "." in hit.key or hit.key.count(" ") > 1
        return _judged(near, FAINT if rare else DOUBT), near

    def hinted(
        self, turn: int, live: Callable[[int], bool] | None
    ) -> list[tuple[tuple[int, int, int], float]]:
        """((policy, start, end), nearness) of clues in a turn that is near their policy's texts."""
        compiled, embed, text = self.compiled, self.embed, self.turns[turn].text
        if embed is None:
            return []
        clues = compiled.described.hinted(text, live)[:MOST_ALIKE]
        near = [(clue, nearness(compiled, clue[0], text, embed)) for clue in clues]
        return [(clue, score) for clue, score in near if score >= NEAR]


def _is_a_word(name: str) -> bool:
    """Is it a word that few bear as their surname, such as Mercury?"""
    words = folded_words(name)
    return all(map(is_ordinary, words)) and not any(map(is_surname, words))


def _holds_term(policy: Policy, text: str, at: int) -> bool:
    """Does one of the policy's terms stand in the text, or an ordinary one in that sentence?

    An ordinary word is a term only where it is written as a name is: "Misery", not "misery".
    """
    words = f" {' '.join(folded_words(text))} "
    held = [t for t in policy.terms if f" {' '.join(folded_words(t))} " in words]
    if not held:
        return False
    rest = sentences_from(text, at)
    sentence = rest[: len(next(iter(sentences_in(rest)), ""))]
    names = {word for phrase in key_phrases(sentence) for word in folded_words(phrase)}
    small = sentence.islower()
    for term in held:
        telling = [word for word in folded_words(term) if word not in KINDS]
        if any(not is_ordinary(word) and not word.isdigit() for word in telling):
            return True
        if telling and (names.issuperset(telling) or small):
            return True
    return False


def _asks_about(text: str, at: int) -> bool:
    """Does the sentence that holds the offset `at` ask for facts, or what goes on from it?"""
    rest = sentences_from(text, at)
    own = sentences_in(rest)[:1]
    return any(map(asks_for_facts, (*own, rest)))


def _judged(near: float, doubt: float) -> Support:
    return "yes" if near >= NEAR else "doubt" if near >= doubt else "no"


def _sentences(text: str) -> list[str]:
    """The whole text, and its longest sentences: in a long one the question is a small part."""
    parts = [one for one in sentences_in(text) if len(one.split()) >= _FEWEST]
    return list(dict.fromkeys([text, *sorted(parts, key=len, reverse=True)[:_MOST]]))


def nearness(compiled: CompiledBook, policy: int, text: str, embed: Embed) -> float:
    """Cosine of `text`, or a sentence of it, to the nearest text about the subject.

    -1 if a retain text is nearer.

    Names are left out of both: that they share one is what must be supported. -1 also where the
    policy says nothing of its subject but the name.
    """
    own = _own(compiled.book.policies[policy])
    if policy not in compiled.told:  # kept with the book: what is withdrawn leaves with it
        compiled.told[policy] = _vectors(compiled.book.policies[policy], own, embed)
    about, kept = compiled.told[policy]
    if not len(about):
        return -1.0
    asked = [bare for one in _sentences(text) if (bare := _nameless(one, own))]
    if not asked:
        return -1.0
    vectors = np.asarray(embed(asked), dtype=np.float32)
    near = float((about @ vectors.T).max())
    return near if not len(kept) or near > float((kept @ vectors.T).max()) else -1.0


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
