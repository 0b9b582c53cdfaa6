"""Which chunks a request names itself: by a mention, by a field of the record, or by its wording.

find = matcher(ForgetRequest(subject="Jane Roe"))
find(chunk)   # Found("names the subject 2 times"), or None
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from guards.names.written import KINDS, SURNAME, WrittenNames
from guards.reading.canonical import fold, squash
from retrieval.closure.corpus import Corpus, Found, Numbers
from retrieval.closure.request import ForgetRequest
from retrieval.records import Chunk
from retrieval.where import matches as fields_match
from retrieval.words import plain

__all__ = ["matcher", "occurrences", "searched_for"]

_REMEMBERED = 4096
_SAME = ("copies and quotations", "paraphrases")


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


def searched_for(request: ForgetRequest) -> tuple[str, ...]:
    """What a request's chunks are known by, in kind: nothing of the request itself."""
    if request.names:
        listed = "the record's list of subjects, title, source, holder and metadata"
        return (*WrittenNames(request.names).kinds, listed, *_SAME)
    ways = {
        "source": "the record's source",
        "document": "the document's name",
        "where": f"{len(request.where or {})} fields of the record",
        "text": "the very wording",
        "about": "the meaning of a description",
    }
    return (ways[request.way], *_SAME)


class _Names:
    """A subject by all its names: in the text, in the list of subjects, elsewhere in the record.

    A letter by her need not name her in its text: its title, its source or its author does.
    """

    def __init__(self, names: Iterable[str]) -> None:
        listed = tuple(names)
        self._written = WrittenNames(listed)
        self._keys = {squash(fold(name).text) for name in listed}
        # The chunks of one document have most of their fields in common.
        self._forms = lru_cache(_REMEMBERED)(self._forms_in)

    def find(self, chunk: Chunk) -> Found | None:
        text = plain(chunk.text)
        forms = self._written.find(text)
        listed = any(squash(fold(name).text) in self._keys for name in chunk.subjects)
        if any(forms.values()):
            return Found(self._told(text, forms) + "; listed as a subject of the record" * listed)
        if listed:
            return Found("the record lists the subject")
        beside = [(field, self._forms(value)) for field, value in _beside(chunk)]
        named = next((field for field, own in beside if any(own.values())), None)
        if named is not None:
            return Found(f"the record's {named} names the subject")
        fields = {key: value for key, value in chunk.metadata.items() if isinstance(value, str)}
        together = self._written.find_in_record({key: plain(fields[key]) for key in fields})
        if any(together.values()):
            return Found("the record's metadata names the subject in several fields")
        return _doubtful([("text", forms), *beside, ("metadata", together)])

    def _forms_in(self, value: str) -> dict[str, bool]:
        return self._written.find(plain(value))

    def _told(self, text: str, forms: Mapping[str, bool]) -> str:
        times = self._written.count(text)
        if times:
            return f"names the subject {'once' if times == 1 else f'{times} times'}"
        return f"names the subject: {', '.join(kind for kind, sure in forms.items() if sure)}"


def _doubtful(places: Iterable[tuple[str, Mapping[str, bool]]]) -> Found | None:
    """What may name the subject, the likeliest kind first; None where nothing does."""
    found = [(KINDS.index(kind), kind, place) for place, forms in places for kind in forms]
    if not found:
        return None
    _, kind, place = min(found)
    where = "" if place == "text" else f" in the record's {place}"
    score = 1 - KINDS.index(kind) / len(KINDS)
    return Found(f"{kind}{where}", round(score, 2), sure=False, support=kind == SURNAME)


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
