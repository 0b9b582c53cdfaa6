"""Topics: a field of knowledge learnt from its questions and from what it is not.

    model = learn(scope_texts, retain_texts, embed)
    model.judge("How is it grown?", vector)      ->  TopicHit(score=.81, certain=True) or None

A person is told by a name; a field by many questions none of which will be asked again word for
word. From about two dozen scope texts on, nearness to a single one of them is a worse sign than a
classifier over all: weighted kernel ridge regression (targets 1 and -1, both sides of equal weight)
over sentence vectors (Gaussian kernel) and letter runs (cosine). It has one closed solution, so the
same texts always give the same model. Counterexamples are the retain texts and `background`.

Thresholds are set by cross-validation: the score that at most `FALSE_ALARMS` of the counterexamples
reach which the model has not seen. Texts that begin with the same line stay in one fold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from weakref import WeakValueDictionary
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from guards.meaning.background import ORDINARY
from guards.meaning.letter_runs import letter_runs
from guards.verdicts import Embed, Vectors

__all__ = ["FALSE_ALARMS", "FEWEST", "TopicHit", "TopicModel", "learn"]

FEWEST = 24
"""Scope texts from which a topic is learnt; with fewer, each is compared by itself."""
FALSE_ALARMS = 0.01
"""Share of unseen counterexamples that may count as certain."""
GREY_ALARMS = 0.04
"""Share of them that the router may be asked about."""
VERBATIM = 0.92
"""Cosine of what counts as the same question in nearly the same words."""

_GAMMA = 1.0
_RIDGE = 0.2
_FLAT = 0.1
_FOLDS = 5

_Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TopicHit:
    """How much a text belongs to a topic: 0 to 1, and whether that is sure enough to act."""

    score: float
    certain: bool


@dataclass(frozen=True, slots=True, weakref_slot=True)
class TopicModel:
    """What `learn` gives. The first `positives` rows of `vectors` are the topic's own texts."""

    vectors: Vectors
    positives: int
    weights: NDArray[np.float32]
    letters: NDArray[np.float32]
    rarity: NDArray[np.float32]
    bias: float
    certain: float
    grey: float

    def value(self, text: str, vector: Vectors) -> float:
        """About 1 for the topic, -1 for everything else.

        What is nearly a text of the topic word for word has at least 1; what is nearly a retain
        text, at most -1.
        """
        cosines = self.vectors @ np.asarray(vector, dtype=np.float32)
        near = float(np.exp(2 * _GAMMA * (cosines - 1)) @ self.weights)
        runs = letter_runs([text])[0] * self.rarity
        length = float(np.linalg.norm(runs)) or 1.0
        value = near + float(runs @ self.letters) / length + self.bias
        own, other = (float(part.max()) for part in np.split(cosines, [self.positives]))
        if max(own, other) < VERBATIM:
            return value
        return max(value, 1.0) if own > other else min(value, -1.0)

    def judge(self, text: str, vector: Vectors) -> TopicHit | None:
        """A hit, or None where the text belongs elsewhere."""
        value = self.value(text, vector)
        if value < self.grey:
            return None
        return TopicHit(min(1.0, max(0.0, (value + 1) / 2)), value >= self.certain)


_Texts = tuple[tuple[str, ...], tuple[str, ...], Embed]
_learnt: WeakValueDictionary[_Texts, TopicModel] = WeakValueDictionary()
_learning = Lock()


def learn(scope: tuple[str, ...], retain: tuple[str, ...], embed: Embed) -> TopicModel:
    """The model of one topic, of its own texts and `background` alone.

    A reload with the same texts gets the same model at no cost while a book that has it is in use;
    with the last such book model and texts go. Takes about a second for 1,500 texts, besides
    embedding them.
    """
    with _learning:
        known = _learnt.get((scope, retain, embed))
        if known is None:
            known = _fitted(scope, retain, embed)
            _learnt[scope, retain, embed] = known
    return known


def _fitted(scope: tuple[str, ...], retain: tuple[str, ...], embed: Embed) -> TopicModel:
    asked = {text.casefold() for text in scope}
    against = tuple(dict.fromkeys(t for t in (*retain, *ORDINARY) if t.casefold() not in asked))
    texts = (*scope, *against)
    vectors = np.ascontiguousarray(embed(texts), dtype=np.float32)
    runs, rarity = _weighted_runs(texts)
    kernel = _kernel(vectors, runs)
    targets = np.where(np.arange(len(texts)) < len(scope), 1.0, -1.0)
    unseen = _unseen(kernel, targets, texts)[len(scope) :]
    solution = _solved(kernel, targets)
    certain, grey = (float(np.quantile(unseen, 1 - rate)) for rate in (FALSE_ALARMS, GREY_ALARMS))
    return TopicModel(
        vectors=vectors,
        positives=len(scope),
        weights=solution.astype(np.float32),
        letters=(runs.T @ solution).astype(np.float32),
        rarity=rarity,
        bias=_FLAT * float(solution.sum()),
        certain=certain,
        grey=min(grey, certain),
    )


def _weighted_runs(texts: Sequence[str]) -> tuple[Vectors, NDArray[np.float32]]:
    """Rows of length 1 of letter runs weighted by rarity, and those weights."""
    runs = letter_runs(texts)
    seen = (runs > 0).sum(axis=0)
    rarity = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)
    runs *= rarity
    lengths = np.linalg.norm(runs, axis=1, keepdims=True)
    return np.asarray(runs / np.maximum(lengths, 1e-9), np.float32), rarity


def _kernel(vectors: Vectors, runs: Vectors) -> _Matrix:
    near = np.exp(2 * _GAMMA * (vectors @ vectors.T - 1))
    return (near + runs @ runs.T + _FLAT).astype(np.float64)


def _solved(kernel: _Matrix, targets: _Matrix) -> _Matrix:
    """Dual weights of ridge regression in which both targets have the same total weight."""
    count = len(targets)
    positive = targets > 0
    share = np.where(positive, positive.sum(), count - positive.sum())
    ridge = np.diag(_RIDGE * 2 * share / count)
    return np.asarray(np.linalg.solve(kernel + ridge, targets), dtype=np.float64)


def _unseen(kernel: _Matrix, targets: _Matrix, texts: Sequence[str]) -> _Matrix:
    """The value of every text under a model that was learnt without it and its like."""
    folds = np.array([crc32(text.split("\n", 1)[0].casefold().encode()) % _FOLDS for text in texts])
    values = np.zeros(len(texts))
    for fold in range(_FOLDS):
        out = folds == fold
        if out.any() and not out.all():
            kept = np.flatnonzero(~out)
            weights = _solved(kernel[np.ix_(kept, kept)], targets[kept])
            values[out] = kernel[np.ix_(np.flatnonzero(out), kept)] @ weights
    return values
