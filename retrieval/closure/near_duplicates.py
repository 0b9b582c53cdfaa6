"""MinHash-LSH over the chunks of a request: which of them a whole chunk nearly repeats.

Needed where a text stands in so many documents that its runs of words are no longer rare: a page
that was crawled a thousand times. Broder, "On the resemblance and containment of documents", 1997.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import numpy as np
from datasketch import MinHash, MinHashLSH

from retrieval.closure.shared_runs import Grams

__all__ = ["ALIKE", "NearDuplicates"]

# Jaccard similarity of the sets of three-word runs from which two chunks are the same text.
ALIKE = 0.7
_PERMUTATIONS = 128
_FEWEST = 5


class NearDuplicates:
    """Chunks by their runs of words; ``alike(runs)`` names the one that is nearly the same."""

    def __init__(self, chunks: Iterable[tuple[int, Grams]]) -> None:
        """Index (key, runs) pairs; those of fewer than five different runs are left out."""
        # Well below the threshold, because the index estimates: a tenth below, it misses a fifth of
        # the chunks that are just alike; so it misses one in a hundred. The exact value decides.
        self._index = MinHashLSH(threshold=ALIKE - 0.25, num_perm=_PERMUTATIONS)
        self._sets: dict[int, Grams] = {}
        for key, runs in chunks:
            distinct = np.unique(runs)
            if len(distinct) >= _FEWEST:
                self._sets[key] = distinct
                self._index.insert(key, _sketch(distinct), check_duplication=False)

    def alike(self, runs: Grams) -> tuple[int, float] | None:
        """The key of the most similar chunk and the Jaccard similarity, if that is high enough."""
        distinct = np.unique(runs)
        best: tuple[int, float] | None = None
        for key in cast(list[int], self._index.query(_sketch(distinct))):
            own = self._sets[key]
            common = len(np.intersect1d(own, distinct, assume_unique=True))
            similarity = common / (len(own) + len(distinct) - common)
            if similarity >= ALIKE and (best is None or similarity > best[1]):
                best = key, similarity
        return best


def _low_bits(run: int) -> int:
    return run >> 32


# The runs are hashes already: MinHash wants 32 bits of each. A copy shares the permutations.
_EMPTY = MinHash(num_perm=_PERMUTATIONS, hashfunc=_low_bits)


def _sketch(distinct: Grams) -> MinHash:
    sketch = _EMPTY.copy()
    sketch.update_batch([int(run) for run in distinct])
    return sketch
