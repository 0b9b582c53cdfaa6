"""Scope: questions about a subject that do not name it.

    index = ScopeIndex.build([(0, ("Who wrote poems in Taipei in 1991?",), ())], embed)
    index.nearest(["Which poet was writing in Taipei in 1991?"], embed(...))

Sentence vectors tell topics apart but not people: "Where was A born?" and "Where was B born?" lie
closer together than many paraphrases. So a hit also needs the distinctive words (names, numbers,
titles) of question and scope text to agree, and the policy's own `retain` texts to lie further
away than its scope.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guards.canonical import fold, squash
from guards.verdicts import Embed, Vectors
from guards.wording import content_words, distinctive, folded_words, full_names, quoted

__all__ = ["CERTAIN", "GREY", "ScopeHit", "ScopeIndex", "agreement"]

CERTAIN = 0.72
"""Cosine from which a hit is certain.

Chosen on TOFU's forget10 with all-MiniLM-L6-v2: 99 % of 400 paraphrases lie at .71 or above of
their own question. With agreeing distinctive words 99.5 % of them are certain hits, 1 % of 400
retained questions (about others of the same town and trade), and none of 217 general ones.
"""
GREY = 0.58
"""Cosine from which the router is asked: every paraphrase of that set, no general question."""

_CANDIDATES = 64
_FLOOR = -1.0


@dataclass(frozen=True, slots=True)
class ScopeHit:
    """Policy number `policy` with the cosines of its nearest scope and retain text.

    `retain_score` is -1 if it has none; `agrees` says whether question and scope text share
    their distinctive words (False: there was too little to compare).
    """

    policy: int
    score: float
    retain_score: float
    agrees: bool

    @property
    def certain(self) -> bool:
        """Sure enough to act without asking the router."""
        return self.agrees and self.score >= CERTAIN


def agreement(asked: str, scope: str) -> bool | None:
    """Say whether the distinctive words of a question and a scope text agree.

    False: the question has its own and they are not the scope's. None: it has none to compare.
    """
    own, theirs = distinctive(asked), distinctive(scope)
    asked_words, scope_words = set(folded_words(asked)), set(folded_words(scope))
    numbers, their_numbers = _numbers(asked_words), _numbers(scope_words)
    if numbers and their_numbers and not numbers & their_numbers:
        return False
    titles, their_titles = _titles(asked), _titles(scope)
    if titles and their_titles and not titles & their_titles:
        return False  # "The Gilded Meridian" is another book than "The Gilded Harbour"
    if _namesakes(asked, scope, asked_words, scope_words):
        return False
    names = own - numbers
    if names and 2 * len(names & scope_words) < len(names):
        return False
    if own:
        return 2 * len(own & scope_words) >= len(own)
    if not theirs:
        # "Who is this author?" asks about anybody.
        return True if len(content_words(asked)) > 1 else None
    return True if 2 * len(theirs & asked_words) >= len(theirs) else None


def _titles(text: str) -> set[str]:
    return {squash(fold(title).text) for title in quoted(text)}


def _namesakes(asked: str, scope: str, asked_words: set[str], scope_words: set[str]) -> bool:
    """Do the two name different people of one first name? "Jane Roe" is not "Jane Doe"."""
    theirs = full_names(scope)
    return any(
        mine[0] == their[0] and mine[-1] not in scope_words and their[-1] not in asked_words
        for mine in full_names(asked)
        for their in theirs
    )


def _numbers(words: set[str]) -> set[str]:
    return {word for word in words if word.isdigit() and len(word) >= 3}


class ScopeIndex:
    """The scope and retain texts of all policies, one row of a matrix each."""

    def __init__(
        self,
        scope: Vectors,
        texts: Sequence[str],
        owners: NDArray[np.int32],
        retain: dict[int, Vectors],
    ) -> None:
        self._scope = scope
        self._texts = tuple(texts)
        self._owners = owners
        self._retain = retain

    @classmethod
    def build(
        cls, entries: Iterable[tuple[int, Sequence[str], Sequence[str]]], embed: Embed
    ) -> "ScopeIndex":
        """Index (policy number, scope texts, retain texts). Embeds all texts in two calls."""
        texts: list[str] = []
        owners: list[int] = []
        kept: list[str] = []
        keepers: list[int] = []
        for policy, scope, retain in entries:
            texts += scope
            owners += [policy] * len(scope)
            kept += retain
            keepers += [policy] * len(retain)
        matrix = _matrix(embed, texts)
        rows = _matrix(embed, kept)
        holders = np.asarray(keepers, dtype=np.int32)
        by_policy = {policy: rows[holders == policy] for policy in dict.fromkeys(keepers)}
        return cls(matrix, texts, np.asarray(owners, dtype=np.int32), by_policy)

    def nearest(self, questions: Sequence[str], vectors: Vectors) -> list[ScopeHit]:
        """Hits at or above GREY, best first, one per policy over all `questions`.

        `vectors` is (len(questions), d), rows of length 1. A policy whose retain text is as near
        as its scope, or whose distinctive words contradict the question's, is no hit.
        """
        best: dict[int, ScopeHit] = {}
        if not self._texts:
            return []
        for question, vector in zip(questions, vectors, strict=True):
            for hit in self._hits(question, np.asarray(vector, dtype=np.float32)):
                known = best.get(hit.policy)
                if known is None or (hit.certain, hit.score) > (known.certain, known.score):
                    best[hit.policy] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.policy))

    def _hits(self, question: str, vector: Vectors) -> Iterable[ScopeHit]:
        scores = self._scope @ vector
        rows = np.flatnonzero(scores >= GREY)
        if len(rows) > _CANDIDATES:
            rows = rows[np.argpartition(-scores[rows], _CANDIDATES)[:_CANDIDATES]]
        for row in rows:
            agrees = agreement(question, self._texts[int(row)])
            policy, score = int(self._owners[row]), float(scores[row])
            retained = self._retain.get(policy)
            near = _FLOOR if retained is None else float((retained @ vector).max())
            if agrees is not False and score > near:
                yield ScopeHit(policy, score, near, agrees is True)


def _matrix(embed: Embed, texts: Sequence[str]) -> Vectors:
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    return np.ascontiguousarray(embed(texts), dtype=np.float32)
