"""Which chunks a request names itself: by a mention, by a field of the record, or by its wording.

find = matcher(ForgetRequest(subject="Jane Roe"))
find(chunk)   # Found("names the subject 2 times"), or None
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from guards.names.mentions import MentionIndex
from guards.reading.canonical import fold, squash
from retrieval.closure.corpus import Corpus, Found, Numbers
from retrieval.closure.request import ForgetRequest
from retrieval.records import Chunk
from retrieval.where import matches as fields_match
from retrieval.words import plain

__all__ = ["matcher", "occurrences"]

_REMEMBERED = 4096


def matcher(request: ForgetRequest) -> Callable[[Chunk], Found | None]:
    """What tells, of one chunk at a time, whether the request names it.

    Requests by text and by meaning are no matter of one chunk: they find nothing here.
    """
    if request.names:
        return _Names(request.names).find
    where = request.where or {}
    if request.source is not None:
        where = {"source": request.source}
    elif request.document is not None:
        where = {"document": request.document}
    if not where:
        return lambda chunk: None
    fields = ", ".join(sorted(where)) if request.where is None else f"{len(where)} given field(s)"
    found = Found(f"has the {fields} that was asked for")
    return lambda chunk: found if fields_match(chunk, where) else None


class _Names:
    """A subject by all its names: in the text, in the list of subjects, elsewhere in the record.

    A letter by her need not name her in its text: its title, its source or its author does.
    """

    def __init__(self, names: Iterable[str]) -> None:
        listed = tuple(names)
        self._index = MentionIndex.build([(0, name) for name in listed])
        self._keys = {squash(fold(name).text) for name in listed}
        # The chunks of one document have most of their fields in common.
        self._named = lru_cache(_REMEMBERED)(self._names_it)

    def find(self, chunk: Chunk) -> Found | None:
        named = any(squash(fold(name).text) in self._keys for name in chunk.subjects)
        mentions = {(m.start, m.end) for m in self._index.find(plain(chunk.text))}
        if mentions:
            times = "once" if len(mentions) == 1 else f"{len(mentions)} times"
            also = "; listed as a subject of the record" if named else ""
            return Found(f"names the subject {times}{also}")
        if named:
            return Found("the record lists the subject")
        field = next((field for field, value in _beside(chunk) if self._named(value)), None)
        return None if field is None else Found(f"the record's {field} names the subject")

    def _names_it(self, value: str) -> bool:
        return bool(self._index.find(plain(value)))


def _beside(chunk: Chunk) -> Iterator[tuple[str, str]]:
    """What a record says beside its text, and in which of its fields.

    The licence is left out: the MIT licence is not about MIT.
    """
    yield from (
        ("document", chunk.document),
        ("source", chunk.source),
        ("holder", chunk.holder),
    )
    for value in chunk.metadata.values():
        if isinstance(value, str):
            yield "metadata", value


def occurrences(corpus: Corpus, pattern: Numbers) -> dict[int, list[tuple[int, int]]]:
    """Row -> the spans of words (first, behind the last) that are exactly ``pattern``.

    One vectorised comparison per word of the pattern, over fewer places each time.
    """
    if not len(pattern) or len(corpus.numbers) < len(pattern):
        return {}
    places: NDArray[np.int64] = np.flatnonzero(
        corpus.numbers[: len(corpus.numbers) - len(pattern) + 1] == pattern[0]
    )
    for step in range(1, len(pattern)):
        places = places[corpus.numbers[places + step] == pattern[step]]
    rows = np.searchsorted(corpus.bounds, places, side="right") - 1
    found: dict[int, list[tuple[int, int]]] = {}
    for row, place in zip(rows.tolist(), places.tolist(), strict=True):
        first = place - int(corpus.bounds[row])
        if place + len(pattern) <= corpus.bounds[row + 1]:
            found.setdefault(row, []).append((first, first + len(pattern)))
    return found
