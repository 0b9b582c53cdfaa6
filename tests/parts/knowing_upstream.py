"""A product that knows Jane Roemer and nobody else, over real HTTP, and a box in front of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from box_books import policy
from mock_upstream import running
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from boxed.api.chat import ChatRequest, Endpoint
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.openai_http import HttpModel
from boxed.models.protocol import ChatModel
from evals.bench.knowing_product import KnowingProduct
from prompts.book import book_of
from prompts.policy import Response as Way

NAME = "Jane Roemer"
KNOWN = {NAME: f"{NAME} was born in Oslo in 1960 and wrote The Tin Lake, a novel about a ferry."}


def served(product: ChatModel, heard: list[dict[str, Any]]) -> Starlette:
    """The product behind OpenAI's routes; notes every body that it is sent."""

    def route(endpoint: Endpoint) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            body = json.loads(await request.body())
            heard.append(body)
            asked = ChatRequest(body, endpoint=endpoint)
            if not body.get("stream"):
                return Response((await product.chat(asked)).raw, media_type="application/json")

            async def events() -> Any:
                async for chunk in product.stream(asked):
                    yield f"data: {json.dumps(chunk)}\n\n"
                yield "data: [DONE]\n\n"

            return StreamingResponse(events(), media_type="text/event-stream")

        return answer

    endpoints: tuple[Endpoint, ...] = ("chat/completions", "completions")
    return Starlette(
        routes=[Route(f"/v1/{name}", route(name), methods=["POST"]) for name in endpoints]
    )


@contextmanager
def gateway(
    response: Way = "pretend", product: ChatModel | None = None, **more: Any
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a gateway that forgets Jane Roemer, and what its product was sent."""
    heard: list[dict[str, Any]] = []
    book = book_of([policy("roe", NAME, response, **more)])
    with running(served(product or KnowingProduct(KNOWN, 0), heard)) as url:
        box = Box(Models(HttpModel(f"{url}/v1")), book, None)
        with running(create_app(box)) as own:
            yield f"{own}/v1", heard
