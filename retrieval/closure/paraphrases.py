"""Neighbours in meaning: those that say the same in other words go, the others are listed as kept.

Cosine alone cannot tell "the same said differently" from "the same said of somebody else", so a
neighbour goes only where a second witness confirms it: it names what sets the matched chunk apart
(names, numbers, titles that are rare in the store), or the judge, a model, says that it is about
what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from guards.reading.wording import STOPWORDS, distinctive
from guards.verdicts import Embed, Vectors
from retrieval.closure.corpus import Corpus, hashed, holders
from retrieval.closure.request import ForgetRequest
from retrieval.records import Chunk
from retrieval.store import Store
from retrieval.words import words

__all__ = ["MOST_JUDGED", "Judge", "Neighbour", "Paraphrases"]

Judge = Callable[[str, str], bool]

# Cosines of all-MiniLM-L6-v2, chosen on reworded records; figures: docs/notes/erasure.md.
CONFIRMED = 0.65
LISTED = 0.45

_PROBES = 48
_SPARE = 40
_MOST_NEAR = 400
_MOST_MATCHED = 2000
# A neighbour of some text of the material may lie this much further from the nearest probe.
_SLACK = 0.15
MOST_JUDGED = 100
_WITNESSES = 2
_RARE_CHUNKS = 5
_RARE_SHARE = 0.01
_COMMON_SHARE = 0.05
_PIECE = 150  # words that the embedder reads of one text


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A chunk near the material: the cosine, and the text of the material that it is nearest to."""

    chunk: Chunk
    cosine: float
    nearest: str


class Paraphrases:
    """Finds the paraphrases that belong to one request."""

    def __init__(
        self,
        store: Store,
        corpus: Corpus,
        request: ForgetRequest,
        embed: Embed,
        judge: Judge | None,
    ) -> None:
        """Look in ``store``, whose chunks ``corpus`` has counted."""
        self._store = store
        self._corpus = corpus
        self._request = request
        self._embed = embed
        self._judge = judge

    def find(
        self, going: Collection[str], matched: Sequence[int]
    ) -> Iterator[tuple[Neighbour, str | None]]:
        """Yield every neighbour with the evidence that it goes, or None if it stays; nearest first.

        ``going`` are ids that go already, ``matched`` the rows whose paraphrases are looked for.
        """
        near = self._neighbours(self._material(matched), going)
        common = [self._in_common(one) if one.cosine >= CONFIRMED else [] for one in near]
        rare = self._rare({word for found in common for word in found}, matched)
        judged = 0
        for one, found in zip(near, common, strict=True):
            shared = len(rare.intersection(found))
            if shared >= _WITNESSES:
                yield one, f"cosine {one.cosine:.2f}; shares {shared} rare names or numbers"
                continue
            meant = False
            if self._judge is not None and judged < MOST_JUDGED:
                judged += 1
                meant = self._judge(self._asked(one), one.chunk.text)
            yield one, f"cosine {one.cosine:.2f}; the judge says it is meant" if meant else None

    def _material(self, matched: Sequence[int]) -> tuple[Vectors, Callable[[set[int]], list[str]]]:
        """Vectors of the material, and what gives the texts of some of its rows, ascending."""
        text = self._request.text
        if text is not None:
            parts = text.split()
            pieces = [" ".join(parts[at : at + _PIECE]) for at in range(0, len(parts), _PIECE)]
            return self._embed(pieces), lambda rows: [pieces[row] for row in sorted(rows)]
        # More than a few thousand say no more about where the material lies.
        step = max(1, len(matched) // _MOST_MATCHED)
        ids = [self._corpus.ids[row] for row in sorted(matched)[::step]]
        return self._store.vectors(ids), lambda rows: [
            chunk.text for chunk in self._store.select(ids=[ids[row] for row in sorted(rows)])
        ]

    def _neighbours(
        self,
        material: tuple[Vectors, Callable[[set[int]], list[str]]],
        going: Collection[str],
    ) -> list[Neighbour]:
        vectors, texts_of = material
        found: dict[str, Chunk] = {}
        k = min(len(self._corpus), _MOST_NEAR, len(going) + _SPARE)
        for text in texts_of(set(farthest_first(vectors, _PROBES))):
            for passage in self._store.query(text, k):
                if passage.chunk.id not in going and 1 - passage.distance >= LISTED - _SLACK:
                    found[passage.chunk.id] = passage.chunk
        if not found:
            return []
        cosines = self._store.vectors(list(found)) @ vectors.T
        nearest = cosines.argmax(axis=1).tolist()
        texts = dict(zip(sorted(set(nearest)), texts_of(set(nearest)), strict=True))
        near = [
            Neighbour(chunk, min(1.0, float(row[at])), texts[at])
            for chunk, row, at in zip(found.values(), cosines, nearest, strict=True)
            if row[at] >= LISTED
        ]
        return sorted(near, key=lambda one: (-one.cosine, one.chunk.id))

    def _asked(self, near: Neighbour) -> str:
        request = self._request
        return request.subject or request.text or request.about or near.nearest

    def _in_common(self, near: Neighbour) -> list[str]:
        """The names, numbers and words of titles that both hold, in canonical form."""
        named = {part for name in self._request.names for part in words(name)}
        apart = named - STOPWORDS | _witnesses(near.nearest)
        return [word for word in apart.intersection(words(near.chunk.text)) if len(word) > 2]

    def _rare(self, wanted: Collection[str], matched: Sequence[int]) -> frozenset[str]:
        """Those words that few chunks hold besides those that match, or mostly those that do."""
        listed = sorted(wanted)
        everywhere = holders(self._corpus, hashed(listed), ())
        elsewhere = holders(self._corpus, hashed(listed), matched)
        few = max(_RARE_CHUNKS, _RARE_SHARE * len(self._corpus))
        some = _COMMON_SHARE * (len(self._corpus) - len(matched))
        return frozenset(
            word
            for word, total, other in zip(listed, everywhere, elsewhere, strict=True)
            if other <= few or other <= min(some, 2 * (total - other))
        )


def farthest_first(vectors: Vectors, most: int) -> list[int]:
    """Indices of up to ``most`` rows that stand for all (Gonzalez, 1985), the middle one first."""
    if not len(vectors):
        return []
    chosen = [int(np.argmax(vectors @ vectors.mean(axis=0)))]
    nearest = vectors @ vectors[chosen[0]]
    while len(chosen) < min(most, len(vectors)):
        row = int(np.argmin(nearest))
        if nearest[row] > 1 - 1e-3:
            break
        chosen.append(row)
        nearest = np.maximum(nearest, vectors @ vectors[row])
    return chosen


def _witnesses(text: str) -> set[str]:
    """The canonical words that set ``text`` apart from others of its kind."""
    return {part for word in distinctive(text) for part in words(word)} - STOPWORDS
