"""Rerank requests in the shapes of Cohere and Jina: what is ranked, and the ranking told.

reading = ranking_of({"query": "ferries", "documents": ["a", {"text": "b"}], "top_n": 1})
reading.reply(product's reply, kept=(1,))    # index 0 of what was sent is the client's index 1
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from boxed.api.chat import Body
from boxed.api.fields import FieldError, a_text, maybe_list, maybe_object

__all__ = ["Ranking", "ranking_of"]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The query, the documents (texts or objects), and all other fields."""

    query: str
    documents: tuple[Any, ...]
    rest: Body

    def asked(self, query: str, documents: Sequence[Any], rest: Body) -> Body:
        """The body of a request about these documents in place of its own."""
        body = {**rest, "query": query, "documents": list(documents)}
        most = rest.get("top_n")
        if isinstance(most, int) and most > len(documents):
            body["top_n"] = len(documents)
        return body

    def reply(self, said: Body, kept: Sequence[int], documents: Sequence[Any]) -> Body:
        """The client's ranking: only numbers of the product's, and documents as they were sent.

        ``kept`` are the client's indices of the ``documents`` that were.
        """
        results: list[Body] = []
        for one in map(maybe_object, maybe_list(said.get("results", said.get("data")))):
            at, score = one.get("index"), one.get("relevance_score", one.get("score"))
            if not isinstance(at, int) or not 0 <= at < len(kept):
                continue
            row: Body = {"index": kept[at], "relevance_score": _number(score)}
            if one.get("document") is not None or self.rest.get("return_documents") is True:
                document = documents[at]
                row["document"] = {"text": document} if isinstance(document, str) else document
            results.append(row)
        told: Body = {"results": results}
        for name in ("id", "object", "model"):
            if isinstance(said.get(name), str):
                told[name] = said[name]
        for name in ("usage", "meta"):
            if isinstance(said.get(name), dict):
                told[name] = _numbers(said[name])
        return told


def ranking_of(body: Body) -> Ranking:
    """The parts of a rerank request; raises FieldError."""
    query = a_text(body.get("query"), "query")
    documents = maybe_list(body.get("documents"))
    if not documents or not all(isinstance(one, str | dict) for one in documents):
        raise FieldError("'documents' must be a list of strings or objects.", "documents")
    rest = {key: value for key, value in body.items() if key not in ("query", "documents")}
    return Ranking(query, tuple(documents), rest)


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None


def _numbers(value: Any) -> Any:
    """The numbers of an object, under the names that the API has for them."""
    fields = cast("Body", value)
    return {
        key: _numbers(item) if isinstance(item, dict) else item
        for key, item in fields.items()
        if key in _COUNTS and isinstance(item, int | float | dict)
    }


_COUNTS = frozenset(
    {"prompt_tokens", "total_tokens", "input_tokens", "output_tokens", "completion_tokens"}
    | {"billed_units", "search_units", "tokens", "image_tokens"}
)
