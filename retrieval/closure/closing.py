"""The closure of a forget request: matches first, then whatever says the same, each with a reason.

Order: matches, the rest of their documents, copies (near-duplicates and quotations), paraphrases.
A chunk is listed once, under the first reason that makes it go.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from guards.reading.wording import distinctive
from guards.verdicts import Embed
from retrieval.closure.copies import COVERS, Copy, Span, find_copies, joined
from retrieval.closure.corpus import Corpus, Found, hashed, read_corpus
from retrieval.closure.descriptions import JUDGED, NEAR, described
from retrieval.closure.matches import matcher, occurrences, searched_for
from retrieval.closure.origins import same_documents
from retrieval.closure.paraphrases import MOST_JUDGED, Judge, Paraphrases
from retrieval.closure.quotations import cut, long_enough
from retrieval.closure.request import (
    TOO_MUCH,
    Closure,
    ClosureError,
    ClosureItem,
    ForgetRequest,
    KeptItem,
    Reason,
)
from retrieval.closure.shared_runs import Material, shared_runs
from retrieval.records import Chunk
from retrieval.store import Store
from retrieval.words import words

__all__ = ["closure"]

_MOST_KEPT = 50
_MOST_NEAR = 400
# A copy has the names and numbers of its original; an instance of the same template has others.
_NAMES_IN_ALL = 0.6
_SAME_NAMES = 0.8
_ORDER: tuple[Reason, ...] = ("match", "origin", "near-duplicate", "quotation", "paraphrase")


def closure(
    store: Store,
    request: ForgetRequest,
    embed: Embed,
    *,
    judge: Judge | None = None,
    allow_most: bool = False,
    also: Collection[str] | None = (),
) -> Closure:
    """Everything in ``store`` that goes with ``request``, and the neighbours that stay.

    ``embed`` is the store's own embedder. ``judge(asked, text)`` says whether a text is about what
    was asked; it is called at most two hundred times. ``also`` are the ids, or what they begin
    with, of undecided chunks that go as well; None means all of them. Nothing is changed. Raises
    ClosureError where nothing matches, where ``also`` names what is not undecided, and where over
    half of the store would go unless ``allow_most``; StoreError from the store.
    """
    corpus, every = read_corpus(store, matcher(request))
    found = {row: match for row, match in every.items() if match.sure}
    doubtful = {row: match for row, match in every.items() if not match.sure}
    gathering = _Gathering(store, request, corpus)
    found |= gathering.decided(doubtful, found, also)
    gathering.add_matches(found)
    if request.about is not None:
        gathering.add_described(request.about, judge)
    gathering.refuse_most(allow_most)
    gathering.add_copies()
    gathering.add_paraphrases(embed, judge)
    if not gathering.items and not gathering.undecided:
        raise ClosureError(
            "matches-nothing",
            f"the request matches none of the store's {len(corpus)} chunks",
            "check the spelling, add other names of the subject, or describe it with --about",
        )
    gathering.refuse_most(allow_most)
    return gathering.result()


class _Gathering:
    """The closure while it grows: by row number, what goes and what stays."""

    def __init__(self, store: Store, request: ForgetRequest, corpus: Corpus) -> None:
        self.items: dict[int, ClosureItem] = {}
        self.kept: dict[int, KeptItem] = {}
        self.undecided: dict[int, KeptItem] = {}
        self._store = store
        self._request = request
        self._corpus = corpus
        self._rows = {id: row for row, id in enumerate(corpus.ids)}
        self._pattern = hashed(words(request.text or ""))
        self._spans: dict[int, list[Span]] = {}

    def decided(
        self, doubtful: dict[int, Found], found: Collection[int], also: Collection[str] | None
    ) -> dict[int, Found]:
        """The doubtful rows that somebody asked for; the others are kept as undecided.

        A surname alone is a doubt only in a document that names the subject elsewhere.
        """
        near = set(self._corpus.documents[list(found)].tolist())
        for row, match in doubtful.items():
            if not match.support or int(self._corpus.documents[row]) in near:
                id = self._corpus.ids[row]
                self.undecided[row] = KeptItem(id, match.evidence, match.score)
        chosen: dict[int, Found] = {}
        wanted = [""] if also is None else also
        for start in wanted:
            rows = [row for row, item in self.undecided.items() if item.id.startswith(start)]
            if not rows and also is not None:
                raise ClosureError(
                    "undecided",
                    "one of the chunks to go as well is none of the undecided ones",
                    "take ids from the list of a dry run",
                )
            for row in rows:
                evidence = f"{doubtful[row].evidence}; asked for by its id"
                chosen[row] = Found(evidence, doubtful[row].score)
        for row in chosen:
            del self.undecided[row]
        return chosen

    def add_matches(self, found: dict[int, Found]) -> None:
        """What the request names itself, and the rest of documents that are mostly about it."""
        whole = self._request.way in ("source", "document")
        for row, match in found.items():
            self._erase(row, "origin" if whole else "match", match)
        if self._request.subject is not None:
            goes, stays = same_documents(self._corpus, found)
            for row, match in goes.items():
                self._erase(row, "origin", match)
            for row, share in stays.items():
                self._keep(row, "of a document that names the subject elsewhere", share)
        self._spans = occurrences(self._corpus, self._pattern)
        for row, spans in self._spans.items():
            words_in_all = sum(behind - first for first, behind in spans)
            if words_in_all >= COVERS * len(self._corpus.of(row)):
                self._erase(row, "match", Found("is the text that was asked for"))

    def add_described(self, about: str, judge: Judge | None) -> None:
        """What a description means; the judge, if any, is asked about the nearest of the rest."""
        asked = 0
        for passage in self._store.query(about, min(len(self._corpus), _MOST_NEAR)):
            cosine, row = 1 - passage.distance, self._rows.get(passage.chunk.id)
            if row is None:
                continue
            if described(cosine, about, passage.chunk.text):
                found = Found(f"cosine {cosine:.2f} to the description", cosine)
                self._erase(row, "match", found)
                continue
            if judge is not None and cosine >= JUDGED and asked < MOST_JUDGED:
                asked += 1
                if judge(about, passage.chunk.text):
                    found = Found(f"cosine {cosine:.2f}; the judge says it is meant", cosine)
                    self._erase(row, "match", found)
                    continue
            if cosine >= NEAR:
                self._keep(row, f"not described closely enough; cosine {cosine:.2f}", cosine)

    def add_copies(self) -> None:
        """Near-duplicates whole, quotations cut out in place."""
        material, passed_over = self._material()
        hits = shared_runs(self._corpus, material, passed_over)
        templates = self._request.way not in ("subject", "about")
        found = list(find_copies(self._corpus, material, hits, templates=templates))
        own = self._texts({copy.row for copy in found})
        copies = {
            copy.row: copy
            for copy in (_long_enough(copy, own.get(copy.row, "")) for copy in found)
            if copy.whole or copy.spans
        }
        for row, spans in self._spans.items():
            if row not in self.items and not (row in copies and copies[row].whole):
                more = copies[row].spans if row in copies else ()
                copies[row] = Copy(row, False, joined([*spans, *more]), 1.0)
        touched = {row for copy in copies.values() for row in (copy.row, copy.like) if row >= 0}
        texts = self._texts(touched)
        known = set(np.unique(np.concatenate([*material.sequences, self._pattern])).tolist())
        for row in sorted(copies):
            if row in texts:
                self._add_copy(copies[row], texts, known)

    def add_paraphrases(self, embed: Embed, judge: Judge | None) -> None:
        """Neighbours in meaning that a second witness confirms; the others are kept."""
        finder = Paraphrases(self._store, self._corpus, self._request, embed, judge)
        going = {self._corpus.ids[row] for row in self.items}
        matched = [row for row, item in self.items.items() if item.action == "erase"]
        for neighbour, evidence in finder.find(going, matched):
            row = self._rows.get(neighbour.chunk.id)
            if row is None:
                continue
            if evidence is not None:
                self._erase(row, "paraphrase", Found(evidence, neighbour.cosine))
            else:
                reason = f"mentions nobody of the request; cosine {neighbour.cosine:.2f}"
                self._keep(row, reason, neighbour.cosine)

    def refuse_most(self, allowed: bool) -> None:
        """Raise ClosureError if over half of the store would go and that is not ``allowed``."""
        count = len(self._corpus)
        if not allowed and len(self.items) > TOO_MUCH * count:
            raise ClosureError(
                "matches-everything",
                f"the request matches {len(self.items)} of the store's {count} chunks",
                "narrow it, or confirm with --yes-all",
            )

    def result(self) -> Closure:
        """The closure, surest first."""
        items = sorted(self.items.values(), key=lambda i: (_ORDER.index(i.reason), -i.score, i.id))
        left = [item for row, item in self.undecided.items() if row not in self.items]
        left.sort(key=lambda item: (-item.score, item.id))
        apart = self.items.keys() | self.undecided.keys()
        kept = [item for row, item in self.kept.items() if row not in apart]
        kept.sort(key=lambda item: (-item.score, item.id))
        return Closure(
            tuple(items),
            tuple(kept[:_MOST_KEPT]),
            len(self._corpus),
            tuple(left),
            searched_for(self._request),
        )

    def _material(self) -> tuple[Material, Collection[int]]:
        """What copies are copies of, and the rows that need no look."""
        if self._request.text is not None:
            behind = self._corpus.document_count
            return Material([self._pattern], [behind], [-1]), list(self.items)
        rows = sorted(self.items)
        documents = self._corpus.documents
        # Chunks of one document overlap: what they share with their neighbour is no quotation.
        own = np.flatnonzero(np.isin(documents, documents[rows])).tolist() if rows else []
        sequences = [self._corpus.of(row) for row in rows]
        return Material(sequences, documents[rows].tolist() if rows else [], rows), own

    def _add_copy(self, copy: Copy, texts: dict[int, str], known: Collection[int]) -> None:
        row, share = copy.row, min(1.0, copy.share)
        like = f"chunk {self._corpus.ids[copy.like]}" if copy.like >= 0 else "what goes"
        if copy.like >= 0:
            same = _same_names(texts[row], texts[copy.like])
        else:
            same = not copy.whole or _names_known(texts[row], known)
        if not same:
            self._keep(row, f"same template as {like}, other names and numbers", share)
        elif copy.whole:
            evidence = f"shares {share:.0%} of its runs of words with {like}"
            self._erase(row, "near-duplicate", Found(evidence, share))
        else:
            matched = row in self._spans
            count = sum(behind - first for first, behind in copy.spans)
            self.items[row] = ClosureItem(
                id=self._corpus.ids[row],
                reason="match" if matched else "quotation",
                evidence=f"{count} of its {len(self._corpus.of(row))} words, "
                + ("the text that was asked for" if matched else "quoted from what goes"),
                score=share,
                action="redact",
                new_text=cut(texts[row], copy.spans),
            )

    def _texts(self, rows: Collection[int]) -> dict[int, str]:
        ids = [self._corpus.ids[row] for row in sorted(rows)]
        chunks: list[Chunk] = list(self._store.select(ids=ids)) if ids else []
        return {self._rows[chunk.id]: chunk.text for chunk in chunks}

    def _erase(self, row: int, reason: Reason, found: Found) -> None:
        item = ClosureItem(self._corpus.ids[row], reason, found.evidence, found.score)
        self.items.setdefault(row, item)

    def _keep(self, row: int, reason: str, score: float) -> None:
        self.kept.setdefault(row, KeptItem(self._corpus.ids[row], reason, round(score, 3)))


def _long_enough(copy: Copy, text: str) -> Copy:
    return copy if copy.whole else replace(copy, spans=long_enough(text, copy.spans))


def _same_names(one: str, other: str) -> bool:
    first, second = distinctive(one), distinctive(other)
    return len(first & second) >= _SAME_NAMES * len(first | second)


def _names_known(text: str, known: Collection[int]) -> bool:
    """Whether most of the names and numbers of ``text`` are among the words ``known``, hashed."""
    own = hashed(sorted({part for word in distinctive(text) for part in words(word)})).tolist()
    return sum(word in known for word in own) >= _NAMES_IN_ALL * len(own)
