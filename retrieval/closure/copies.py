"""Copies of what must go inside other chunks: whole ones go, quotations are cut out in place.

A chunk is a near-duplicate when a quarter of its runs of three words come from one document of the
request and lie all over it: a copy in which a fifth of the words were changed still shares half of
them, unrelated text on the same topic a twentieth. A quotation is a run of eight words or more, or
a stretch of forty words or more that is as alike as a near-duplicate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.closure.corpus import Corpus, among
from retrieval.closure.near_duplicates import NearDuplicates
from retrieval.closure.shared_runs import RUN, Hits, Material, grams

__all__ = ["Copy", "Span", "find_copies", "joined"]

Span = tuple[int, int]  # words of a chunk: first, behind the last

QUOTED_WORDS = 8
# Share of a chunk's runs that come from one document of the request.
ALIKE_SHARE = 0.25
# A near-duplicate's likeness covers this share of it; a quotation leaves more than the rest.
COVERS = 0.8
_FEWEST_RARE = 6
_GAP = 12
_STRETCH = 40
# Before a chunk whose runs are all common is compared as a whole.
_MOSTLY = 0.6


@dataclass(frozen=True, slots=True)
class Copy:
    """A chunk that repeats the material: all of it (``whole``) or the words in ``spans``.

    ``share`` is the share of its runs that one document of the material holds, or the Jaccard
    similarity with the row ``like`` (-1: a document, not one chunk).
    """

    row: int
    whole: bool
    spans: tuple[Span, ...]
    share: float
    like: int = -1


def find_copies(
    corpus: Corpus, material: Material, hits: Hits, *, templates: bool
) -> Iterator[Copy]:
    """Yield every copy among the hits, by row.

    ``templates`` says whether chunks count whose likeness stands in many documents.
    """
    eight = np.sort(
        np.concatenate(
            [
                *(grams(sequence, QUOTED_WORDS) for sequence in material.sequences),
                np.zeros(0, np.uint64),
            ]
        )
    )
    chunks: NearDuplicates | None = None
    for row, start, end in _worth_a_look(corpus, hits, templates):
        runs, places = hits.runs[start:end], hits.places[start:end]
        rare = hits.rare[runs]
        copy = None
        if np.count_nonzero(rare) >= _FEWEST_RARE:
            own = corpus.of(row)
            exact = np.flatnonzero(among(grams(own, QUOTED_WORDS), eight))
            copy = _copy(row, len(own), _Shared(places, rare, _from_one(hits, runs), exact))
        else:
            chunks = chunks or _whole_chunks(material)
            found = chunks.alike(grams(corpus.of(row)))
            if found is not None:
                copy = Copy(row, True, (), found[1], found[0])
        if copy is not None:
            yield copy


def _worth_a_look(corpus: Corpus, hits: Hits, templates: bool) -> Iterator[tuple[int, int, int]]:
    """Rows with enough hits to be a copy, each with the range of its hits."""
    rows, starts = np.unique(hits.rows, return_index=True)
    if not len(rows):
        return
    ends = np.append(starts[1:], len(hits.rows))
    rare = np.add.reduceat(hits.rare[hits.runs].astype(np.int64), starts)
    lengths = corpus.bounds[rows + 1] - corpus.bounds[rows]
    mostly = ends - starts >= _MOSTLY * np.maximum(1, lengths - RUN + 1)
    enough = (rare >= _FEWEST_RARE) | (mostly if templates else False)
    for at in np.flatnonzero(enough).tolist():
        yield int(rows[at]), int(starts[at]), int(ends[at])


def _whole_chunks(material: Material) -> NearDuplicates:
    return NearDuplicates(
        (row, grams(sequence))
        for row, sequence in zip(material.rows, material.sequences, strict=True)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """What one chunk shares: three parallel columns, and where runs of eight words begin.

    ``one`` says which runs the document of the material holds that holds most of them.
    """

    places: NDArray[np.int32]
    rare: NDArray[np.bool_]
    one: NDArray[np.bool_]
    exact: NDArray[np.int64]


def _from_one(hits: Hits, runs: NDArray[np.int32]) -> NDArray[np.bool_]:
    distinct, back = np.unique(runs, return_inverse=True)
    counts = hits.owner_bounds[distinct + 1] - hits.owner_bounds[distinct]
    owners = np.concatenate([hits.owners(run) for run in distinct.tolist()])
    documents, held = np.unique(owners, return_counts=True)
    theirs = owners == documents[held.argmax()]
    return np.add.reduceat(theirs, np.cumsum(counts) - counts).astype(np.bool_)[back]


def _copy(row: int, length: int, shared: _Shared) -> Copy | None:
    places = shared.places[shared.one]
    rare = shared.rare[shared.one]
    share = len(places) / max(1, length - RUN + 1)
    stretches = _stretches(places, RUN, _GAP)
    if share >= ALIKE_SHARE and max(b - a for a, b in stretches) >= COVERS * length:
        return Copy(row, True, (), min(1.0, share))
    spans = [
        span
        for span in _stretches(shared.exact, QUOTED_WORDS, 0)
        if _mostly_rare(span, shared.places, shared.rare)
    ]
    for first, behind in stretches:
        inside = (places >= first) & (places < behind)
        if behind - first >= _STRETCH and (
            np.count_nonzero(inside & rare) >= ALIKE_SHARE * (behind - first)
        ):
            spans.append((first, behind))
    if not spans:
        return None
    whole = joined(spans)
    covered = sum(behind - first for first, behind in whole)
    return Copy(row, covered >= COVERS * length, whole, covered / length)


def _mostly_rare(span: Span, places: NDArray[np.int32], rare: NDArray[np.bool_]) -> bool:
    inside = (places >= span[0]) & (places + RUN <= span[1])
    return 2 * int(np.count_nonzero(rare[inside])) > int(np.count_nonzero(inside))


def _stretches(places: NDArray[np.integer], width: int, gap: int) -> list[Span]:
    """Runs of ``width`` words at ``places`` (ascending), joined over ``gap`` other words."""
    found: list[Span] = []
    for place in places.tolist():
        if found and place <= found[-1][1] + gap:
            found[-1] = found[-1][0], place + width
        else:
            found.append((place, place + width))
    return found


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, those that touch as one."""
    found: list[Span] = []
    for first, behind in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], behind)
        else:
            found.append((first, behind))
    return tuple(found)
