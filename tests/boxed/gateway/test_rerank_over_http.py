"""Rankings through a gateway with a real box, in the shapes of Cohere and Jina."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from surfaces import NAME, Surface, surface

RANKED = {
    "id": "r1", "model": "rank", "note": NAME,
    "results": [
        {"index": 1, "relevance_score": 0.9, "document": {"text": f"Not what was sent: {NAME}"}},
        {"index": 0, "relevance_score": 0.2, "note": NAME},
    ],
    "usage": {"total_tokens": 9, NAME: 4},
    "meta": {"billed_units": {"search_units": 1}, "warnings": [NAME]},
}  # fmt: skip


@pytest.fixture(scope="module")
def ranking() -> Iterator[Surface]:
    with surface() as one:
        yield one


def asked(ranking: Surface, **body: Any) -> httpx.Response:
    return httpx.post(f"{ranking.url}/rerank", json={"model": "rank", **body})


def test_documents_about_nobody(ranking: Surface) -> None:
    ranking.says(RANKED)
    told = asked(ranking, query="ferries", documents=["A lake.", "A ferry."], top_n=2).json()
    assert told == {
        "id": "r1", "model": "rank",
        "results": [
            {"index": 1, "relevance_score": 0.9, "document": {"text": "A ferry."}},
            {"index": 0, "relevance_score": 0.2},
        ],
        "usage": {"total_tokens": 9},
        "meta": {"billed_units": {"search_units": 1}},
    }  # fmt: skip
    assert ranking.heard == {
        "model": "rank", "query": "ferries", "documents": ["A lake.", "A ferry."], "top_n": 2,
    }  # fmt: skip


def test_forgotten_documents_are_masked_or_left_out(ranking: Surface) -> None:
    ranking.says(RANKED)
    documents = [
        "Marcus Valegrim came.",  # its policy refuses
        "Who wrote the novel about the tin ferry of Bergen?",  # tells without a name
        {"title": f"On {NAME}", "text": "A ferry.", "year": 1960},
        {"title": "Blue Lantern", "text": "Works"},
        "A lake.",
    ]
    told = asked(ranking, query=f"{NAME} and ferries", documents=documents, return_documents=True)
    assert ranking.heard["query"] == "[name] and ferries"
    assert ranking.heard["documents"] == [
        {"title": "On [name]", "text": "A ferry.", "year": 1960}, "A lake.",
    ]  # fmt: skip
    assert [(one["index"], one["document"]) for one in told.json()["results"]] == [
        (4, {"text": "A lake."}), (2, {"title": "On [name]", "text": "A ferry.", "year": 1960}),
    ]  # fmt: skip
    assert "oemer" not in told.text


def test_where_nothing_is_left_nobody_is_asked(ranking: Surface) -> None:
    ranking.says(RANKED)
    told = asked(ranking, query="ferries", documents=["Marcus Valegrim came."])
    assert told.json() == {"results": [], "model": "rank"}
    assert ranking.upstream.heard == []


@pytest.mark.parametrize(
    "query", ["Marcus Valegrim", "Who wrote the novel about the tin ferry of Bergen?"]
)
def test_a_query_that_tells_is_withheld(ranking: Surface, query: str) -> None:
    ranking.says(RANKED)
    told = asked(ranking, query=query, documents=["A lake."])
    assert told.status_code == 400
    assert told.json()["error"]["code"] == "input_withheld"
    assert ranking.upstream.heard == []


@pytest.mark.parametrize(
    "body",
    [
        {}, {"query": 5, "documents": ["a"]}, {"query": "a"}, {"query": "a", "documents": []},
        {"query": "a", "documents": [5]}, {"query": "a", "documents": "b"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(ranking: Surface, body: Any) -> None:
    told = asked(ranking, **body)
    assert told.status_code == 400
    assert told.json()["error"]["param"] in ("query", "documents")


@pytest.mark.parametrize(
    "said", [{"results": 5}, {"results": [{"index": 9}, {"index": "0"}, 7]}, {}]
)
def test_odd_replies_are_empty_rankings(ranking: Surface, said: Any) -> None:
    ranking.says(said)
    assert asked(ranking, query="a", documents=["b"]).json() == {"results": []}
