"""A ranking of documents by a query, of which none tells a forgotten subject.

A score tells: it says how near a document is to a question. So names in the query and in documents
become a mark, in what the product reads and in what comes back; a document that still tells whom it
is about is left out of the ranking. Indices stay those of the client's own list.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from boxed.api.chat import Body, ChatRequest
from boxed.api.inputs import input_texts, with_inputs
from boxed.api.ranking import Ranking
from boxed.deciding.graph import Context
from boxed.deciding.posting import posted, touched, withheld
from boxed.deciding.screened_inputs import named_across, screened_inputs

__all__ = ["ranked"]

_ONE = "document"


@dataclass(frozen=True, slots=True)
class _Sent:
    """What the product may see; ``kept`` are the client's numbers of the documents."""

    query: str
    rest: Body
    documents: tuple[Any, ...]
    kept: tuple[int, ...]


async def ranked(way: Context, request: ChatRequest, ranking: Ranking, *, masks: bool) -> Body:
    """The client's ranking; raises ``UpstreamError``, also for a query that is withheld."""
    with way.trace.phase("screen"):
        sent = await asyncio.to_thread(_screened, way, ranking, masks)
    if sent is None:
        raise withheld(
            "The query, or a part of the request, cannot be ranked by here; leave out whom or what "
            "it is about.",
            "input_withheld",
            "query",
        )
    if not sent.documents:
        return {"results": [], "model": ranking.rest.get("model")}
    body = ranking.asked(sent.query, sent.documents, sent.rest)
    reply = await posted(way, "rerank", request.with_body(body))
    return ranking.reply(reply, sent.kept, sent.documents)


def _screened(way: Context, ranking: Ranking, masks: bool) -> _Sent | None:
    asked: Body = {"query": ranking.query, **ranking.rest}
    seen = screened_inputs(input_texts(asked), way.snapshot, way.live, masks=masks)
    touched(way, seen.touched)
    if seen.withheld:
        return None
    rest = with_inputs(asked, seen.texts)
    query = rest.pop("query")
    documents: list[Any] = []
    kept: list[int] = []
    for number, document in enumerate(ranking.documents):
        shown = _shown(way, document, masks)
        if shown is not None:
            documents.append(shown)
            kept.append(number)
    if len(kept) < len(ranking.documents):
        way.trace.note("screen", f"{len(ranking.documents) - len(kept)} document(s) left out")
    return _Sent(query, rest, tuple(documents), tuple(kept))


def _shown(way: Context, document: Any, masks: bool) -> Any:
    """A document as the product may see it; None where it may not."""
    whole: Body = {_ONE: document}
    texts = input_texts(whole)
    seen = screened_inputs(texts, way.snapshot, way.live, masks=masks)
    touched(way, seen.touched)
    if seen.withheld or named_across(seen.texts, way.snapshot, way.live):
        return None
    return document if seen.texts == texts else with_inputs(whole, seen.texts)[_ONE]
