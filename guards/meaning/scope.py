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

from guards.meaning.agreement import Wording, Wordings, agreement
from guards.verdicts import Embed, Vectors

__all__ = ["CERTAIN", "GREY", "ScopeHit", "ScopeIndex"]

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
    their distinctive words (False: there was too little to compare). `text` is the scope text.
    """

    policy: int
    score: float
    retain_score: float
    agrees: bool
    text: str = ""

    @property
    def certain(self) -> bool:
        """Sure enough to act without asking the router."""
        return self.agrees and self.score >= CERTAIN


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
        self._wordings = Wordings(texts)
        self._texts = tuple(texts)
        self._size = len(texts)
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

    def at_best(self, question: str) -> bool | None:
        """What a vector of `question` could show at most, told by its words alone.

        True: a certain hit. None: one to ask the router about. False: no hit, so none is needed.
        """
        return self._wordings.best(Wording.of(question))

    def nearest(self, questions: Sequence[str], vectors: Vectors) -> list[ScopeHit]:
        """Hits at or above GREY, best first, one per policy over all `questions`.

        `vectors` is (len(questions), d), rows of length 1. A policy whose retain text is as near
        as its scope, or whose distinctive words contradict the question's, is no hit.
        """
        best: dict[int, ScopeHit] = {}
        if not self._size:
            return []
        for question, vector in zip(questions, vectors, strict=True):
            for hit in self._hits(question, np.asarray(vector, dtype=np.float32)):
                known = best.get(hit.policy)
                if known is None or (hit.certain, hit.score) > (known.certain, known.score):
                    best[hit.policy] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.policy))

    def within(self, vector: Vectors, cosine: float) -> frozenset[int]:
        """The policies with a scope text at least this near to a vector (d,) of length 1."""
        if not self._size:
            return frozenset()
        near = self._scope @ np.asarray(vector, dtype=np.float32) >= cosine
        return frozenset(map(int, np.unique(self._owners[near])))

    def _hits(self, question: str, vector: Vectors) -> Iterable[ScopeHit]:
        asked = Wording.of(question)
        scores = self._scope @ vector
        rows = np.flatnonzero(scores >= GREY)
        if len(rows) > _CANDIDATES:
            rows = rows[np.argpartition(-scores[rows], _CANDIDATES)[:_CANDIDATES]]
        for row in rows:
            agrees = agreement(asked, self._wordings[int(row)])
            policy, score = int(self._owners[row]), float(scores[row])
            retained = self._retain.get(policy)
            near = _FLOOR if retained is None else float((retained @ vector).max())
            if agrees is not False and score > near:
                yield ScopeHit(policy, score, near, agrees is True, self._texts[int(row)])


def _matrix(embed: Embed, texts: Sequence[str]) -> Vectors:
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    return np.ascontiguousarray(embed(texts), dtype=np.float32)
