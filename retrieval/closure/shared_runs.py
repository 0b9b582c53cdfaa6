"""Which runs of three words the chunks of a store share with the material of a request.

The material is a list of word sequences, each of one document. Every chunk's runs are looked up in
one sorted table, block by block, so the cost grows with the store and not with its square. A run
that many other documents hold as well (a footer, a template, an idiom) is no evidence: `rare`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.closure.corpus import Corpus, Numbers

__all__ = ["RUN", "Grams", "Hits", "Material", "grams", "shared_runs"]

RUN = 3
# A run is rare that stands in no more other documents than this, or than this share of them.
_RARE_DOCUMENTS = 5
_RARE_SHARE = 0.01
_FILTER_BITS = 22

Grams = NDArray[np.uint64]
_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_HALF, _TOP = np.uint64(29), np.uint64(64 - _FILTER_BITS)


def grams(numbers: Numbers, length: int = RUN) -> Grams:
    """Every run of ``length`` words as one number: (words - length + 1,); none gives none."""
    count = max(0, len(numbers) - length + 1)
    mixed = np.zeros(count, np.uint64)
    for step in range(length):
        mixed = (mixed ^ numbers[step : step + count]) * _FIRST
        mixed ^= mixed >> _HALF
    return mixed * _SECOND


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """The words to be forgotten: sequences, and for each the number of its document.

    Documents of the store keep their numbers there; text that is no document's has a number behind
    them.
    """

    sequences: Sequence[Numbers]
    documents: Sequence[int]
    rows: Sequence[int]  # the row of each sequence, -1 where it is no chunk's


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Every place of a chunk outside the material where a run of the material stands.

    ``rows``, ``places`` (word offset within the chunk) and ``runs`` (index of the run) are
    parallel, by row and place. ``rare[run]``, and ``owners(run)`` are the documents that hold it.
    """

    rows: NDArray[np.int32]
    places: NDArray[np.int32]
    runs: NDArray[np.int32]
    rare: NDArray[np.bool_]
    owner_bounds: NDArray[np.int64]
    owner_documents: NDArray[np.int32]

    def owners(self, run: int) -> NDArray[np.int32]:
        """The documents of the material that hold the run."""
        return self.owner_documents[self.owner_bounds[run] : self.owner_bounds[run + 1]]


def shared_runs(corpus: Corpus, material: Material, passed_over: Collection[int]) -> Hits:
    """All places where chunks, less the rows ``passed_over``, share runs with the material."""
    table, bounds, owners = _table(material)
    skipped = np.zeros(len(corpus), np.bool_)
    skipped[list(passed_over)] = True
    # A small bitmap over the top bits sorts out nearly all runs before the search.
    bitmap = np.zeros(1 << _FILTER_BITS, np.bool_)
    bitmap[table >> _TOP] = True
    blocks = corpus.blocks() if len(table) else ()
    parts = [_block(corpus, table, bitmap, skipped, *block) for block in blocks]
    nothing = np.zeros(0, np.int32)
    rows, places, runs = (
        np.concatenate([*(part[column] for part in parts), nothing]) for column in range(3)
    )
    rare = _rare(corpus, material, rows, runs, len(table))
    return Hits(rows, places, runs, rare, bounds, owners)


def _table(material: Material) -> tuple[Grams, NDArray[np.int64], NDArray[np.int32]]:
    """Sorted runs, and for each the bounds of its documents in the last array."""
    each = [grams(sequence) for sequence in material.sequences]
    runs = np.concatenate([*each, np.zeros(0, np.uint64)])
    documents = np.repeat(
        np.asarray(material.documents, np.int32), np.asarray([len(part) for part in each], np.int64)
    )
    order = np.lexsort((documents, runs))
    runs, documents = runs[order], documents[order]
    fresh = np.ones(len(runs), np.bool_)
    fresh[1:] = (runs[1:] != runs[:-1]) | (documents[1:] != documents[:-1])
    runs, documents = runs[fresh], documents[fresh]
    table, starts = np.unique(runs, return_index=True)
    return table, np.append(starts, len(runs)).astype(np.int64), documents


def _block(
    corpus: Corpus,
    table: Grams,
    bitmap: NDArray[np.bool_],
    skipped: NDArray[np.bool_],
    first: int,
    behind: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    start, end = int(corpus.bounds[first]), int(corpus.bounds[behind])
    own = grams(corpus.numbers[start:end])
    places = np.flatnonzero(bitmap[own >> _TOP])
    runs = np.searchsorted(table, own[places])
    same = (runs < len(table)) & (table[np.minimum(runs, len(table) - 1)] == own[places])
    places, runs = places[same] + start, runs[same]
    rows = np.searchsorted(corpus.bounds, places, side="right") - 1
    # A run must not cross from one chunk into the next.
    inside = (places + RUN <= corpus.bounds[rows + 1]) & ~skipped[rows]
    rows, places, runs = rows[inside], places[inside], runs[inside]
    return (
        rows.astype(np.int32),
        (places - corpus.bounds[rows]).astype(np.int32),
        runs.astype(np.int32),
    )


def _rare(
    corpus: Corpus,
    material: Material,
    rows: NDArray[np.int32],
    runs: NDArray[np.int32],
    count: int,
) -> NDArray[np.bool_]:
    """Which runs stand in few documents besides the material's own."""
    documents = corpus.documents[rows]
    other = ~np.isin(documents, np.asarray(material.documents, np.int32))
    total = max(corpus.document_count, 1)
    pairs = np.unique(runs[other].astype(np.int64) * total + documents[other])
    held = np.bincount(pairs // total, minlength=count)
    return held <= max(_RARE_DOCUMENTS, _RARE_SHARE * total)
