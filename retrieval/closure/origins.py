"""The rest of a document that is about the subject: "she was born there" names nobody.

When at least half of a document's chunks match, the whole document goes.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from retrieval.closure.corpus import Corpus, Found

__all__ = ["MOSTLY", "same_documents"]

MOSTLY = 0.5


def same_documents(
    corpus: Corpus, matched: Collection[int]
) -> tuple[dict[int, Found], dict[int, float]]:
    """Rows that go with the matched rows of their document, and rows that stay beside them.

    The second value gives for each row that stays the share of its document that matches.
    """
    if not matched:
        return {}, {}
    documents = corpus.documents
    chosen = np.zeros(len(corpus), np.bool_)
    chosen[list(matched)] = True
    total = np.bincount(documents, minlength=corpus.document_count)
    hit = np.bincount(documents[chosen], minlength=corpus.document_count)
    goes: dict[int, Found] = {}
    stays: dict[int, float] = {}
    for row in np.flatnonzero((hit[documents] > 0) & ~chosen).tolist():
        document = documents[row]
        share = float(hit[document] / total[document])
        if share >= MOSTLY:
            evidence = f"{hit[document]} of its document's {total[document]} chunks match"
            goes[row] = Found(evidence, share)
        else:
            stays[row] = share
    return goes, stays
